import Evaluation
import Incidents
public import Model
import Statistics

/// What is left of each service's resources, where they are heading, and what the next event needs.
public struct Capacity: Sendable {
  /// One resource of one service.
  public struct Resource: Sendable {
    /// The service.
    public var service: String
    /// What a person calls it.
    public var name: String
    /// The expression that was read.
    public var expression: String
    /// Event times in ms, ascending.
    public var times: [Int64]
    /// Share in use, parallel to `times`; 1 is all of it.
    public var values: [Double]
    /// The highest share in use.
    public var peak: Double
    /// The share that 95 of 100 values are at or below.
    public var p95: Double
    /// Change of the peaks in a day, in shares of the whole; nil where no trend is clear.
    public var trendPerDay: Double?
    /// Time until the trend of the peaks reaches all of it, in ms from the end; nil when out of sight.
    public var exhaustedIn: Milliseconds?
    /// What explains how much is in use.
    public var driver: Driver
    /// Share in use at the load of the next event, above 1 when it does not suffice; nil where the
    /// traffic does not explain the resource.
    public var atEvent: Double?

    /// True when `atEvent` follows from how the resource followed the traffic.
    public var followsTraffic: Bool { driver == .traffic }

    /// What is left at the load of the next event; negative when it does not suffice.
    public var headroom: Double? { atEvent.map { 1 - $0 } }

    /// True when all of it was in use at the peak.
    public var isFull: Bool { peak >= 0.995 }

    /// True when it is known not to suffice: for the next event, or for what there was.
    public var isShort: Bool { isFull || atEvent ?? 0 > 1 }

    /// The factor by which the resource must grow to stay at the target; nil when it suffices, or
    /// when nobody knows.
    public func growth(toStayBelow target: Double) -> Double? {
      atEvent.flatMap { $0 > target ? $0 / target : nil }
    }
  }

  /// What explains how much of a resource is in use.
  public enum Driver: String, Sendable, CaseIterable {
    /// It rises and falls with the requests.
    case traffic
    /// It grows as time passes, whatever is asked: a disk, a sequence.
    case time
    /// Neither.
    case unknown
  }

  /// A series that is no share: what it says of its resource is not known.
  public struct Misfit: Hashable, Sendable {
    /// The service.
    public var service: String
    /// What a person calls the resource.
    public var name: String
    /// The lowest and the highest value, where 0...1 would be a share.
    public var range: ClosedRange<Double>
  }

  /// How the review is made.
  public struct Options: Sendable {
    /// Load of the next event, as a multiple of the highest traffic seen.
    public var eventLoad = 2.0
    /// Share in use that one wants to stay below, 0...1.
    public var target = 0.7
    /// No time to exhaustion farther ahead than this is told, in ms: a year.
    public var horizon: Milliseconds = 365 * 86_400_000

    /// The usual.
    public init() {}
  }

  /// The shortest of room at the next event first, then by service and name.
  public private(set) var resources: [Resource] = []
  /// What looked like a share and is none, by service and name.
  public private(set) var misfits: [Misfit] = []
  /// How it was made.
  public let options: Options
  /// The first and the last moment that was looked at.
  public let span: ClosedRange<Timestamp>
  /// What it rests on.
  public let basis: Basis

  /// What a review rests on.
  public enum Basis: Hashable, Sendable {
    /// Every sample of a recording.
    case recording
    /// What was kept with so many incidents; nothing of the time between them.
    case evidence(incidents: Int)
  }

  /// Values of one resource, at most.
  private static let valuesMax: Int64 = 1000

  /// Reviews every resource that a store tells of.
  public init(
    _ reader: MetricReader, span: ClosedRange<Timestamp>, options: Options = Options()
  ) {
    self.init(options: options, span: span, basis: .recording)
    let length = span.upperBound - span.lowerBound
    let step = max(60_000, length / Self.valuesMax / 15_000 * 15_000)
    let start = span.lowerBound + min(120_000, length / 4)
    for service in reader.services {
      let traffic = reader.traffic(of: service, from: start, to: span.upperBound, step: step)
      for query in reader.resources(of: service) {
        let metric = reader.read(
          ServiceMetric(
            service: service, name: query.name, signal: .saturation, unit: "ratio",
            expression: query.expression), from: start, to: span.upperBound, step: step)
        add(metric, traffic)
      }
    }
    order()
  }

  /// A review of nothing yet.
  init(options: Options, span: ClosedRange<Timestamp>, basis: Basis) {
    self.options = options
    self.span = span
    self.basis = basis
  }

