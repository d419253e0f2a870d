public import Evaluation
public import Incidents
public import Model
import PromQL
import Rules
import Statistics

/// Finds out what is measured of a service and reads it from a store, a value for each step.
///
/// Counters become rates, and ratios of failures where a label tells them; histograms and summaries
/// become percentiles; gauges are averaged over their series.
public struct MetricReader {
  private let engine: QueryEngine
  private let context: IncidentContext
  /// The usual distance of samples, in ms.
  public let interval: Milliseconds
  /// Rates are taken over so long, in ms: four samples, and at least a minute.
  public var rateWindow: Milliseconds { max(60_000, 4 * interval) }

  /// Metrics of one service that are read, at most; the first by name.
  static let metricsMax = 200
  /// Values of one metric, at most: a longer time is read in larger steps.
  static let valuesMax = 2000

  /// A reader of the series of `store`, placed in services by `context`.
  public init(store: SeriesStore, context: IncidentContext) {
    engine = QueryEngine(store: store)
    self.context = context
    interval = Self.interval(engine)
  }

  /// The usual distance of samples: the middle one over some of the series.
  private static func interval(_ engine: QueryEngine) -> Milliseconds {
    let all = engine.store.allLabels.filter { $0["alertname"] == nil }
    let newest = Timestamp(milliseconds: max(0, engine.store.newestTime))
    var distances: [Milliseconds] = []
    for index in stride(from: 0, to: all.count, by: max(1, all.count / seriesProbed)) {
      let selector = VectorSelector(
        matchers: all[index].pairs.map { LabelMatcher($0.name, equals: $0.value) })
      let samples = Expression(
        .matrixSelector(selector, range: .literal(probeReach)), range: 0..<0)
      guard case .matrix(let matrix)? = try? engine.instant(samples, at: newest).value else {
        continue
      }
      for series in matrix where series.labels == all[index] {
        let times = series.points.suffix(50).map(\.time)
        distances += zip(times.dropFirst(), times).map { $0 - $1 }
      }
    }
    return distances.isEmpty ? 15_000 : distances.sorted()[distances.count / 2]
  }

  /// Series whose samples are looked at to find their distance, about.
  private static let seriesProbed = 20
  /// How far back they are looked at, in ms.
  private static let probeReach: Milliseconds = 3_600_000

  /// Services that the store has series of, sorted.
  public var services: [String] {
    Set(engine.store.allLabels.compactMap(service)).sorted()
  }

  private func service(of labels: Labels) -> String? {
    guard labels["alertname"] == nil else { return nil }
    return context.service(of: labels)
  }

  /// What selects the series of a service: its matchers in the catalogue, else the label that names it
  /// in most of its series.
  private func matchers(of service: String) -> [LabelMatcher] {
    var counts: [String: Int] = [:]
    for labels in engine.store.allLabels where self.service(of: labels) == service {
      if let label = context.namingLabel(of: labels) { counts[label, default: 0] += 1 }
    }
    let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return most.map { context.matchers(of: service, namedBy: $0.key) }
      ?? context.matchers(of: service)
  }

  /// What is measured of `service`, by name, without values.
  public func catalogue(of service: String) -> [ServiceMetric] {
    var families: [String: MetricFamily] = [:]
    for labels in engine.store.allLabels {
      guard let name = labels.metricName, !name.contains(":"),
        self.service(of: labels) == service
      else { continue }
      families[name, default: MetricFamily(name: name)].note(labels)
    }
    let selector = matchers(of: service).map(\.description)
    let names = Set(families.keys)
    let window = PrometheusDuration.text(rateWindow)
    let metrics = families.values.sorted { $0.name < $1.name }.flatMap {
      $0.metrics(
        of: service, selecting: selector, beside: names, engine.store.metadata[$0.name]?.type,
        window: window)
    }
    return Array(metrics.prefix(Self.metricsMax))
  }

  /// The metric with its values at `start`, `start + step`, … up to `end`.
  ///
  /// Nothing is read where the expression fails; values that are not finite are left out.
  public func read(
    _ metric: ServiceMetric, from start: Timestamp, to end: Timestamp, step: Milliseconds
  ) -> ServiceMetric {
    var metric = metric
    let step = max(step, (end - start) / Int64(Self.valuesMax), 1)
    guard start <= end, let expression = try? Expression(parsing: metric.expression),
      case .matrix(let matrix)? = try? engine.range(
        expression, start: start, end: end, step: step
      ).value
    else { return metric }
    for point in matrix.first?.points ?? [] {
      guard case .float(let value) = point.value, value.isFinite else { continue }
      metric.times.append(point.time.milliseconds)
      metric.values.append(value)
    }
    return metric
  }
}

extension MetricReader {
  /// Everything that is measured of `services`, with values from `start` to `end`.
  ///
  /// Values lie 15 to 60 seconds apart: about sixty of them, where the time is long enough.
  public func metrics(
    of services: [String], from start: Timestamp, to end: Timestamp
  ) -> [ServiceMetric] {
    guard start <= end else { return [] }
    let step = max(interval, min(60_000, max(15_000, (end - start) / 60_000 * 1000)))
    return services.flatMap { service in
      catalogue(of: service).map { read($0, from: start, to: end, step: step) }
    }
  }
}

extension MetricReader {
  /// The resources of `service` whose use is measured, by name.
  func resources(of service: String) -> [ResourceQuery] {
    let names = engine.store.allLabels.filter { self.service(of: $0) == service }
      .compactMap(\.metricName)
    return ResourceCatalogue.resources(
      of: service, measuredBy: Set(names),
      selecting: matchers(of: service).map(\.description))
  }
}
