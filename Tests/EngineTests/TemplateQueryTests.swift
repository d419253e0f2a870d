import Evaluation
import Model
import Rules
import Testing

@testable import Engine

/// What `query` in a template gives: the words and cases of Prometheus' rule manager.
struct `Queries of templates` {
  private func answer(_ text: String) throws -> [String] {
    let store = SeriesStore(retention: .max)
    store.record([Labels.metricName: "q", "id": "a"], [(1000, .float(3))])
    var histogram = NativeHistogram()
    histogram.count = 7
    store.record([Labels.metricName: "h"], [(1000, .histogram(histogram))])
    return try TemplateQuery(store: store, options: EvaluationOptions())
      .answer(text, at: Timestamp(milliseconds: 1000))
      .map { "\($0.labels) \($0.value)" }
  }

  @Test(arguments: [
    ("q", "q{id=\"a\"} 3.0"), ("q + 1", "{id=\"a\"} 4.0"), ("scalar(q) * 2", "{} 6.0"),
    ("1", "{} 1.0"), ("h", "h 0.0"),
  ])
  func `a scalar is an element without labels, a histogram counts 0`(
    text: String, want: String
  ) throws {
    #expect(try answer(text) == [want])
  }

  @Test func `nothing is an empty vector`() throws {
    #expect(try answer("nope") == [])
  }

  @Test(arguments: ["q[5m]", "'x'", "q{", "rate(q)"])
  func `the rest is an error`(text: String) {
    #expect(throws: (any Error).self) { try answer(text) }
  }
}