  /// Reviews one resource, beside the traffic of its service where that is known.
  mutating func add(_ metric: ServiceMetric, _ traffic: ServiceMetric?) {
    let values = metric.values.filter(\.isFinite)
    if let least = values.min(), let most = values.max(),
      least < -Self.slack || most > 1 + Self.slack
    {
      return misfits.append(
        Misfit(service: metric.service, name: metric.name, range: least...most))
    }
    var bounded = metric
    bounded.values = metric.values.map { $0.isFinite ? min(1, max(0, $0)) : $0 }
    if let resource = review(bounded, traffic) { resources.append(resource) }
  }

  /// By which share of its highest traffic must change to explain anything.
  private static let trafficSwing = 0.1
  /// By how much rates over uneven scrapes may leave 0...1.
  private static let slack = 0.05

  /// The shortest of room first.
  mutating func order() {
    resources.sort {
      (-($0.atEvent ?? $0.peak), $0.service, $0.name)
        < (-($1.atEvent ?? $1.peak), $1.service, $1.name)
    }
    misfits.sort { ($0.service, $0.name) < ($1.service, $1.name) }
  }

  /// How one incident went is no trend: evidence tells of trends only over days.
  private var tellsTrends: Bool {
    basis == .recording || span.upperBound - span.lowerBound >= Self.evidenceDaysMin * 86_400_000
  }

  /// Days over which evidence must reach for a trend.
  private static let evidenceDaysMin: Milliseconds = 3

  private func review(_ metric: ServiceMetric, _ traffic: ServiceMetric?) -> Resource? {
    let set = Quantiles(metric.values)
    guard let peak = set.sorted.last, let end = metric.times.last else { return nil }
    var resource = Resource(
      service: metric.service, name: metric.name, expression: metric.expression,
      times: metric.times, values: metric.values, peak: peak, p95: set[0.95],
      driver: .unknown, atEvent: nil)
    if tellsTrends, let trend = Self.trend(of: metric) {
      let days = Double(end - span.lowerBound.milliseconds) / 86_400_000
      resource.trendPerDay = trend.slope
      if trend.slope > 0, peak < 1, let there = trend.reaches(1, from: days) {
        let left = (there - days) * 86_400_000
        if left <= Double(options.horizon) { resource.exhaustedIn = Milliseconds(left) }
      }
    }
    if let rise = rise(metric, traffic) {
      resource.driver = .traffic
      resource.atEvent = peak + rise
    } else if let trend = resource.trendPerDay, trend > 0 {
      resource.driver = .time
    }
    return resource
  }

  /// The trend of the peaks of equal stretches, by days.
  ///
  /// A stretch is a day where there are three of them, else a twelfth of the time. Nil where the slopes
  /// disagree or nothing is gained in the whole time.
  private static func trend(of metric: ServiceMetric) -> RobustTrend? {
    guard let first = metric.times.first, let last = metric.times.last, last > first else {
      return nil
    }
    let day: Int64 = 86_400_000
    let length = last - first >= 3 * day ? day : max(1, (last - first) / 12)
    var peaks: [Int64: Double] = [:]
    for (time, value) in zip(metric.times, metric.values) {
      peaks[(time - first) / length] = max(peaks[(time - first) / length] ?? value, value)
    }
    // The last stretch is cut off where the recording ends.
    if peaks.count > 3 { peaks[(last - first) / length] = nil }
    let slots = peaks.keys.sorted()
    let x = slots.map { (Double($0) + 0.5) * Double(length) / Double(day) }
    guard let trend = RobustTrend(x: x, y: slots.map { peaks[$0] ?? .nan }),
      trend.agreement >= 0.7
    else { return nil }
    let gained = abs(trend.slope) * Double(last - first) / Double(day)
    return gained >= 0.005 ? trend : nil
  }

  /// By how much more is in use at the event's load: by the straight line over the traffic; nil where
  /// the two do not go together.
  private func rise(_ metric: ServiceMetric, _ traffic: ServiceMetric?) -> Double? {
    guard let traffic, let most = traffic.values.max(), most > 0 else { return nil }
    // A first rate that is cut off is no change of the traffic.
    let usual = Quantiles(traffic.values)
    guard usual[0.95] - usual[0.05] >= Self.trafficSwing * usual[0.95] else { return nil }
    let rates = Dictionary(zip(traffic.times, traffic.values)) { a, _ in a }
    let pairs = zip(metric.times, metric.values).compactMap { time, value in
      rates[time].map { ($0, value) }
    }
    guard let line = RobustTrend(x: pairs.map(\.0), y: pairs.map(\.1)), line.slope > 0,
      line.agreement >= 0.65
    else { return nil }
    return max(0, line.slope * most * (options.eventLoad - 1))
  }
}

extension MetricReader {
  /// The requests of a service over time; nil where nothing tells them.
  func traffic(
    of service: String, from start: Timestamp, to end: Timestamp, step: Milliseconds
  ) -> ServiceMetric? {
    catalogue(of: service).first { $0.signal == .traffic }
      .map { read($0, from: start, to: end, step: step) }
  }
}
