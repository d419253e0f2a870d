import Model
import Rules

/// How it ended, and what remains to be done.
extension ReportBuilder {
  /// What was done to services in trouble while it went on, oldest first.
  func remedies(of incident: Incident, _ changes: [ChangeEvent]) -> [ChangeEvent] {
    changes.filter { change in
      change.time >= incident.start && (incident.end.map { change.time <= $0 } ?? true)
        && (context.graph.services.isEmpty || incident.services.contains(change.service)
          || incident.suspects.contains { $0.service == change.service })
    }.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
  }

  func resolution(of incident: Incident, changes: [ChangeEvent]) -> [Report.Passage] {
    var passages: [Report.Passage] = []
    if let taken = incident.acknowledgedAt {
      passages.append(
        Report.Passage("At \(taken.clock) \(incident.acknowledgedBy ?? "somebody") took it."))
    }
    let remedies = remedies(of: incident, changes)
    for change in remedies {
      let summary = change.summary.map { ": \($0)" } ?? ""
      passages.append(
        Report.Passage(
          sentence(
            "At \(change.time.clock) \(ChangeSentence.sentence(change))\(summary)"
              + aftermath(of: change, incident)), isDraft: true))
    }
    let acts = incident.events.filter { $0.kind == .mitigation }
    passages += acts.map { Report.Passage("At \($0.time.clock): \(sentence($0.text))") }
    guard incident.state == .resolved,
      let last = incident.events.last(where: { $0.kind == .resolved })
    else { return passages + [Report.Passage("Not resolved yet.", isDraft: true)] }
    if remedies.isEmpty && acts.isEmpty {
      passages.append(
        Report.Passage(
          "No change or mitigation is on record that ended it: write down what was done, or that it "
            + "passed by itself.", isDraft: true))
    }
    let verb = last.text.hasPrefix("ended") ? "it" : "it was"
    return passages + [Report.Passage(sentence("At \(last.time.clock) \(verb) \(last.text)"))]
  }

  /// "; the first alert cleared 15 s later, the last at 14:40:00".
  private func aftermath(of change: ChangeEvent, _ incident: Incident) -> String {
    let ends = incident.alerts.compactMap(\.endedAt).filter { $0 > change.time }.sorted()
    guard let first = ends.first, let last = ends.last else { return "" }
    let after = spoken(duration: first - change.time)
    if ends.count == 1 { return "; the last alert cleared \(after) later" }
    return "; the first of \(ends.count) alerts cleared \(after) later, the last at \(last.clock)"
  }

  // MARK: Action items

  /// What people have written down, then one draft for each prevention proposal.
  func actionItems(
    of incident: Incident, _ prevention: [Report.Prevention], at now: Timestamp
  ) -> [ActionItem] {
    let due = due(of: incident, at: now)
    let drafts = prevention.map { proposal in
      ActionItem(
        incident: incident.id, text: proposal.proposal,
        owner: owner(of: proposal.service ?? incident.services.first), due: due, isDraft: true)
    }
    let known = Set(incident.actionItems.map(\.id))
    return incident.actionItems + drafts.filter { !known.contains($0.id) }
  }

  private func owner(of service: String?) -> String? {
    service.flatMap { context.catalogue.service(named: $0)?.owner }
  }

  /// A working day that fits the severity: a week after a critical incident, a quarter after a low
  /// one.
  private func due(of incident: Incident, at now: Timestamp) -> Timestamp {
    let days: Int64 =
      switch incident.peakSeverity {
      case .critical: 7
      case .high: 14
      case .medium: 30
      case .low: 90
      }
    let calendar = context.settings.calendar
    return calendar.nextBusinessDay(after: (incident.end ?? now) + (days - 1) * 86_400_000)
  }
}
