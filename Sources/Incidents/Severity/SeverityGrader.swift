public import Model
import Rules

/// Grades an incident from its firing alerts and what the metrics say about its services.
///
/// The verdict is the maximum over the factors; a workaround takes one level off, but never below
/// what users, availability, data and security say. Pure: the same evidence gives the same grade.
public struct SeverityGrader: Sendable {
  /// Where one level ends and the next begins.
  let cutOffs: SeverityCutOffs
  /// For the tiers of the services.
  let context: IncidentContext

  /// The evidence at one tick.
  public struct Evidence: Sendable {
    /// The alerts that fire now, in the incident's order.
    public let alerts: [AlertRecord]
    /// The services in trouble with what the metrics say about them, sorted by name.
    public var services: [(name: String, measures: ServiceMeasures)]

    /// The evidence of `alerts` and `services`.
    public init(
      alerts: [AlertRecord], services: [(name: String, measures: ServiceMeasures)]
    ) {
      self.alerts = alerts
      self.services = services.sorted { $0.name < $1.name }
    }

    /// True when an alert of `service` is as `isWanted` says.
    fileprivate func hasAlert(
      at service: String, where isWanted: (AlertRecord) -> Bool
    ) -> Bool {
      alerts.contains { $0.service == service && isWanted($0) }
    }
  }

  /// A verdict with its reasons.
  public struct Grade: Hashable, Sendable {
    /// The level.
    public var severity: Severity
    /// The reasons, in the order of `SeverityFactor.Kind`.
    public var factors: [SeverityFactor]
  }

  /// A grader for the practice and the catalogue of `context`.
  public init(_ context: IncidentContext) {
    self.context = context
    cutOffs = context.settings.severity
  }

  /// The level of an incident with this evidence, and why.
  public func grade(_ evidence: Evidence) -> Grade {
    let users = usersAffected(evidence)
    let measured = [users].compactMap { $0 }
    let hard = measured + availability(evidence) + impact(evidence)
    let degradation = degradation(evidence)
    let soft = degradation + scope(evidence, broken: broken(evidence)) + capacity(evidence)
    var factors = hard + soft
    factors += declared(evidence, beside: factors, isMeasured: !measured.isEmpty)
    let floor = hard.map(\.level).max() ?? .low
    var severity = factors.map(\.level).max() ?? .medium
    if let workaround = workaround(evidence, from: severity, notBelow: floor) {
      factors.append(workaround)
      severity = workaround.level
    }
    return Grade(severity: severity, factors: factors)
  }

  /// The services that do not do their work: most requests fail, nothing is up, or no number
  /// contradicts an alert on errors or availability.
  private func broken(_ evidence: Evidence) -> Set<String> {
    let failing = cutOffs.usersAffected.high ?? 0.1
    var names: Set<String> = []
    for (name, measures) in evidence.services {
      let isFailing =
        measures.errorRatio.map { $0 >= failing }
        ?? evidence.hasAlert(at: name) { $0.signal == .errors || $0.signal == .availability }
      let isDown = outage(name, measures) != nil
      let isFelt = evidence.hasAlert(at: name) {
        $0.signal.isFelt && degradation(of: $0).map { $0 >= .high } ?? false
      }
      if isFailing || isDown || isFelt { names.insert(name) }
    }
    return names
  }

  // MARK: Scope, declared, workaround

  private func scope(_ evidence: Evidence, broken: Set<String>) -> [SeverityFactor] {
    let names = evidence.services.map(\.name)
    var factors: [SeverityFactor] = []
    if names.count >= cutOffs.manyServices {
      let because =
        "\(names.count) services are in trouble (\(cutOffs.manyServices) or more) → high"
      factors.append(
        SeverityFactor(.scope, .high, because: because, value: Double(names.count)))
    }
    var worst: (level: Severity, service: String, text: String)?
    for name in names {
      guard let tier = context.tier(of: name) else { continue }
      let isBroken = broken.contains(name)
      guard isBroken || evidence.hasAlert(at: name, where: { $0.signal != .saturation }) else {
        continue
      }
      let full: Severity =
        switch tier {
        case .core: .high
        case .minor: .medium
        case .cosmetic: .low
        }
      let level = isBroken ? full : full.milder
      if let worst, worst.level >= level { continue }
      let state = isBroken ? "broken" : "impaired"
      worst = (level, name, "\(tier.rawValue) service \(name) is \(state)")
    }
    if let worst {
      let isHalf = !broken.contains(worst.service)
      let next = isHalf ? "one level higher when \(worst.service) breaks" : nil
      factors.append(
        SeverityFactor(
          .scope, worst.level, because: "\(worst.text) → \(worst.level.rawValue)",
          counterfactual: next))
    }
    return factors.sorted { $0.level > $1.level }.prefix(1).map { $0 }
  }

  /// The level that a rule's `severity` label claims; nil for words nobody knows.
  static func claimed(_ label: String) -> Severity? {
    switch label.lowercased() {
    case "critical", "page", "emergency", "disaster", "fatal": .critical
    case "high", "error", "major": .high
    case "warning", "warn", "medium", "average": .medium
    case "info", "information", "low", "minor", "notice", "none": .low
    default: nil
    }
  }

  /// What the rules claim.
  ///
  /// It is evidence, not the verdict: where users were measured and fewer
  /// are in trouble than a critical incident has, a claim of critical counts one level less.
  private func declared(
    _ evidence: Evidence, beside others: [SeverityFactor], isMeasured: Bool
  ) -> [SeverityFactor] {
    var claims: [(Severity, AlertRecord)] = []
    for alert in evidence.alerts {
      if let level = alert.claim("severity").flatMap(Self.claimed) {
        claims.append((level, alert))
      }
    }
    guard let top = claims.map(\.0).max(), let alert = claims.first(where: { $0.0 == top })?.1
    else {
      guard others.isEmpty, !evidence.alerts.isEmpty else { return [] }
      let because = "nothing could be measured and no rule names a severity → medium"
      return [SeverityFactor(.declared, .medium, because: because)]
    }
    let word = alert.claim("severity") ?? top.rawValue
    let claim = "the rule \(alert.alert) says \(word)"
    guard top == .critical, isMeasured, !others.contains(where: { $0.level == .critical }) else {
      return [SeverityFactor(.declared, top, because: "\(claim) → \(top.rawValue)")]
    }
    return [
      SeverityFactor(
        .declared, .high, because: "\(claim), which the measured impact does not bear out → high",
        counterfactual: "critical when users, availability or data say so")
    ]
  }

  private func workaround(
    _ evidence: Evidence, from severity: Severity, notBelow floor: Severity
  ) -> SeverityFactor? {
    guard let alert = evidence.alerts.first(where: { $0.claim("workaround") == "true" }) else {
      return nil
    }
    let level = max(severity.milder, min(severity, floor))
    let effect =
      level == severity
      ? "nothing comes off: the measured impact alone is \(severity.rawValue)"
      : "one level less, \(severity.rawValue) → \(level.rawValue)"
    return SeverityFactor(
      .workaround, level, because: "\(alert.alert) says a workaround exists: \(effect)")
  }
}
