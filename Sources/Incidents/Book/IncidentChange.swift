public import Model

/// What a call of the book did to one incident: the effect that is stored, printed and notified.
public struct IncidentChange: Hashable, Sendable, Codable {
  /// The weightiest thing that happened; also the kind of the JSON event.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A new incident.
    case opened
    /// The same trouble is back within the watch window.
    case reopened
    /// It is over; `incident.ending` says how.
    case resolved
    /// Its severity changed.
    case severity
    /// Anything else: alerts, acknowledgement, escalation, notes, changes, merging, findings.
    case updated
  }

  /// The weightiest thing that happened.
  public var kind: Kind
  /// The tick at which it happened.
  public var time: Timestamp
  /// The incident after it.
  public var incident: Incident
  /// The events that it added to `incident.events`, oldest first.
  public var events: [IncidentEvent]

  /// A change with the events behind it.
  public init(
    kind: Kind, time: Timestamp, incident: Incident, events: [IncidentEvent]
  ) {
    self.kind = kind
    self.time = time
    self.incident = incident
    self.events = events
  }

  /// True when nobody answered in time and the next in line must be told.
  public var escalates: Bool { events.contains { $0.kind == .escalated } }
}

/// What a person can tell the book about an incident.
public struct IncidentCommand: Hashable, Sendable, Codable {
  /// What is wanted.
  public enum Action: Hashable, Sendable, Codable {
    /// Take the incident.
    case acknowledge
    /// Write into its timeline.
    case note(String)
    /// Declare it over without waiting for the verification.
    case resolve
    /// Record a mitigation that was run, with its outcome.
    case mitigation(String)
    /// Add a piece of work.
    case addAction(text: String, owner: String?, due: Timestamp?)
    /// Change the state of a piece of work.
    case setAction(id: String, state: ActionItem.State)
  }

  /// The incident's id.
  public var incident: String
  /// What is wanted.
  public var action: Action
  /// Who wants it; nil when unknown.
  public var author: String?

  /// A command for an incident.
  public init(incident: String, action: Action, author: String? = nil) {
    self.incident = incident
    self.action = action
    self.author = author
  }
}

/// Why a command was refused; the sentence is made in `description`.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The book has no incident of that id any more.
    case unknownIncident
    /// It is already in the state that was asked for.
    case alreadySo
    /// It cannot be resolved while alerts fire.
    case stillFiring
    /// It has no action item of that id.
    case unknownAction
    /// A note or an action without words.
    case emptyText
  }

  /// The reason.
  public var code: Code
  /// The incident's id.
  public var incident: String
  /// What the reason is about: the state, the alerts or the action item.
  public var detail: String

  /// A refusal.
  public init(_ code: Code, incident: String, detail: String = "") {
    self.code = code
    self.incident = incident
    self.detail = detail
  }

  /// What is wrong, the value in quotes.
  public var description: String {
    switch code {
    case .unknownIncident: "no incident \(quoted(incident)) is open or watched"
    case .alreadySo: "incident \(quoted(incident)) is already \(detail)"
    case .stillFiring: "incident \(quoted(incident)) cannot be resolved while \(detail) fires"
    case .unknownAction: "incident \(quoted(incident)) has no action item \(quoted(detail))"
    case .emptyText: "a note or an action item of incident \(quoted(incident)) needs a text"
    }
  }
}
