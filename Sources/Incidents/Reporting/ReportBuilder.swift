public import Model
import Rules

/// Makes the report of an incident from its history and its evidence; deterministic.
///
/// What only a person can know is drafted from the evidence and marked as a draft.
public struct ReportBuilder: Sendable {
  let context: IncidentContext

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
    let suspects = suspects(of: incident, findings.suspects)
    let titles = WindowTitles(windows, of: incident)
    report.rootCause.suspects = suspects
    // What was seen while it went on comes from every series, not only from those kept.
    report.rootCause.deviations =
      incident.deviations.isEmpty ? findings.deviations : incident.deviations
    report.rootCause.stayedNormal = stayedNormal(incident, findings.stayedNormal)
    report.summary = summary(of: incident, suspects: suspects, changes: changes, at: now)
    report.impact = impact(of: incident, titles, at: now)
    report.rootCause.passages = rootCause(of: incident, report.rootCause, titles, changes)
    report.resolution = resolution(of: incident, changes: changes)
    report.nextSteps = incident.state == .resolved ? [] : incident.nextSteps
    report.prevention = Prevention(context: context).proposals(
      for: incident, windows: titles, suspects: suspects, changes: changes, at: now)
    report.actionItems = actionItems(of: incident, report.prevention, at: now)
    report.charts = charts(of: incident, titles, report.rootCause, changes)
    report.overview = overview(of: incident, changes, at: now)
    return report
  }

  /// What was seen to be normal while it went on, and services that only the kept series tell of.
  private func stayedNormal(_ incident: Incident, _ found: [String]) -> [String] {
    let seen = incident.stayedNormal ?? []
    let services = Set(seen.map { $0.prefix { $0 != ":" } })
    return (seen + found.filter { !services.contains($0.prefix { $0 != ":" }) }).sorted()
  }

  // MARK: Summary and impact

  private func summary(
    of incident: Incident, suspects: [Suspect], changes: [ChangeEvent], at now: Timestamp
  ) -> [Report.Passage] {
    let length = spoken(duration: incident.duration(at: now))
    let who = incident.services.isEmpty ? "the system" : list(incident.services)
    let isPlural = incident.services.count > 1
    let users = incident.tellingFactors.first { $0.factor == .usersAffected && $0.level > .low }
    let felt = users.map { ": \(affected($0, of: incident))" } ?? ""
    let state =
      incident.state == .resolved
      ? "For \(length) \(who) \(isPlural ? "were" : "was") in trouble, graded "
        + "\(incident.peakSeverity.rawValue) at worst\(felt)."
      : "\(context.opening(who)) \(isPlural ? "have" : "has") been in trouble for \(length), graded "
        + "\(incident.severity.rawValue) now and \(incident.peakSeverity.rawValue) at worst\(felt)."
    var passages = [Report.Passage(state)]
    if let top = suspects.first {
      passages.append(Report.Passage("Most probable cause: \(Self.name(top)).", isDraft: true))
    }
    guard incident.state == .resolved else { return passages }
    if incident.ending == .vanished {
      passages.append(
        Report.Passage("Its data stopped; whether it recovered is not known from the metrics."))
    } else if let remedy = remedies(of: incident, changes).last {
      passages.append(
        Report.Passage(
          "It ended after the change \"\(ChangeSentence.brief(remedy))\" at \(remedy.time.clock).",
          isDraft: true))
    }
    return passages
  }

  private func impact(
    of incident: Incident, _ titles: WindowTitles, at now: Timestamp
  ) -> Report.Impact {
    var impact = Report.Impact()
    if let users = incident.tellingFactors.first(where: { $0.factor == .usersAffected }) {
      let note = users.isEstimate ? " (Estimated from failed requests.)" : ""
      impact.usersAffected = Report.Passage(
        sentence(affected(users, of: incident)) + note)
    } else {
      impact.usersAffected = Report.Passage(
        "Not measured: no user or request count was available.", isDraft: true)
    }
    impact.services = incident.services.map { service in
      Report.ServiceImpact(
        service: service, tier: context.tier(of: service)?.rawValue,
        text: suffering(of: service, incident, titles, at: now))
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

  /// "error ratio up to 64 %, latency up to 2.5 s; 3 alerts from 14:28:15 to 14:40:00".
  private func suffering(
    of service: String, _ incident: Incident, _ titles: WindowTitles, at now: Timestamp
  ) -> String {
    let alerts = incident.alerts.filter { $0.service == service }
    guard let start = alerts.map(\.activeSince).min() else { return "no alert of its own" }
    let end = alerts.compactMap(\.endedAt).max()
    var told: [String] = []
    var seen: Set<String> = []
    for alert in alerts {
      let subject = Subject(alert)
      guard !subject.quantity.isEmpty, seen.insert(subject.quantity).inserted,
        let peak = titles.extreme(of: alert, from: incident.start, to: incident.end ?? now)
      else { continue }
      let side = peak.isAbove ? "up to" : "down to"
      told.append("\(subject.quantity) \(side) \(spoken(peak.value, subject.unit))")
    }
    if told.isEmpty { told = alerts.prefix(3).map { AlertSentence.fired($0) } }
    let isOver = alerts.allSatisfy { !$0.isFiring }
    let span = isOver ? end.map { " to \($0.clock)" } ?? "" : " on"
    return told.joined(separator: ", ")
      + "; \(counted(alerts.count, "alert")) from \(start.clock)\(span)"
  }

  // MARK: Words

  /// A suspect in a few words: the change, or the service with its metric.
  static func name(_ suspect: Suspect) -> String {
    switch suspect.cause {
    case .change(let change): "the change \"\(ChangeSentence.brief(change))\""
    case .metric(let service, let metric): "\(service) (\(MetricWords.spoken(metric)))"
    }
  }

  /// "61 % of checkout users were affected (1 196 of 1 960)": of what is over in the past.
  private func affected(_ users: SeverityFactor, of incident: Incident) -> String {
    let text = users.because.components(before: " → ")
    guard incident.state == .resolved, let verb = text.firstRange(of: " are affected") else {
      return text
    }
    return text[..<verb.lowerBound] + " were affected" + text[verb.upperBound...]
  }

  func sentence(_ text: String) -> String {
    let start = context.opening(text)
    return start.hasSuffix(".") ? start : start + "."
  }
}

extension IncidentContext {
  /// `text` as the beginning of a sentence: in upper case, unless it begins with the name of a service.
  func opening(_ text: String) -> String {
    let first = text.prefix { $0 != " " && $0 != ":" && $0 != "," }
    let isName = graph.services.contains(String(first)) || first.contains { "-_./".contains($0) }
    return isName ? text : capitalised(text)
  }
}

extension String {
  /// The text before the last `separator`; all of it when there is none.
  fileprivate func components(before separator: String) -> String {
    guard let range = self.ranges(of: separator).last else { return self }
    return String(self[..<range.lowerBound])
  }
}
