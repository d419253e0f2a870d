public import Model

/// The numbers behind an incident, asked for at a tick; the engine answers from the live series.
///
/// An answer of nil means "not known", never zero. Answers must depend on the input alone.
public protocol MeasurementSource {
  /// What the metrics say about a service at `tick`.
  func measures(of service: String, at tick: Timestamp) -> ServiceMeasures
  /// The present value of what `alert` watches, and whether it is back to normal.
  ///
  /// Normal is inside the baseline band, or beyond the threshold's `clear` bound. Nil when the
  /// series has no sample at `tick`.
  func reading(of alert: AlertRecord, at tick: Timestamp) -> AlertReading?
  /// False when no series of `services` has a sample from before `cut`: then nothing says what was
  /// normal, and their windows tell nothing about a trouble since.
  func hasPast(of services: [String], before cut: Timestamp) -> Bool
  /// The series of `services` between two moments, band and threshold where there are any.
  ///
  /// Each window names its service and carries the metric's name in its labels.
  func windows(of services: [String], from start: Timestamp, to end: Timestamp) -> [EvidenceWindow]
}

/// What the metrics say about one service at one tick; nil where nothing is known.
public struct ServiceMeasures: Hashable, Sendable, Codable {
  /// All users.
  public var totalUsers: Double?
  /// Users in trouble.
  public var affectedUsers: Double?
  /// Requests per second.
  public var requestRate: Double?
  /// Failed requests per second.
  public var errorRate: Double?
  /// Requests per second that are normal for this time.
  public var expectedRequestRate: Double?
  /// Instances that are up.
  public var instancesUp: Double?
  /// Instances that are known.
  public var instancesTotal: Double?

  /// Measures of which nothing is known.
  public init() {}

  /// Share of requests that failed, 0...1; nil without traffic.
  public var errorRatio: Double? {
    guard let requestRate, let errorRate, requestRate > 0 else { return nil }
    return min(1, max(0, errorRate / requestRate))
  }
}

/// The present value of what an alert watches.
public struct AlertReading: Hashable, Sendable, Codable {
  /// The value.
  public var value: Double
  /// True inside the band, or beyond the bound at which the alert clears.
  public var isNormal: Bool

  /// A reading.
  public init(value: Double, isNormal: Bool) {
    self.value = value
    self.isNormal = isNormal
  }
}

/// A source that knows nothing, for callers without metrics.
public struct NoMeasurements: MeasurementSource, Sendable {
  /// A source that knows nothing.
  public init() {}

  /// Nothing.
  public func measures(of service: String, at tick: Timestamp) -> ServiceMeasures {
    ServiceMeasures()
  }

  /// Nothing.
  public func reading(of alert: AlertRecord, at tick: Timestamp) -> AlertReading? { nil }

  /// False.
  public func hasPast(of services: [String], before cut: Timestamp) -> Bool { false }

  /// Nothing.
  public func windows(
    of services: [String], from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] { [] }
}
