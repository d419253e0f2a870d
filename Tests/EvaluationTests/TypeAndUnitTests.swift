import Evaluation
import Model
import PromQL
import Testing

/// Type and unit as labels: which series get them, and what `rate` says of those that are no counters.
struct TypeAndUnitTests {
  private static let families = [
    MetricMetadata(name: "requests", type: "counter", unit: "requests"),
    MetricMetadata(name: "latency_seconds", type: "histogram", unit: "seconds"),
    MetricMetadata(name: "temperature", type: "gauge"),
    MetricMetadata(name: "odd", type: "unknown"),
    MetricMetadata(name: "work", type: "counter"),
  ]

  private static func store(_ series: [String], isOn: Bool = true) throws -> SeriesStore {
    let store = SeriesStore(retention: .max, labelsTypeAndUnit: isOn)
    var batch = SampleBatch()
    batch.metadata = families
    for text in series {
      let start = batch.bytes.count
      batch.bytes += Array(text.utf8)
      for time in stride(from: Int64(0), through: 60_000, by: 30_000) {
        batch.append(key: start..<batch.bytes.count, time: time, value: Double(time))
      }
    }
    store.ingest(batch)
    return store
  }

  private static func labels(_ text: String, isOn: Bool = true) throws -> [Labels] {
    let engine = QueryEngine(store: try store([text], isOn: isOn))
    let query = try Expression(parsing: "{__name__=~\".+\"}")
    let result = try engine.instant(query, at: Timestamp(milliseconds: 60_000))
    guard case .vector(let samples) = result.value else { return [] }
    return samples.map(\.labels)
  }

  @Test(arguments: [
    ("requests_total", ["__type__": "counter", "__unit__": "requests"]),
    ("requests_other", [:]),
    ("latency_seconds_bucket{le=\"1\"}", ["__type__": "histogram", "__unit__": "seconds"]),
    ("latency_seconds_total", [:]),
    ("temperature", ["__type__": "gauge"]),
    ("temperature{__type__=\"counter\",__unit__=\"kelvin\"}", ["__type__": "gauge"]),
    ("odd{__type__=\"counter\"}", [:]),
    ("nameless_thing", [:]),
  ])
  func seriesGetWhatTheirFamilySays(_ text: String, _ wanted: [String: String]) throws {
    let labels = try #require(try Self.labels(text).first)
    #expect(labels.dictionary.filter { ["__type__", "__unit__"].contains($0.key) } == wanted)
  }

  @Test func withoutTheSwitchLabelsStayAsTheyCame() throws {
    let labels = try Self.labels("temperature{__type__=\"counter\"}", isOn: false)
    #expect(labels == [["__name__": "temperature", "__type__": "counter"]])
  }

  @Test(arguments: [
    ("work", nil),
    ("temperature", "__type__ label is not set to \"counter\" or \"histogram\", got \"gauge\""),
    ("requests_other", "__type__ label is not set to \"counter\" or \"histogram\", got \"\""),
  ])
  func rateKnowsCountersByTheirType(_ name: String, _ reason: String?) throws {
    var options = EvaluationOptions()
    options.typeAndUnitLabels = true
    let engine = QueryEngine(store: try Self.store([name]), options: options)
    let text = "rate(\(name)[1m])"
    let result = try engine.instant(
      try Expression(parsing: text), at: Timestamp(milliseconds: 60_000))
    let wanted = reason.map {
      ["PromQL info: metric might not be a counter, \($0): \"\(name)\" (1:6)"]
    }
    #expect(result.annotations.map { $0.description(in: text) } == wanted ?? [])
  }
}
