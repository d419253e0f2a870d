import Model
import Rules

/// Factors 1 to 3: users, availability, data and security. A workaround does not lower these.
extension SeverityGrader {
  /// Factor 1: the share of users in trouble, measured where the catalogue counts users, else
  /// estimated from failed requests.
  func usersAffected(_ evidence: Evidence) -> SeverityFactor? {
    measuredUsers(evidence) ?? estimatedUsers(evidence)
  }

  private func measuredUsers(_ evidence: Evidence) -> SeverityFactor? {
    var worst: (share: Double, name: String, affected: Double, total: Double)?
    var isMeasured = false
    for service in evidence.services {
      guard let total = service.measures.totalUsers, let affected = service.measures.affectedUsers,
        total > 0, affected.isFinite, total.isFinite
      else { continue }
      isMeasured = true
      let share = min(1, max(0, affected / total))
      if share > (worst?.share ?? 0) { worst = (share, service.name, affected, total) }
    }
    guard isMeasured else { return nil }
    guard let worst else {
      return SeverityFactor(
        .usersAffected, .low, because: "no user is counted as affected → low", value: 0,
        counterfactual: next(above: 0))
    }
    let level = cutOffs.usersAffected.level(of: worst.share)
    let count = "\(number(worst.affected)) of \(number(worst.total))"
    return SeverityFactor(
      .usersAffected, level,
      because: "\(spoken(worst.share, .ratio)) of \(worst.name) users are affected (\(count)) "
        + "→ \(level.rawValue)",
      value: worst.share, counterfactual: next(above: worst.share))
  }

  private func estimatedUsers(_ evidence: Evidence) -> SeverityFactor? {
    var names: [String] = []
    var requests = 0.0
    var failed = 0.0
    for service in evidence.services {
      guard let rate = service.measures.requestRate, let errors = service.measures.errorRate,
        rate > 0, rate.isFinite, errors.isFinite
      else { continue }
      names.append(service.name)
      requests += rate
      failed += min(rate, max(0, errors))
    }
    guard requests > 0, failed > 0 else { return nil }
    let share = failed / requests
    let level = cutOffs.usersAffected.level(of: share)
    let whose = names.count <= 3 ? list(names) : "\(names.count) services'"
    return SeverityFactor(
      .usersAffected, level,
      because: "\(spoken(share, .ratio)) of \(whose) requests failed "
        + "(\(number(failed)) of \(number(requests))/s) → \(level.rawValue)",
      value: share, isEstimate: true, counterfactual: next(above: share))
  }

  /// "critical from 50 % on; now 38 %": the next step of the ladder; nil at its top.
  private func next(above share: Double) -> String? {
    let ladder = cutOffs.usersAffected
    let steps: [(Severity, Double?)] = [
      (.medium, ladder.medium), (.high, ladder.high), (.critical, ladder.critical),
    ]
    guard let step = steps.first(where: { ($0.1 ?? -1) > share }), let bound = step.1 else {
      return nil
    }
    return "\(step.0.rawValue) from \(spoken(bound, .ratio)) on; now \(spoken(share, .ratio))"
  }

  /// Factor 2: services that are down, and how near the others are.
  func availability(_ evidence: Evidence) -> [SeverityFactor] {
    for service in evidence.services {
      if let reason = outage(service.name, service.measures) {
        return [
          SeverityFactor(
            .availability, .critical, because: "\(reason.text) → critical", value: reason.value)
        ]
      }
    }
    return []
  }

  /// Why a service counts as completely down; nil when it does not.
  func outage(_ name: String, _ measures: ServiceMeasures) -> (text: String, value: Double)? {
    if let up = measures.instancesUp, let total = measures.instancesTotal, total > 0, up <= 0 {
      return ("every instance of \(name) is down (0 of \(number(total)) up)", 0)
    }
    // Below one request in ten seconds a pause says nothing.
    if let expected = measures.expectedRequestRate, expected >= 0.1,
      let rate = measures.requestRate, rate < cutOffs.trafficCollapse * expected
    {
      let text =
        "traffic of \(name) collapsed to \(number(rate))/s (normally \(number(expected))/s)"
      return (text, rate / expected)
    }
    if let ratio = measures.errorRatio, 1 - ratio < cutOffs.successCollapse {
      let text = "only \(spoken(1 - ratio, .ratio)) of \(name) requests succeed"
      return (text, 1 - ratio)
    }
    return nil
  }

  /// Factor 3: a firing rule that watches over data or security.
  func impact(_ evidence: Evidence) -> [SeverityFactor] {
    let kinds: [(String, SeverityFactor.Kind, String)] = [
      ("data_loss", .dataAtRisk, "data is at risk"), ("security", .security, "security is at risk"),
    ]
    return kinds.compactMap { label, kind, text in
      guard let alert = evidence.alerts.first(where: { $0.claim("impact") == label }) else {
        return nil
      }
      return SeverityFactor(
        kind, .critical, because: "\(alert.alert) fires: \(text) → critical")
    }
  }
}
