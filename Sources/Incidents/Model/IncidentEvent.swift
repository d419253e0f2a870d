public import Model

/// One entry of an incident's append-only history, from which its state is derived.
public struct IncidentEvent: Hashable, Sendable, Codable, Identifiable {
  /// What happened.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The first alert fired.
    case opened
    /// An alert joined, or fired again.
    case alertFiring
    /// An alert ended.
    case alertResolved
    /// Another incident was found to be the same trouble and was merged into this one.
    case merged
    /// This incident was found to be part of another, which takes it over.
    case absorbed
    /// The severity changed.
    case severity
    /// Somebody took the incident.
    case acknowledged
    /// Nobody took it in time; the next in line is told.
    case escalated
    /// The last alert ended; recovery is being watched.
    case monitoring
    /// An alert fired again during the watch.
    case troubled
    /// It is over.
    case resolved
    /// It came back within the watch window.
    case reopened
    /// Its alerts come and go; single changes are no longer told.
    case flapping
    /// A change to one of its services, or near them.
    case change
    /// A person's note.
    case note
    /// A mitigation was run, with its outcome.
    case mitigation
  }

  /// Hash of incident and `sequence`.
  public var id: String
  /// Position in the incident's history, from 0.
  public var sequence: Int
  /// When, in event time.
  public var time: Timestamp
  /// What happened.
  public var kind: Kind
  /// One sentence, without the time.
  public var text: String
  /// Who did it; nil for the engine itself.
  public var author: String?
  /// The severity from this event on, for `opened` and `severity`.
  public var severity: Severity?
  /// How it ended, for `resolved`.
  public var ending: IncidentEnding?
  /// The alert, change or other incident it is about, by id.
  public var subject: String?

  /// The event at `sequence` of the history of `incident`.
  public init(
    incident: String, sequence: Int, time: Timestamp, kind: Kind, text: String,
    author: String? = nil, severity: Severity? = nil, ending: IncidentEnding? = nil,
    subject: String? = nil
  ) {
    var hash = StableHash()
    hash.combine(incident)
    hash.combine(Int64(sequence))
    id = hash.hexadecimal
    self.sequence = sequence
    self.time = time
    self.kind = kind
    self.text = text
    self.author = author
    self.severity = severity
    self.ending = ending
    self.subject = subject
  }
}

extension IncidentState {
  /// The state that a history leads to; `open` for an empty one.
  public init(after events: some Sequence<IncidentEvent>) {
    self = .open
    var isAcknowledged = false
    for event in events {
      switch event.kind {
      case .opened: self = .open
      case .acknowledged:
        isAcknowledged = true
        if self == .open { self = .acknowledged }
      case .monitoring: self = .monitoring
      case .troubled: self = isAcknowledged ? .acknowledged : .open
      case .resolved, .absorbed: self = .resolved
      case .reopened:
        isAcknowledged = false
        self = .open
      case .alertFiring, .alertResolved, .merged, .severity, .escalated, .flapping, .change, .note,
        .mitigation:
        break
      }
    }
  }
}
