public import Incidents
public import Model

/// What a person did to an incident through the store, until the engine takes it up.
///
/// The engine owns an incident's history. A response lies beside it and is shown over it, so that
/// `incident ack` works whether or not an engine runs; `StoreBatch.takenUp` ends its life as such.
public struct Response: Hashable, Sendable, Identifiable {
  /// What was done.
  public enum Kind: String, Sendable, CaseIterable {
    /// Somebody took the incident.
    case acknowledge
    /// Somebody wrote something down.
    case note
    /// Somebody declared it over.
    case resolve
    /// Somebody had a step of a playbook run; the text is its outcome.
    case mitigation
  }

  /// Hash of everything else: the same response twice is one.
  public let id: String
  /// The incident's id.
  public let incident: String
  /// When.
  public let time: Timestamp
  /// What was done.
  public let kind: Kind
  /// Who did it; nil when unknown.
  public let author: String?
  /// What they said; may be empty, except for a note.
  public let text: String
  /// True once it is part of the incident's own history.
  public internal(set) var isTakenUp = false

  /// A response to an incident.
  public init(
    incident: String, time: Timestamp, kind: Kind, author: String? = nil, text: String = ""
  ) {
    self.incident = incident
    self.time = time
    self.kind = kind
    self.author = author
    self.text = text
    var hash = StableHash()
    hash.combine(time.milliseconds)
    for part in [incident, kind.rawValue, author ?? "", text] { hash.combine(part) }
    id = hash.hexadecimal
  }

  /// The same as a command for the engine.
  public var command: IncidentCommand {
    let action: IncidentCommand.Action =
      switch kind {
      case .acknowledge: .acknowledge
      case .note: .note(text)
      case .resolve: .resolve
      case .mitigation: .mitigation(text)
      }
    return IncidentCommand(incident: incident, action: action, author: author)
  }

  /// The sentence for a timeline, without the time.
  public var sentence: String {
    let who = author ?? "somebody"
    let said = text.isEmpty ? "" : ": \(text)"
    return switch kind {
    case .acknowledge: "\(who) took the incident\(said)"
    case .note, .mitigation: author.map { "\($0): \(text)" } ?? text
    case .resolve: "\(who) declared the incident resolved\(said)"
    }
  }
}

extension Incident {
  /// Shows a response that the engine has not taken up yet.
  mutating func overlay(_ response: Response) {
    let kind: IncidentEvent.Kind
    switch response.kind {
    case .acknowledge:
      kind = .acknowledged
      acknowledgedAt = acknowledgedAt ?? response.time
      acknowledgedBy = acknowledgedBy ?? response.author
      if state == .open { state = .acknowledged }
    case .note: kind = .note
    case .mitigation: kind = .mitigation
    case .resolve where state == .resolved || alerts.contains(where: \.isFiring):
      // The engine will refuse it while alerts fire; until then it is a person's word.
      kind = .note
    case .resolve:
      kind = .resolved
      state = .resolved
      ending = ending ?? .cleared
      end = end ?? response.time
    }
    events.append(
      IncidentEvent(
        incident: id, sequence: events.count, time: response.time, kind: kind,
        text: response.sentence, author: response.author, ending: kind == .resolved ? ending : nil,
        subject: response.id))
    let entry = TimelineEntry(
      time: response.time, kind: [.note, .mitigation].contains(kind) ? .note : .state,
      text: response.sentence)
    let place = timeline.firstIndex { $0.time > response.time } ?? timeline.endIndex
    timeline.insert(entry, at: place)
  }
}
