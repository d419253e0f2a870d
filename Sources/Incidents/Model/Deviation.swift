public import Model

/// A metric of a service that left its normal range around an incident.
public struct Deviation: Hashable, Sendable, Codable {
  /// Which way it went.
  public enum Direction: String, Sendable, Codable {
    /// Higher than normal.
    case above
    /// Lower than normal.
    case below
  }

  /// The service the series belongs to; nil when unknown.
  public var service: String?
  /// The series, metric name included.
  public var metric: Labels
  /// When it left its range.
  public var onset: Timestamp
  /// How far: multiples of the usual scatter; at least 0.
  public var strength: Double
  /// In what way it is unusual: `spike`, `levelShift`, `flatLine`, `variance`, `drift`, `threshold`.
  public var channel: String
  /// Which way it went.
  public var direction: Direction
  /// What was normal; nil when unknown.
  public var expected: Double?
  /// What was seen, at its worst.
  public var observed: Double

  /// What was seen as a person writes it, in the metric's unit; counters are rates: "283/s".
  public var observedText: String { spoken(observed, unit) }
  /// What was normal as a person writes it; nil when unknown.
  public var expectedText: String? { expected.map { spoken($0, unit) } }
  private var unit: Unit { MetricWords.unit(of: metric.metricName ?? "") }

  /// A deviation with what is known of it.
  public init(
    service: String?, metric: Labels, onset: Timestamp, strength: Double, channel: String,
    direction: Direction, expected: Double?, observed: Double
  ) {
    self.service = service
    self.metric = metric
    self.onset = onset
    self.strength = strength
    self.channel = channel
    self.direction = direction
    self.expected = expected
    self.observed = observed
  }
}
