public import Model

/// One step in the life of one alert instance: what floor 3 hands to floor 4.
public struct AlertTransition: Hashable, Sendable {
  /// What happened.
  public enum Kind: String, Sendable {
    /// The condition became true; the rule's `for` runs.
    case pending
    /// The condition held for `for`.
    case firing
    /// The condition is over, or its data is; see `ending`.
    case resolved
  }

  /// How a firing alert ended.
  public enum Ending: String, Sendable, Codable {
    /// Its condition was evaluated and is false.
    case cleared
    /// Its data stopped: nothing was there to evaluate. That is not recovery.
    case vanished
  }

  /// The tick at which it happened.
  public var time: Timestamp
  /// What happened.
  public var kind: Kind
  /// How it ended; nil unless `kind` is `resolved`.
  public var ending: Ending?
  /// The rule's group.
  public var group: String
  /// The alert's name.
  public var alert: String
  /// Labels of the instance with `alertname` and the rule's own labels, templates expanded.
  public var labels: Labels
  /// The rule's annotations, templates expanded.
  public var annotations: Labels
  /// Value of the rule's expression at `time` (the last one known, when resolved).
  public var value: Double
  /// When the condition became true.
  public var activeSince: Timestamp
  /// What the value is measured against, and what was normal.
  public var measure: Measure

  /// How far off the value is, for threshold and baseline rules; all nil for a plain expression
  /// whose bound could not be read from the text.
  public struct Measure: Hashable, Sendable, Codable {
    /// The bound that was crossed.
    public var threshold: Double?
    /// How the value stands to the bound while the alert is active; nil when nothing says so.
    public var comparison: Comparison?
    /// Level of the threshold that was crossed (`above: {high: …}`).
    public var level: Severity?
    /// What the value would be if all were normal.
    public var expected: Double?
    /// Lower end of the normal band.
    public var lower: Double?
    /// Upper end of the normal band.
    public var upper: Double?
    /// How unusual the value is: 0 normal, 1 at the edge of the band, above 1 beyond.
    public var score: Double?
    /// In what way the value is unusual, in words: `spike`, `level shift`; nil when it is not.
    public var channel: String?
    /// Mean time between values as unusual as this one for its series; nil when it is not unusual.
    public var recurrence: Milliseconds?
    /// Milliseconds until the resource is exhausted, when a trend says so.
    public var exhaustedIn: Milliseconds?

    /// How a value stands to a bound.
    public enum Comparison: String, Sendable, Codable {
      /// Over it, or at it.
      case above
      /// Under it, or at it.
      case below
      /// Exactly at it, as in `up == 0`.
      case equal
      /// Anywhere but at it.
      case notEqual
    }

    /// A measure of which nothing is known yet.
    public init() {}
  }

  /// A transition with its evidence.
  public init(
    time: Timestamp, kind: Kind, ending: Ending? = nil, group: String, alert: String,
    labels: Labels, annotations: Labels = .empty, value: Double, activeSince: Timestamp,
    measure: Measure = Measure()
  ) {
    self.time = time
    self.kind = kind
    self.ending = ending
    self.group = group
    self.alert = alert
    self.labels = labels
    self.annotations = annotations
    self.value = value
    self.activeSince = activeSince
    self.measure = measure
  }
}
