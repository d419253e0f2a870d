import Exposition
import Model

/// Reads the metrics of an OTLP message, resource by resource, into a batch.
struct MetricReader {
  let options: OTLP.Options
  private(set) var outcome = Outcome()
  /// The labels of the point being read, after those of its resource and scope.
  private var labels = SpelledLabels()
  /// The labels of the resource and scope.
  private var shared: [(name: String, value: String)] = []
  /// The newest time of the resource's points, in ms.
  private var newest: Int64?

  init(_ options: OTLP.Options) {
    self.options = options
  }

  var limits: WireLimits { options.limits }

  /// Refuses something that is no metric.
  mutating func refuse(_ refusal: Refusal, of name: String = "", count: Int = 1) {
    outcome.refuse(refusal, of: name, count: count, limits)
  }

  /// Reads all metrics of a resource.
  mutating func read(_ metrics: OTLPResourceMetrics, into batch: inout SampleBatch) {
    let resource = ResourceLabels(metrics.resource, promoted: options.promotedAttributes)
    newest = nil
    for scope in metrics.scopeMetrics {
      shared = resource.ofSeries
      if options.hasScopeLabels { shared += scopeLabels(scope) }
      for metric in scope.metrics { read(metric, into: &batch) }
    }
    guard let newest, !resource.ofInfo.isEmpty, !resource.ofSeries.isEmpty else { return }
    shared = resource.ofSeries.filter { $0.name == "job" || $0.name == "instance" }
    if shared.isEmpty { return }
    do throws(Refusal) {
      begin(resource.ofInfo)
      try append("target_info", time: newest, startTime: 0, value: 1, to: &batch)
    } catch {
      refuse(error, of: "target_info")
    }
  }

  private func scopeLabels(_ metrics: OTLPScopeMetrics) -> [(name: String, value: String)] {
    let scope = metrics.scope
    let named = [
      ("otel_scope_name", scope.name), ("otel_scope_version", scope.version),
      ("otel_scope_schema_url", metrics.schemaURL),
    ]
    let attributes = AttributeLabels.labels(scope.attributes, prefix: "otel_scope_")
    return named.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
      + attributes.filter { label in !named.contains { $0.0 == label.name } }
  }

  private mutating func read(_ metric: OTLPMetric, into batch: inout SampleBatch) {
    let isSum = if case .sum(let sum) = metric.data { sum.isMonotonic } else { false }
    let isGauge = if case .gauge = metric.data { true } else { false }
    let name = MetricNames.metric(
      metric.name, unit: metric.unit, isCounter: isSum, isGauge: isGauge)
    let points = metric.pointCount
    guard !name.isEmpty else {
      return refuse(Refusal(.missingName, "expected a metric with a name"), count: points)
    }
    let type: String
    switch metric.data {
    case .gauge(let gauge):
      type = "gauge"
      for point in gauge.dataPoints { read(point, name, hasStart: false, into: &batch) }
    case .sum(let sum):
      guard isCumulative(sum.aggregationTemporality, name, points) else { return }
      type = sum.isMonotonic ? "counter" : "gauge"
      for point in sum.dataPoints { read(point, name, hasStart: sum.isMonotonic, into: &batch) }
    case .histogram(let histogram):
      guard isCumulative(histogram.aggregationTemporality, name, points) else { return }
      type = "histogram"
      for point in histogram.dataPoints { read(point, name, into: &batch) }
    case .exponentialHistogram(let histogram):
      guard isCumulative(histogram.aggregationTemporality, name, points) else { return }
      type = "histogram"
      for point in histogram.dataPoints { read(point, name, into: &batch) }
    case .summary(let summary):
      type = "summary"
      for point in summary.dataPoints { read(point, name, into: &batch) }
    case nil:
      return refuse(Refusal(.noData, "expected a gauge, sum, histogram or summary"), of: name)
    }
    let help = metric.description_p
    batch.metadata.append(
      MetricMetadata(
        name: name, type: type, unit: MetricNames.unit(metric.unit),
        help: help.utf8.count <= limits.helpBytesMax ? help : ""))
  }

  private mutating func isCumulative(
    _ temporality: OTLPAggregationTemporality, _ name: String, _ points: Int
  ) -> Bool {
    switch temporality {
    case .cumulative: return true
    case .delta:
      refuse(
        Refusal(
          .deltaTemporality,
          "expected cumulative temporality, found delta; set the exporter to cumulative, or put "
            + "the collector's deltatocumulative processor before it"), of: name, count: points)
    case .unspecified, .UNRECOGNIZED:
      refuse(
        Refusal(.noData, "expected cumulative temporality, found none"), of: name, count: points)
    }
    return false
  }

  // MARK: Rows

  /// Starts a point with its attributes; those of resource and scope stand over them.
  mutating func begin(_ attributes: [(name: String, value: String)]) {
    labels.removeAll()
    for label in shared { labels.append(label.name, label.value) }
    for label in attributes where !shared.contains(where: { $0.name == label.name }) {
      labels.append(label.name, label.value)
    }
  }

  /// The place of the series `name` with the labels of the point and one more, in the batch's bytes.
  mutating func key(
    _ name: String, _ extra: (name: String, value: String)? = nil, in batch: inout SampleBatch
  ) throws(Refusal) -> Range<Int> {
    let count = labels.count
    labels.setMetricName(name.utf8)
    if let extra { labels.append(extra.name, extra.value) }
    defer { labels.truncate(to: count) }
    return try labels.spell(into: &batch.bytes, limits)
  }

  /// Adds a row of the series `name` with the labels of the point and one more.
  mutating func append(
    _ name: String, _ extra: (name: String, value: String)? = nil, time: Int64, startTime: Int64,
    value: Double, to batch: inout SampleBatch
  ) throws(Refusal) {
    let key = try key(name, extra, in: &batch)
    if startTime != 0 { batch.startTimes.append((row: batch.count, time: startTime)) }
    batch.append(key: key, time: time, value: value)
    outcome.samples += 1
  }

  /// Takes back the rows of a point that turned out bad.
  mutating func takeBack(to mark: RowMark, _ batch: inout SampleBatch) {
    outcome.samples -= batch.count - mark.rows
    batch.rewind(to: mark)
  }

  /// Counts a native histogram.
  mutating func countHistogram() { outcome.histograms += 1 }

  /// Counts exemplars that are skipped.
  mutating func skipExemplars(_ count: Int) { outcome.exemplarsSkipped += count }

  /// The time of a point in ms.
  mutating func time(_ nanoseconds: UInt64) throws(Refusal) -> Int64 {
    guard nanoseconds > 0 else { throw Refusal(.badTime, "expected a time, found none") }
    let time = Int64(nanoseconds / 1_000_000)
    guard time <= limits.text.timeMax else {
      throw Refusal(.badTime, "expected a time before the year 10000, found \(nanoseconds) ns")
    }
    newest = max(newest ?? time, time)
    return time
  }
}

extension OTLPMetric {
  /// The number of data points, at least 1, for a metric that is refused.
  fileprivate var pointCount: Int {
    let count =
      switch data {
      case .gauge(let gauge): gauge.dataPoints.count
      case .sum(let sum): sum.dataPoints.count
      case .histogram(let histogram): histogram.dataPoints.count
      case .exponentialHistogram(let histogram): histogram.dataPoints.count
      case .summary(let summary): summary.dataPoints.count
      case nil: 1
      }
    return max(1, count)
  }
}
