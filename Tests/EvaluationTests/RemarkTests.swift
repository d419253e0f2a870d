import Evaluation
import Model
import PromQL
import Testing

/// Remarks in the words of Prometheus' API, each with its place in the query.
@Suite struct RemarkTests {
  private static func histogram(
    _ count: Double, _ hint: NativeHistogram.CounterResetHint = .unknown, custom: Bool = false
  ) -> SampleValue {
    var histogram = NativeHistogram()
    if custom {
      histogram.schema = NativeHistogram.customSchema
      histogram.customBounds = [5, 10]
    }
    histogram.count = count
    histogram.sum = count
    histogram.setCounts([NativeHistogram.IndexedCount(index: 0, count: count)], .positive)
    histogram.counterResetHint = hint
    return .histogram(histogram)
  }

  private static func makeStore() -> SeriesStore {
    let store = SeriesStore(retention: .max)
    let series: [(Labels, [SampleValue])] = [
      (["__name__": "x"], [.float(1), .float(2), .float(3)]),
      (["__name__": "h"], [histogram(1), histogram(2), histogram(5)]),
      (["__name__": "gauge"], [histogram(1, .gauge), histogram(2, .gauge), histogram(5, .gauge)]),
      (["__name__": "mixed"], [.float(1), histogram(2), histogram(5)]),
      (["__name__": "kinds"], [histogram(1), histogram(2, custom: true), histogram(3)]),
      (["__name__": "b_bucket", "le": "one"], [.float(1), .float(1), .float(1)]),
    ]
    for (labels, values) in series {
      store.record(labels, values.enumerated().map { (Int64($0.offset) * 60_000, $0.element) })
    }
    return store
  }

  static let queries: [(query: String, remarks: [String])] = [
    (
      "rate(x[5m])",
      [
        "PromQL info: metric might not be a counter, "
          + "name does not end in _total/_sum/_count/_bucket: \"x\" (1:6)"
      ]
    ),
    (
      "rate(gauge[5m])",
      ["PromQL warning: this native histogram metric is not a counter: \"gauge\" (1:6)"]
    ),
    (
      "delta(h[5m])",
      ["PromQL warning: this native histogram metric is not a gauge: \"h\" (1:7)"]
    ),
    (
      "rate(mixed[5m])",
      ["PromQL warning: encountered a mix of histograms and floats for metric name \"mixed\" (1:6)"]
    ),
    (
      "rate(kinds[5m])",
      [
        "PromQL warning: vector contains a mix of histograms with exponential and custom "
          + "buckets schemas for metric name \"kinds\" (1:6)"
      ]
    ),
    (
      "h + 1",
      [
        "PromQL info: incompatible sample types encountered for binary operator \"+\": "
          + "histogram + float (1:1)"
      ]
    ),
    (
      "sum({__name__=~\"x|h\"})",
      ["PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)"]
    ),
    ("max(h)", ["PromQL info: ignored histogram in max aggregation (1:5)"]),
    (
      "quantile(2, nothing)",
      ["PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)"]
    ),
    (
      "histogram_quantile(0.5, b_bucket)",
      [
        "PromQL warning: bucket label \"le\" is missing or has a malformed value of \"one\" "
          + "for metric name \"b_bucket\" (1:25)"
      ]
    ),
    ("rate(h[5m])", []),
    ("h + h", []),
    ("sum(h)", []),
  ]

  @Test(arguments: Self.queries)
  func `a query is remarked on where Prometheus does`(
    query: String, remarks: [String]
  ) throws {
    let engine = QueryEngine(store: Self.makeStore())
    let expression = try Expression(parsing: query)
    let result = try engine.instant(expression, at: Timestamp(milliseconds: 120_000))
    #expect(result.annotations.map { $0.description(in: query) } == remarks)
  }
}
