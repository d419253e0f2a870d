public import Model

/// One series of a service around the start of an incident, cut into before and since.
///
/// The parts share the columns of the window that they were cut from.
public struct MetricHistory: Sendable {
  /// The service it belongs to.
  public var service: String
  /// The series, metric name included.
  public let metric: Labels
  /// What it speaks of.
  public var signal: Signal
  /// The caller that measured it, when it is the time on the way between two services.
  public var caller: String?
  /// Values of the time before the start, in order of time; finite only.
  public var before: ArraySlice<Double> { didSet { past = nil } }
  /// Values right before the start; finite only, may be empty.
  public var recent: ArraySlice<Double>
  /// Times of `since` in milliseconds, ascending.
  public var times: ArraySlice<Int64>
  /// Values from the start on; finite only.
  public var since: ArraySlice<Double>
  private let sense: MetricSense
  /// What is known of `before`; nil until somebody looks it up.
  var past: Past?

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
    self.before = before[...]
    self.recent = recent[...]
    self.times = times[...]
    self.since = since[...]
    sense = MetricSense(metric)
  }

  /// So long before the start values count as recent.
  static let recentSpan: Milliseconds = 5 * 60_000

  /// A window cut at `start`; nil without a service.
  ///
  /// What lies within `guardTime` before the start belongs to neither side: symptoms precede their
  /// alert.
  public init?(_ window: EvidenceWindow, cutAt start: Timestamp, guardTime: Milliseconds = 0) {
    self.init(
      window, as: MetricSense(window.labels), cutAt: start, guardTime: guardTime)
  }

  /// A window of a metric whose name was read before.
  init?(
    _ window: EvidenceWindow, as sense: MetricSense, cutAt start: Timestamp,
    guardTime: Milliseconds
  ) {
    guard let service = window.service else { return nil }
    self.service = service
    self.sense = sense
    metric = window.labels
    signal = metric["signal"].flatMap(Signal.init(rawValue:)) ?? sense.signal
    let (moments, values) = window.finitePoints
    let cut = (start - guardTime).milliseconds
    let early = moments.partitioningIndex { $0 >= cut }
    let late = moments.partitioningIndex { $0 >= cut - Self.recentSpan }
    before = values[..<early]
    recent = values[late..<early]
    times = moments[early...]
    since = values[early...]
  }

  /// The time of the value at `index` of `since`, in milliseconds.
  func time(at index: Int) -> Int64 { times[times.startIndex + index - since.startIndex] }

  /// So many stretches of a length must fit into the past for the length to be judged.
  private static let stretchesMin = 8

  /// How many values of the past are compared with those since the start.
  var stretchLength: Int { max(1, min(since.count, before.count / Self.stretchesMin)) }

  /// How it stood before; nil when too little was seen.
  var normal: DeviationScan.Normal? { past?.normal ?? DeviationScan.Normal(before) }

  /// How stretches of it stood before; nil when too little was seen.
  var stretches: Past.Stretches? {
    past?.stretches ?? Past.Stretches(of: before, length: stretchLength)
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
    switch signal {
    case .availability: !sense.namesAbsence
    case .errors: sense.namesSuccess
    case .latency, .traffic, .saturation, .other: false
    }
  }

  /// True for what a service measures of the services it calls: their trouble, not its own.
  var isOutgoing: Bool { sense.isOutgoing }
}

/// What a metric's name says, read once for all its series.
struct MetricSense: Hashable, Sendable {
  /// What it speaks of, unless a label says otherwise.
  let signal: Signal
  /// It measures the services that are called.
  let isOutgoing: Bool
  /// It counts what succeeded.
  let namesSuccess: Bool
  /// It counts what is not there.
  let namesAbsence: Bool

  /// What the name of a series says, or its labels where it has none.
  init(_ metric: Labels) {
    let name = metric.metricName
    let lowered = words(of: name ?? metric.description).map { $0.lowercased() }
    let known = Set(lowered)
    signal = name == nil ? .other : Signal(lowercased: lowered)
    isOutgoing = !known.isDisjoint(with: ["client", "outgoing", "outbound", "upstream"])
    namesSuccess = known.contains("success")
    namesAbsence = !known.isDisjoint(with: ["down", "unavailable", "absent"])
  }
}

extension EvidenceWindow {
  /// The points with a finite value: the columns as they are where every point has one.
  fileprivate var finitePoints: (times: [Int64], values: [Double]) {
    if values.allSatisfy({ $0.isFinite }) { return (times, values) }
    let kept = values.indices.filter { values[$0].isFinite }
    return (kept.map { times[$0] }, kept.map { values[$0] })
  }
}

extension [Int64] {
  /// The first place of a rising list from which on `isBehind` holds; `count` when there is none.
  fileprivate func partitioningIndex(_ isBehind: (Int64) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
