public import Incidents
public import Model

/// Incidents as lines for a person at a terminal at three in the morning.
///
///     14:31:00  HIGH      incident opened  checkout: error ratio 38 % (normal 0.4 %)
///
/// Every text ends with a line break, unless it is empty.
public struct IncidentText: Sendable {
  /// How text is marked.
  public var style: TerminalStyle

  /// Texts in a style.
  public init(style: TerminalStyle) {
    self.style = style
  }

  // MARK: - One line

  /// Something that happened to an incident: time, level, what, and the sentence.
  public func line(_ time: Timestamp, _ level: Severity, _ what: String, _ text: String) -> String {
    "\(time.clock)  \(style.badge(level))  \(style.paint(style.foreign(what), .strong))  "
      + "\(style.foreign(text))\n"
  }

  /// An event of an incident as it happens.
  ///
  /// An opening is told by the incident's title; the rest by the event's own sentence.
  public func line(_ event: IncidentEvent, of incident: Incident) -> String {
    let level = event.severity ?? incident.severity
    var text = event.kind == .opened ? incident.title : event.text
    let prefix = "change: "
    if event.kind == .change, text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
    return line(
      time(of: event, in: incident), level, Self.words(for: event.kind), text)
  }

  /// When what an event tells of was: a change before the trouble has a time of its own.
  public func time(of event: IncidentEvent, in incident: Incident) -> Timestamp {
    guard event.kind == .change else { return event.time }
    let entry = incident.timeline.first { $0.kind == .change && $0.text == event.text }
    return entry?.time ?? event.time
  }

  /// False for the comings and goings of an incident that flaps, which are counted, not told.
  public func tells(_ event: IncidentEvent, of incident: Incident) -> Bool {
    guard incident.isFlapping, event.kind == .monitoring || event.kind == .troubled else {
      return true
    }
    let since = incident.events.last { $0.kind == .flapping }?.sequence ?? .max
    return event.sequence < since
  }

  /// The day of `time`, when it is not the day of `previous`: to be printed before the line.
  public func dayHeading(of time: Timestamp, after previous: Timestamp?) -> String {
    if let previous, Moment.isSameDay(previous, time) { return "" }
    return style.paint("\(Moment.day(time)), UTC", .soft) + "\n"
  }

  /// One row for each incident: id, level, state, opening, duration, title.
  ///
  /// A line when there is none.
  public func list(_ incidents: [Incident], at now: Timestamp) -> String {
    guard !incidents.isEmpty else { return "no incidents\n" }
    let head = "INCIDENT          LEVEL     STATE         OPENED (UTC)      DURATION    TITLE\n"
    return style.paint(head, .soft)
      + incidents.map { incident in
        let opened =
          "\(Moment.date(incident.openedAt)) \(Moment.clock(incident.openedAt, seconds: false))"
        let columns = [
          TerminalStyle.pad(style.foreign(incident.id, columns: 16), 16),
          style.badge(incident.peakSeverity),
          TerminalStyle.pad(incident.state.rawValue, 12),
          opened,
          TerminalStyle.pad(Moment.duration(incident.duration(at: now)), 10),
        ]
        let room = max(24, style.width - 74)
        return columns.joined(separator: "  ")
          + "  " + style.foreign(incident.title, columns: room) + "\n"
      }.joined()
  }

  /// Items that wait to be done, those with a date first as given; late ones are named.
  public func openItems(
    _ items: [(incident: String, item: ActionItem)], at now: Timestamp
  ) -> String {
    guard !items.isEmpty else { return "" }
    return heading("Open action items")
      + items.map { incident, item in
        let isLate = item.due.map { $0 < now } ?? false
        let due = item.due.map { (isLate ? "LATE, was due " : "due ") + Moment.date($0) }
        let rest = [item.owner.map { style.foreign($0) }, due].compactMap(\.self)
          .joined(separator: ", ")
        let mark = isLate ? style.paint("[ ]", .level(.high)) : "[ ]"
        return "  \(mark) \(style.foreign(item.text))"
          + (rest.isEmpty ? "" : "  " + style.paint(rest, .soft))
          + "  " + style.paint(style.foreign("\(incident) \(item.id.prefix(8))"), .soft) + "\n"
      }.joined()
  }

  // MARK: - The whole incident

