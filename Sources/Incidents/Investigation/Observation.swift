public import Model

/// One series of a service around the start of an incident, cut into before and since.
public struct Observation: Hashable, Sendable {
  /// The service it belongs to.
  public var service: String
  /// The series, metric name included.
  public var metric: Labels
  /// What it speaks of.
  public var signal: Signal
  /// Values of the time before the start, in order of time; finite only.
  public var before: [Double]
  /// Times of `since` in milliseconds, ascending.
  public var times: [Int64]
  /// Values from the start on; finite only.
  public var since: [Double]

  /// An observation from its columns.
  public init(
    service: String, metric: Labels, signal: Signal, before: [Double], times: [Int64],
    since: [Double]
  ) {
    precondition(times.count == since.count, "\(times.count) times, \(since.count) values")
    self.service = service
    self.metric = metric
    self.signal = signal
    self.before = before
    self.times = times
    self.since = since
  }

  /// A window cut at `start`; nil without a service.
  ///
  /// A little before the start belongs to neither side: symptoms precede their alert.
  public init?(_ window: EvidenceWindow, cutAt start: Timestamp, guardTime: Milliseconds = 0) {
    guard let service = window.service else { return nil }
    self.init(
      service: service, metric: window.labels, signal: Signal(metric: window.labels), before: [],
      times: [], since: [])
    for (time, value) in zip(window.times, window.values) where value.isFinite {
      if time < (start - guardTime).milliseconds {
        before.append(value)
      } else {
        times.append(time)
        since.append(value)
      }
    }
  }

  /// The metric's name, for sentences.
  public var name: String { metric.metricName ?? metric.description }
}
