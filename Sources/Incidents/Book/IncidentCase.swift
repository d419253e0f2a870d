import Model
import Rules

/// One incident under the book's care, with what only the book needs to know about it.
struct IncidentCase: Hashable, Sendable, Codable {
  /// What the world sees.
  var incident: Incident
  /// Since when a lower level would do; nil while the present level is called for.
  var lowerSince: Timestamp?
  /// The highest of the lower levels since `lowerSince`.
  var lowerLevel: Severity?
  /// Since when everything has been quiet: no alert fires and no reading is out of range.
  var quietSince: Timestamp?
  /// True when a reading was missing at the last tick of the verification.
  var hasUnread = false
  /// False until the first grade, which is no change of severity.
  var isGraded = false
  /// When alerts turned from firing to resolved or back, by alert, oldest first.
  var turns: [String: [Timestamp]] = [:]
  /// The highest level whose response target has passed without an answer.
  var escalatedLevel: Severity?
  /// The tick of the last investigation.
  var investigatedAt: Timestamp?
  /// The tick of the last grade.
  var gradedAt: Timestamp?
  /// What makes its alerts quick to find; follows from `incident.alerts`.
  var register = AlertRegister()
  /// What saves work at the next look.
  var memory = CaseMemory()
  /// What came and went in the call that is being carried out; empty between calls.
  var pending: [PendingTurn] = []
  /// Changes already told in the timeline, by id, sorted.
  var toldChanges: [String] = []
  /// Number of events that have ever been appended.
  var sequence = 0
  /// Events appended since the last `IncidentChange` was made.
  var fresh: [IncidentEvent] = []
  /// Set when something changed that no event tells.
  var isTouched = false

  private enum CodingKeys: String, CodingKey {
    case incident, lowerSince, lowerLevel, quietSince, hasUnread, isGraded, turns, escalatedLevel
    case investigatedAt, gradedAt, toldChanges, sequence, fresh, isTouched
  }

  init(_ incident: Incident) {
    self.incident = incident
  }

  var firing: [AlertRecord] { incident.alerts.filter(\.isFiring) }

  /// When it was found to be over, which is later than its end: from here the watch counts.
  var closedAt: Timestamp {
    incident.events.last { $0.kind == .resolved }?.time ?? incident.end ?? incident.openedAt
  }

  /// Appends to the history, and derives the state from it.
  mutating func append(
    _ kind: IncidentEvent.Kind, at time: Timestamp, _ text: String, author: String? = nil,
    severity: Severity? = nil, ending: IncidentEnding? = nil, subject: String? = nil,
    limits: IncidentLimits
  ) {
    let event = IncidentEvent(
      incident: incident.id, sequence: sequence, time: time, kind: kind, text: text,
      author: author, severity: severity, ending: ending, subject: subject)
    sequence += 1
    fresh.append(event)
    if incident.events.count < limits.events || event.kind.changesState {
      incident.events.append(event)
    }
    if event.kind.changesState { incident.state = IncidentState(after: incident.events) }
  }

  /// Writes into the timeline, in order of time; equal lines are written once.
  mutating func tell(_ entry: TimelineEntry, limits: IncidentLimits) {
    let index =
      incident.timeline.lastIndex { $0.time <= entry.time }.map { $0 + 1 }
      ?? incident.timeline.startIndex
    guard !incident.timeline[..<index].suffix(8).contains(entry) else { return }
    if incident.timeline.count >= limits.timeline {
      // The beginning explains the trouble, the end its outcome: the middle is given up.
      incident.timeline.remove(at: limits.timeline / 2)
    }
    incident.timeline.insert(entry, at: min(index, incident.timeline.count))
  }

  /// The change to hand out for what happened since the last one; nil when nothing did.
  mutating func takeChange(at time: Timestamp) -> IncidentChange? {
    guard isTouched || !fresh.isEmpty else { return nil }
    let events = fresh
    fresh = []
    isTouched = false
    func tell(_ kind: IncidentEvent.Kind) -> Bool { events.contains { $0.kind == kind } }
    let kind: IncidentChange.Kind =
      if tell(.opened) { .opened } else if tell(.reopened) {
        .reopened
      } else if tell(.resolved) { .resolved } else if tell(.severity) {
        .severity
      } else { .updated }
    return IncidentChange(kind: kind, time: time, incident: incident, events: events)
  }

  /// What makes a later alert the same trouble: the alert itself, or its name on the same service.
  var troubleKeys: Set<String> {
    incident.alerts.reduce(into: []) { $0.formUnion(Self.keys(of: $1)) }
  }

  static func keys(of alert: AlertRecord) -> Set<String> {
    guard let service = alert.service else { return [alert.id] }
    return [alert.id, "\(alert.alert)@\(service)"]
  }
}

extension IncidentEvent.Kind {
  /// True for the kinds from which the state follows; these are kept whatever the limit.
  var changesState: Bool {
    switch self {
    case .opened, .acknowledged, .monitoring, .troubled, .resolved, .absorbed, .reopened: true
    case .alertFiring, .alertResolved, .merged, .severity, .escalated, .flapping, .change, .note,
      .mitigation:
      false
    }
  }
}
