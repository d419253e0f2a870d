public import Model

/// A form of input that a `SampleDecoder` reads.
public enum InputFormat: String, CaseIterable, Sendable, Codable {
  /// Recognised by content.
  case auto
  /// Prometheus text format 0.0.4, with the quoted names of Prometheus 3.
  case prometheus
  /// OpenMetrics 1.0 text.
  case openmetrics
  /// Influx line protocol.
  case influx
  /// One JSON object a line.
  case jsonl
  /// A table with a header line.
  case csv
  /// Graphite plaintext, also with tags.
  case graphite
}

/// How an input is to be read.
public struct DecoderOptions: Sendable {
  /// The form of the input.
  public var format = InputFormat.auto
  /// Path for diagnostics; nil for an input without a name.
  public var file: String?
  /// Unit of Influx timestamps.
  public var precision = TimeUnit.nanoseconds
  /// Which columns of a CSV table are what; nil to guess.
  public var csv: CSVMapping?
  /// Whether a bad line is an error and ends the decoding.
  public var isStrict = false
  /// Whether the whole input is held against its specification, beyond what decoding needs.
  ///
  /// For OpenMetrics: families that interleave, counters that are negative, a missing `# EOF`, ….
  public var validates = false
  /// Bounds on everything.
  public var limits = DecoderLimits()

  /// The defaults: any format, lenient.
  public init(format: InputFormat = .auto, file: String? = nil) {
    self.format = format
    self.file = file
  }
}

/// Which columns of a CSV table hold what: the value of `--csv`.
///
///     try CSVMapping("time=when,value=latency,labels=host+region")
///
/// Several values or labels are joined by `+`. Columns that are not named are left out.
public struct CSVMapping: Sendable, Hashable {
  /// Column of the time; nil for arrival time.
  public var time: String?
  /// Column of the metric's name; nil when each value column names its own.
  public var metric: String?
  /// Columns of values.
  public var values: [String]
  /// Columns that are labels.
  public var labels: [String]

  /// A mapping of the named columns.
  public init(
    time: String? = nil, metric: String? = nil, values: [String] = [], labels: [String] = []
  ) {
    self.time = time
    self.metric = metric
    self.values = values
    self.labels = labels
  }

  /// Reads `time=…,metric=…,value=…+…,labels=…+…`.
  ///
  /// - Throws: `Diagnostic` when a key is unknown or `value` is missing.
  public init(_ text: String) throws(Diagnostic) {
    self.init()
    for part in text.split(separator: ",", omittingEmptySubsequences: true) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, !pair[1].isEmpty else {
        throw Self.error("expected key=column in --csv, found \(quoted(String(part)))")
      }
      let columns = pair[1].split(separator: "+").map(String.init)
      switch pair[0] {
      case "time": time = columns.first
      case "metric": metric = columns.first
      case "value", "values": values += columns
      case "label", "labels": labels += columns
      default:
        let near = suggestion(for: String(pair[0]), among: ["time", "metric", "value", "labels"])
        throw Self.error(
          "unknown key \(quoted(String(pair[0]))) in --csv, want time, metric, value or labels"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""))
      }
    }
    if values.isEmpty { throw Self.error("--csv names no value column") }
  }

  private static func error(_ message: String) -> Diagnostic {
    Diagnostic(.error, code: "bad-csv-mapping", message)
  }
}
