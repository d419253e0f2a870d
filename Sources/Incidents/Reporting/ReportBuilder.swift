public import Model
import Rules

/// Makes the report of an incident from its history and its evidence; deterministic.
///
/// What only a person can know is drafted from the evidence and marked as a draft.
public struct ReportBuilder: Sendable {
  private let context: IncidentContext

  /// A builder for the system of `context`.
  public init(context: IncidentContext) {
    self.context = context
  }

  /// At most this many charts: the most telling series first.
  static let chartsMax = 12

  /// The report at the event time `now`.
  ///
  /// `windows` are the series kept with the incident, `changes` those recorded around it.
  public func report(
    of incident: Incident, at now: Timestamp, windows: [EvidenceWindow], changes: [ChangeEvent]
  ) -> Report {
    var report = Report(of: incident, at: now)
    let findings = Investigation(context: context).findings(
      for: incident, windows: windows, changes: changes)
    let suspects = findings.suspects.isEmpty ? incident.suspects : findings.suspects
    report.summary = summary(of: incident, suspects: suspects, at: now)
    report.impact = impact(of: incident)
    report.rootCause.suspects = suspects
    report.rootCause.deviations =
      findings.deviations.isEmpty ? incident.deviations : findings.deviations
    report.rootCause.stayedNormal = findings.stayedNormal
    report.rootCause.passages = rootCause(of: incident, report.rootCause)
    report.resolution = resolution(of: incident, changes: changes)
    report.nextSteps = incident.state == .resolved ? [] : incident.nextSteps
    report.prevention = Prevention(context: context).proposals(
      for: incident, windows: windows, suspects: suspects)
    report.actionItems = actionItems(of: incident, report.prevention)
    report.charts = charts(of: incident, windows, report.rootCause, changes, at: now)
    return report
  }

  // MARK: Sections

  private func summary(
    of incident: Incident, suspects: [Suspect], at now: Timestamp
  ) -> [Report.Passage] {
    let length = spoken(duration: incident.duration(at: now))
    let who = incident.services.isEmpty ? "The system" : list(incident.services)
    let verb = incident.services.count > 1 ? "were" : "was"
    let state =
      incident.state == .resolved
      ? "\(who) \(verb) in trouble for \(length), graded \(incident.peakSeverity.rawValue) at worst."
      : "\(who) \(incident.services.count > 1 ? "have" : "has") been in trouble for \(length), "
        + "graded \(incident.severity.rawValue) now and \(incident.peakSeverity.rawValue) at worst."
    var passages = [Report.Passage(state)]
    if let top = suspects.first {
      passages.append(
        Report.Passage("Most probable cause: \(Self.name(top)).", isDraft: true))
    }
    return passages
  }

  private func impact(of incident: Incident) -> Report.Impact {
    var impact = Report.Impact()
    if let users = incident.tellingFactors.first(where: { $0.factor == .usersAffected }) {
      let note = users.isEstimate ? " (estimated from failed requests)" : ""
      impact.usersAffected = Report.Passage(
        sentence(users.because.components(before: " → ")) + note)
    } else {
      impact.usersAffected = Report.Passage(
        "Not measured: no user or request count was available.", isDraft: true)
    }
    impact.services = incident.services.map { service in
      let alerts = incident.alerts.filter { $0.service == service }
      let told = alerts.prefix(3).map(AlertSentence.fired)
      let more = alerts.count > 3 ? "; and \(alerts.count - 3) more" : ""
      return Report.ServiceImpact(
        service: service, tier: context.tier(of: service)?.rawValue,
        text: "\(counted(alerts.count, "alert")): \(told.joined(separator: "; "))\(more)")
    }
    let data = incident.alerts.filter { $0.labels["impact"] == "data_loss" }
    let breach = incident.alerts.filter { $0.labels["impact"] == "security" }
    impact.dataImpact =
      data.isEmpty && breach.isEmpty
      ? Report.Passage(
        "None known: no rule that watches over data or security fired.", isDraft: true)
      : Report.Passage(
        "\(list((data + breach).map(\.alert))) fired: data may be lost or exposed.", isDraft: true)
    return impact
  }

