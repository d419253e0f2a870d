public import Model

/// One line of an incident's timeline: "14:30 error rate of checkout rose to 38 % (baseline 0.4 %)".
public struct TimelineEntry: Hashable, Sendable, Codable {
  /// What the line tells, for its mark on a page.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A metric left its range or an alert fired.
    case symptom
    /// A metric is back in its range or an alert ended.
    case recovery
    /// Somebody or something changed a service.
    case change
    /// The incident was opened, graded, taken, escalated, resolved or reopened.
    case state
    /// A person's note, or the outcome of a command.
    case note
  }

  /// When it happened, which may be before it was known.
  public var time: Timestamp
  /// What it tells.
  public var kind: Kind
  /// The sentence, without the time; no full stop.
  public var text: String
  /// The service it is about, when it is about one.
  public var service: String?

  /// A line of the timeline.
  public init(time: Timestamp, kind: Kind, text: String, service: String? = nil) {
    self.time = time
    self.kind = kind
    self.text = text
    self.service = service
  }
}
