public import Model

/// What one series holds at one moment: a float or a native histogram.
public enum SampleValue: Sendable {
  /// A float; `StaleMarker.value` never appears in a result.
  case float(Double)
  /// A native histogram.
  case histogram(NativeHistogram)
}

/// One element of an instant vector.
public struct VectorSample: Sendable {
  /// Identity of the element; empty where every label was dropped.
  public var labels: Labels
  /// The evaluation time, whatever the time of the sample it came from.
  public var time: Timestamp
  /// The element's value.
  public var value: SampleValue

  /// The element `labels` with `value` at `time`.
  public init(labels: Labels, time: Timestamp, value: SampleValue) {
    self.labels = labels
    self.time = time
    self.value = value
  }
}

/// One series of a range vector or of a range query's result.
public struct MatrixSeries: Sendable {
  /// One sample of the series.
  public struct Point: Sendable {
    /// When.
    public var time: Timestamp
    /// What.
    public var value: SampleValue

    /// The sample `value` at `time`.
    public init(time: Timestamp, value: SampleValue) {
      self.time = time
      self.value = value
    }
  }

  /// Identity of the series.
  public var labels: Labels
  /// Samples with strictly rising times; never empty in a result.
  public var points: [Point]

  /// The series `labels` with `points`.
  public init(labels: Labels, points: [Point]) {
    self.labels = labels
    self.points = points
  }
}

/// The value of a query, by the type of its expression.
public enum QueryValue: Sendable {
  /// One number.
  case scalar(Double)
  /// A text.
  case string(String)
  /// One sample for each series, in the order that the expression defines.
  case vector([VectorSample])
  /// Samples over time for each series, sorted by labels.
  case matrix([MatrixSeries])
}

/// A remark on a query that did succeed: its result may not mean what its author thinks.
public struct Annotation: Hashable, Sendable {
  /// How grave the remark is.
  public enum Level: String, Sendable {
    /// The result may be wrong or lacks data.
    case warning
    /// The result is right, the query probably not what was meant.
    case info
  }

  /// How grave the remark is.
  public var level: Level
  /// What is remarked, without prefix and position: `metric might not be a counter, …`.
  public var message: String
  /// UTF-8 offsets of the expression that it is about; nil when it is about the query as a whole.
  public var range: Range<Int>?

  /// A remark on the expression at `range`.
  public init(_ level: Level, _ message: String, range: Range<Int>? = nil) {
    self.level = level
    self.message = message
    self.range = range
  }

  /// The remark as Prometheus' HTTP API words it: `PromQL info: … (1:6)`.
  ///
  /// - Parameter query: The text that `range` points into; nil leaves the position out.
  /// - Returns: The sentence with `(line:column)` at its end where both query and range are there.
  public func description(in query: String?) -> String {
    let text = (level == .warning ? "PromQL warning: " : "PromQL info: ") + message
    guard let query, let range else { return text }
    var line = 1
    var column = 1
    for byte in query.utf8.prefix(range.lowerBound) {
      column = byte == UInt8(ascii: "\n") ? 1 : column + 1
      line += byte == UInt8(ascii: "\n") ? 1 : 0
    }
    return "\(text) (\(line):\(column))"
  }
}

/// What a query gives: its value and the remarks made on the way.
public struct QueryResult: Sendable {
  /// The value.
  public var value: QueryValue
  /// Remarks in the order in which they were made, each once.
  public var annotations: [Annotation]

  /// A value with its remarks.
  public init(_ value: QueryValue, annotations: [Annotation] = []) {
    self.value = value
    self.annotations = annotations
  }
}

/// Why a query has no result.
public struct EvaluationError: Error, Hashable, Sendable {
  /// One of a bounded set of words in kebab case, `many-to-many`; it can label a metric.
  public var code: String
  /// What is wrong, the value in quotes, what is wanted; lower case, no full stop.
  public var message: String
  /// UTF-8 offsets of the expression that failed; nil when no one expression is to blame.
  public var range: Range<Int>?

  /// A failure of the expression at `range`.
  public init(code: String, _ message: String, range: Range<Int>? = nil) {
    self.code = code
    self.message = message
    self.range = range
  }
}
