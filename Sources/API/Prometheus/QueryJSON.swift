public import Evaluation
public import Model

/// A query's result as the HTTP API of Prometheus writes it.
///
/// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
public enum QueryJSON {
  /// One line of JSON.
  ///
  /// - Parameters:
  ///   - result: What the query gave.
  ///   - query: Its text, for the places of remarks.
  ///   - time: The time of a scalar or string result.
  /// - Returns: The answer's text.
  public static func text(_ result: QueryResult, query: String, at time: Timestamp) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("status", "success")
      json.key("data")
      json.object { json in write(result.value, at: time, to: &json) }
      write(result.annotations, .warning, query, "warnings", to: &json)
      write(result.annotations, .info, query, "infos", to: &json)
    }
    return json.text
  }

  private static func write(
    _ annotations: [Annotation], _ level: Annotation.Level, _ query: String, _ name: String,
    to json: inout JSONWriter
  ) {
    let texts = annotations.filter { $0.level == level }.map { $0.description(in: query) }
    if !texts.isEmpty { json.field(name, texts) }
  }

  private static func write(
    _ value: QueryValue, at time: Timestamp, to json: inout JSONWriter
  ) {
    switch value {
    case .scalar(let number):
      json.field("resultType", "scalar")
      json.key("result")
      point(time, .float(number), to: &json)
    case .string(let text):
      json.field("resultType", "string")
      json.key("result")
      json.array { json in
        json.number(PrometheusNumber.seconds(time))
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
      json.number(PrometheusNumber.seconds(time))
      switch value {
      case .float(let number): json.value(PrometheusNumber.text(number))
      case .histogram(let histogram): write(histogram, to: &json)
      }
    }
  }

  private static func write(_ histogram: NativeHistogram, to json: inout JSONWriter) {
    json.object { json in
      json.field("count", PrometheusNumber.text(histogram.count))
      json.field("sum", PrometheusNumber.text(histogram.sum))
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
            json.value(PrometheusNumber.text(bucket.lower))
            json.value(PrometheusNumber.text(bucket.upper))
            json.value(PrometheusNumber.text(bucket.count))
          }
        }
      }
    }
  }
}