  /// Everything a responder needs: head, factors, timeline, suspects, next steps, action items.
  public func show(_ incident: Incident, at now: Timestamp) -> String {
    [
      head(incident, at: now), factors(incident.tellingFactors), timeline(Array(incident.timeline)),
      suspects(incident.suspects), nextSteps(incident.nextSteps),
      actionItems(incident.actionItems),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Title and times.
  public func head(_ incident: Incident, at now: Timestamp) -> String {
    let peak =
      incident.peakSeverity == incident.severity ? "" : "  (peak \(incident.peakSeverity.rawValue))"
    var out = "\(style.badge(incident.severity).trimmingSpaces)  "
    out += style.paint(style.foreign(incident.title), .strong) + peak + "\n\n"
    var rows = [
      ("incident", style.foreign(incident.id)),
      ("state", Words.state(incident.state, incident.ending)),
      ("services", style.foreign(incident.services.joined(separator: ", "))),
      ("start", Moment.full(incident.start)),
      ("end", incident.end.map(Moment.full) ?? "ongoing"),
      ("duration", Moment.duration(incident.duration(at: now))),
    ]
    if let by = incident.acknowledgedBy { rows.append(("taken by", style.foreign(by))) }
    if incident.acknowledgedAt == nil, incident.state == .open, let target = incident.respondBy {
      rows.append(("respond by", Moment.full(target)))
    }
    if incident.isFlapping { rows.append(("flapping", "its alerts come and go")) }
    if let before = incident.predecessor { rows.append(("before it", style.foreign(before))) }
    for (name, value) in rows {
      out += "  " + style.paint(TerminalStyle.pad(name, 10), .soft) + "  \(value)\n"
    }
    return out
  }

  /// What the severity rests on; empty when there are no factors.
  public func factors(_ factors: [SeverityFactor]) -> String {
    guard !factors.isEmpty else { return "" }
    return heading("Severity")
      + factors.map { factor in
        let estimate = factor.isEstimate ? style.paint(" (estimate)", .soft) : ""
        let counter = factor.counterfactual.map {
          "\n" + String(repeating: " ", count: 28) + style.paint(style.foreign($0), .soft)
        }
        return "  \(style.badge(factor.level))  "
          + "\(TerminalStyle.pad(Words.factor(factor.factor), 14))  "
          + style.foreign(factor.because) + estimate + (counter ?? "") + "\n"
      }.joined()
  }

  /// What happened, under the day it happened on; empty when nothing did.
  public func timeline(_ entries: [TimelineEntry]) -> String {
    guard !entries.isEmpty else { return "" }
    var out = heading("Timeline")
    var previous: Timestamp?
    for entry in entries {
      let day = dayHeading(of: entry.time, after: previous)
      out += day.isEmpty ? "" : "  " + day
      previous = entry.time
      out += "  \(entry.time.clock)  \(mark(entry.kind))  \(style.foreign(entry.text))\n"
    }
    return out
  }

  /// Changes and metrics that may be the cause; empty when there are none.
  public func suspects(_ suspects: [Suspect]) -> String {
    guard !suspects.isEmpty else { return "" }
    return heading("Suspects, most probable first")
      + suspects.map { suspect in
        "  \(suspect.rank). \(style.paint(style.foreign(Words.suspect(suspect.cause)), .strong))\n"
          + suspect.because.map { "     \(style.foreign($0))\n" }.joined()
      }.joined()
  }

  /// What to do now; empty when there is nothing.
  public func nextSteps(_ steps: [NextStep]) -> String {
    guard !steps.isEmpty else { return "" }
    return heading("Next steps")
      + steps.enumerated().map { index, step in
        let name = style.paint("\(Words.step(step.kind)) \(style.foreign(step.service))", .strong)
        return "  \(index + 1). \(name): \(style.foreign(step.text))\n"
          + step.commands.map { "     $ \(style.foreign($0))\n" }.joined()
      }.joined()
  }

  /// Work that remains, done items among it; empty when there is none.
  public func actionItems(_ items: [ActionItem]) -> String {
    guard !items.isEmpty else { return "" }
    return heading("Action items")
      + items.map { item in
        let box = item.state == .done ? "[x]" : item.state == .dropped ? "[-]" : "[ ]"
        let rest = [
          item.owner.map { style.foreign($0) }, item.due.map { "due \(Moment.date($0))" },
          item.isDraft ? "draft" : nil,
        ].compactMap(\.self).joined(separator: ", ")
        return "  \(box) \(style.foreign(item.text))"
          + (rest.isEmpty ? "" : "  " + style.paint(rest, .soft))
          + "  " + style.paint(String(item.id.prefix(8)), .soft) + "\n"
      }.joined()
  }

  // MARK: - Pieces

  private func heading(_ text: String) -> String { style.paint(text, .strong) + "\n" }

  private func mark(_ kind: TimelineEntry.Kind) -> String {
    switch kind {
    case .symptom: style.paint("!", .level(.high))
    case .recovery: style.paint("✓", .good)
    case .change: style.paint("◆", .change)
    case .state: style.paint("●", .strong)
    case .note: style.paint("»", .soft)
    }
  }

  private static func words(for kind: IncidentEvent.Kind) -> String {
    switch kind {
    case .opened: "incident opened"
    case .alertFiring: "alert firing"
    case .alertResolved: "alert resolved"
    case .merged: "incident merged in"
    case .absorbed: "incident absorbed"
    case .severity: "severity changed"
    case .acknowledged: "acknowledged"
    case .escalated: "escalated"
    case .monitoring: "monitoring"
    case .troubled: "trouble again"
    case .resolved: "incident resolved"
    case .reopened: "incident reopened"
    case .flapping: "flapping"
    case .change: "change"
    case .note: "note"
    case .mitigation: "mitigation"
    }
  }
}

extension String {
  /// Without the spaces at its end.
  fileprivate var trimmingSpaces: String {
    var text = Substring(self)
    while text.hasSuffix(" ") { text.removeLast() }
    return String(text)
  }
}