  private func rootCause(
    of incident: Incident, _ cause: Report.RootCause
  ) -> [Report.Passage] {
    guard let top = cause.suspects.first else {
      return [
        Report.Passage(
          "No cause stands out in the evidence: no change came shortly before, "
            + "and no metric deviates more than what it depends on explains.", isDraft: true)
      ]
    }
    var passages = [
      Report.Passage("The most probable cause is \(Self.name(top)).", isDraft: true)
    ]
    if !top.because.isEmpty {
      passages.append(Report.Passage(sentence(top.because.joined(separator: "; ")), isDraft: true))
    }
    let chain = incident.services.dropFirst()
    if let first = incident.services.first, !chain.isEmpty {
      passages.append(
        Report.Passage("The trouble spread from \(first) to \(list(Array(chain))).", isDraft: true))
    }
    return passages
  }

  private func resolution(of incident: Incident, changes: [ChangeEvent]) -> [Report.Passage] {
    var passages: [Report.Passage] = []
    let end = incident.end
    let remedies = changes.filter { change in
      change.time >= incident.start && (end.map { change.time <= $0 } ?? true)
    }
    for change in remedies {
      passages.append(
        Report.Passage(
          "At \(change.time.clock) \(ChangeSentence.brief(change)) (\(change.kind)).", isDraft: true
        ))
    }
    for event in incident.events where event.kind == .mitigation {
      passages.append(Report.Passage("At \(event.time.clock): \(sentence(event.text))"))
    }
    if let last = incident.events.last(where: { $0.kind == .resolved }),
      incident.state == .resolved
    {
      passages.append(Report.Passage("At \(last.time.clock): \(sentence(last.text))"))
    } else {
      passages.append(Report.Passage("Not resolved yet.", isDraft: true))
    }
    return passages
  }

  /// What people have written down, then one draft for each prevention proposal.
  private func actionItems(
    of incident: Incident, _ prevention: [Report.Prevention]
  ) -> [ActionItem] {
    let owner = incident.services.first.flatMap { context.catalogue.service(named: $0)?.owner }
    let drafts = prevention.map {
      ActionItem(incident: incident.id, text: $0.proposal, owner: owner, isDraft: true)
    }
    let known = Set(incident.actionItems.map(\.id))
    return incident.actionItems + drafts.filter { !known.contains($0.id) }
  }

  // MARK: Charts

  /// The series of services in trouble first, those that deviate before the others.
  private func charts(
    of incident: Incident, _ windows: [EvidenceWindow], _ cause: Report.RootCause,
    _ changes: [ChangeEvent], at now: Timestamp
  ) -> [Report.Chart] {
    let order = cause.deviations.map(\.metric)
    func rank(_ window: EvidenceWindow) -> (Int, Int, Labels) {
      let service = window.service.flatMap(incident.services.firstIndex) ?? incident.services.count
      return (order.firstIndex(of: window.labels) ?? order.count, service, window.labels)
    }
    return windows.sorted { rank($0) < rank($1) }.prefix(Self.chartsMax).map { window in
      let alerts = incident.alerts.filter { $0.service == window.service }.map {
        Report.Span(name: $0.alert, start: $0.activeSince, end: $0.endedAt)
      }
      let first = window.times.first ?? .max
      let last = window.times.last ?? .min
      let marks = changes.filter {
        $0.time.milliseconds >= first && $0.time.milliseconds <= last
      }.map { Report.Mark(name: ChangeSentence.brief($0), time: $0.time) }
      return Report.Chart(window: window, alerts: alerts, changes: marks)
    }
  }

  /// A suspect in a few words: the change, or the service with its metric.
  static func name(_ suspect: Suspect) -> String {
    switch suspect.cause {
    case .change(let change): "the change \"\(ChangeSentence.brief(change))\""
    case .metric(let service, let metric): "\(service) (\(metric))"
    }
  }

  private func sentence(_ text: String) -> String {
    let start = capitalised(text)
    return start.hasSuffix(".") ? start : start + "."
  }
}

extension String {
  /// The text before the last `separator`; all of it when there is none.
  fileprivate func components(before separator: String) -> String {
    guard let range = self.ranges(of: separator).last else { return self }
    return String(self[..<range.lowerBound])
  }
}
