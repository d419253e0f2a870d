public import Model

/// One series of a service around the start of an incident, cut into before and since.
public struct MetricHistory: Hashable, Sendable {
  /// The service it belongs to.
  public var service: String
  /// The series, metric name included.
  public var metric: Labels
  /// What it speaks of.
  public var signal: Signal
  /// The caller that measured it, when it is the time on the way between two services.
  public var caller: String?
  /// Values of the time before the start, in order of time; finite only.
  public var before: [Double]
  /// Values right before the start; finite only, may be empty.
  public var recent: [Double]
  /// Times of `since` in milliseconds, ascending.
  public var times: [Int64]
  /// Values from the start on; finite only.
  public var since: [Double]

  /// A history from its columns.
  public init(
    service: String, metric: Labels, signal: Signal, caller: String? = nil, before: [Double],
    recent: [Double], times: [Int64], since: [Double]
  ) {
    precondition(times.count == since.count, "\(times.count) times, \(since.count) values")
    self.service = service
    self.metric = metric
    self.signal = signal
    self.caller = caller
    self.before = before
    self.recent = recent
    self.times = times
    self.since = since
  }

  /// So long before the start values count as recent.
  static let recentSpan: Milliseconds = 5 * 60_000

  /// A window cut at `start`; nil without a service.
  ///
  /// What lies within `guardTime` before the start belongs to neither side: symptoms precede their
  /// alert.
  public init?(_ window: EvidenceWindow, cutAt start: Timestamp, guardTime: Milliseconds = 0) {
    guard let service = window.service else { return nil }
    self.init(
      service: service, metric: window.labels, signal: Signal(metric: window.labels), before: [],
      recent: [], times: [], since: [])
    let cut = (start - guardTime).milliseconds
    for (time, value) in zip(window.times, window.values) where value.isFinite {
      if time < cut {
        before.append(value)
        if time >= cut - Self.recentSpan { recent.append(value) }
      } else {
        times.append(time)
        since.append(value)
      }
    }
  }

  /// The metric's name, for sentences.
  public var name: String { metric.metricName ?? metric.description }

  /// True when a move in this direction is a move for the worse.
  func isBad(above: Bool) -> Bool {
    switch signal {
    case .errors, .availability: above != countsSuccess
    case .latency, .saturation: above
    case .traffic: !above
    case .other: true
    }
  }

  /// True for metrics that count what went well: success ratio, availability, up.
  var countsSuccess: Bool {
    let known = Set(words(of: name).map { $0.lowercased() })
    switch signal {
    case .availability: return known.isDisjoint(with: ["down", "unavailable", "absent"])
    case .errors: return known.contains("success")
    case .latency, .traffic, .saturation, .other: return false
    }
  }

  /// True for what a service measures of the services it calls: their trouble, not its own.
  var isOutgoing: Bool {
    let known = Set(words(of: name).map { $0.lowercased() })
    return !known.isDisjoint(with: ["client", "outgoing", "outbound", "upstream"])
  }
}
