import Evaluation
import Model

/// A query's result as the HTTP API of Prometheus writes it.
///
/// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
enum QueryJSON {
  /// One line of JSON.
  static func text(_ result: QueryResult, query: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("status", "success")
      json.key("data")
      json.object { json in write(result.value, to: &json) }
      write(result.annotations, .warning, query, "warnings", to: &json)
      write(result.annotations, .info, query, "infos", to: &json)
    }
    return json.text + "\n"
  }

  private static func write(
    _ annotations: [Annotation], _ level: Annotation.Level, _ query: String, _ name: String,
    to json: inout JSONWriter
  ) {
    let texts = annotations.filter { $0.level == level }.map { $0.description(in: query) }
    if !texts.isEmpty { json.field(name, texts) }
  }

  private static func write(_ value: QueryValue, to json: inout JSONWriter) {
    switch value {
    case .scalar(let number):
      json.field("resultType", "scalar")
      json.key("result")
      point(Timestamp(milliseconds: 0), .float(number), to: &json)
    case .string(let text):
      json.field("resultType", "string")
      json.key("result")
      json.array { json in
        json.number("0")
        json.value(text)
      }
    case .vector(let samples):
      json.field("resultType", "vector")
      json.key("result")
      json.array { json in
        for sample in samples {
          json.object { json in
            json.field("metric", sample.labels)
            json.key(isHistogram(sample.value) ? "histogram" : "value")
            point(sample.time, sample.value, to: &json)
          }
        }
      }
    case .matrix(let matrix):
      json.field("resultType", "matrix")
      json.key("result")
      json.array { json in
        for series in matrix { write(series, to: &json) }
      }
    }
  }

  private static func write(_ series: MatrixSeries, to json: inout JSONWriter) {
    json.object { json in
      json.field("metric", series.labels)
      for (name, wanted) in [("values", false), ("histograms", true)] {
        let points = series.points.filter { isHistogram($0.value) == wanted }
        guard !points.isEmpty else { continue }
        json.key(name)
        json.array { json in
          for item in points { point(item.time, item.value, to: &json) }
        }
      }
    }
  }

  private static func isHistogram(_ value: SampleValue) -> Bool {
    if case .histogram = value { true } else { false }
  }

  private static func point(_ time: Timestamp, _ value: SampleValue, to json: inout JSONWriter) {
    json.array { json in
      json.number(PromNumber.seconds(time))
      switch value {
      case .float(let number): json.value(PromNumber.text(number))
      case .histogram(let histogram): write(histogram, to: &json)
      }
    }
  }

  private static func write(_ histogram: NativeHistogram, to json: inout JSONWriter) {
    json.object { json in
      json.field("count", PromNumber.text(histogram.count))
      json.field("sum", PromNumber.text(histogram.sum))
      let buckets = histogram.allBuckets.filter { $0.count != 0 }
      guard !buckets.isEmpty else { return }
      json.key("buckets")
      json.array { json in
        for bucket in buckets {
          json.array { json in
            // 0: open left, 1: open right, 2: both open, 3: both closed.
            let kind =
              bucket.includesLower ? (bucket.includesUpper ? 3 : 1) : (bucket.includesUpper ? 0 : 2)
            json.number(String(kind))
            json.value(PromNumber.text(bucket.lower))
            json.value(PromNumber.text(bucket.upper))
            json.value(PromNumber.text(bucket.count))
          }
        }
      }
    }
  }
}

/// Numbers as Prometheus' API writes them.
enum PromNumber {
  /// Shortest form that reads back as the same number.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if value == value.rounded(), value.magnitude < 1e15 {
      return value == 0 && value.sign == .minus ? "-0" : String(Int64(value))
    }
    return value.description
  }

  /// Seconds with milliseconds where there are any.
  static func seconds(_ time: Timestamp) -> String {
    let rest = time.milliseconds % 1000
    guard rest != 0 else { return String(time.milliseconds / 1000) }
    return text(Double(time.milliseconds) / 1000)
  }
}

/// A query's result as a table for a person.
enum QueryTable {
  /// One row an element; of a matrix, one row a point below each series.
  static func text(_ result: QueryResult) -> String {
    switch result.value {
    case .scalar(let number): return PromNumber.text(number) + "\n"
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
    case .float(let number): PromNumber.text(number)
    case .histogram(let histogram):
      "count \(PromNumber.text(histogram.count)), sum \(PromNumber.text(histogram.sum))"
    }
  }
}
