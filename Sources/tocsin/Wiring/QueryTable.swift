import API
import Evaluation
import Model

/// A query's result as a table for a person.
enum QueryTable {
  /// One row an element; of a matrix, one row a point below each series.
  static func text(_ result: QueryResult) -> String {
    switch result.value {
    case .scalar(let number): return PrometheusNumber.text(number) + "\n"
    case .string(let text): return text + "\n"
    case .vector(let samples):
      guard !samples.isEmpty else { return "no data\n" }
      let names = samples.map(\.labels.description)
      let width = min(100, names.map(\.count).max() ?? 0)
      return zip(names, samples).map { name, sample in
        name + String(repeating: " ", count: max(0, width - name.count)) + "  "
          + value(sample.value) + "\n"
      }.joined()
    case .matrix(let matrix):
      guard !matrix.isEmpty else { return "no data\n" }
      return matrix.map { series in
        series.labels.description + "\n"
          + series.points.map { "  \($0.time)  \(value($0.value))\n" }.joined()
      }.joined()
    }
  }

  private static func value(_ value: SampleValue) -> String {
    switch value {
    case .float(let number): PrometheusNumber.text(number)
    case .histogram(let histogram):
      "count \(PrometheusNumber.text(histogram.count)), sum \(PrometheusNumber.text(histogram.sum))"
    }
  }
}
