/// What a message tells of an incident; each has words of its own.
public enum Stage: String, Sendable, Codable, CaseIterable {
  /// A new incident.
  case opened
  /// The same trouble is back.
  case reopened
  /// It is graver or milder than the receiver knows.
  case severity
  /// Nobody took it in time.
  case escalated
  /// Somebody took it.
  case acknowledged
  /// Alerts, notes, changes, findings.
  case updated
  /// It still goes on and nobody has taken it.
  case reminder
  /// How it stands, for those who do not work on it.
  case briefing
  /// It was found to be part of another incident, which goes on.
  case merged
  /// It is over.
  case resolved

  /// The stages that a route tells unless it says otherwise: all but `updated`.
  public static let standard = Set(allCases).subtracting([.updated])

  /// True when the message ends what the receiver knows of the incident.
  public var isFinal: Bool { self == .resolved || self == .merged }
}
