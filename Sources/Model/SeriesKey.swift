/// Reads the labels of one series as the exposition formats spell it.
///
///     let key = Array(#"http_requests_total{code="500", job="api"}"#.utf8)
///     try parseSeriesKey(key.span).description  // http_requests_total{code="500", job="api"}
///
/// Also reads names in quotes, `{"disk.used", host="a"}`, and the name given as a label,
/// `{__name__="up"}`. Blanks between the parts, a comma after the last label and labels with an
/// empty value (which count as absent) are allowed. In quotes only `\\`, `\"` and `\n` are escapes;
/// a backslash before any other byte stands for itself.
/// Source: Prometheus text format 0.0.4, with the quoted names of Prometheus 3.
///
/// - Throws: `SeriesKeyError` with the place of the first fault; also when bytes follow the key.
public func parseSeriesKey(_ bytes: Span<UInt8>) throws(SeriesKeyError) -> Labels {
  var reader = SeriesKeyReader(sharesTexts: false)
  return try reader.labels(of: bytes)
}

/// Reads the labels of one series after the other, as `parseSeriesKey` does, in memory that is kept.
public struct SeriesKeyReader: Sendable {
  private var scanner = SeriesKeyScanner()
  private var texts: TextPool?

  /// A reader that has read nothing; `sharesTexts` lets equal texts of different series share their
  /// memory.
  public init(sharesTexts: Bool) {
    texts = sharesTexts ? TextPool() : nil
  }

  /// The labels of the series that `bytes` spell.
  ///
  /// - Throws: `SeriesKeyError` with the place of the first fault; also when bytes follow the key.
  public mutating func labels(of bytes: Span<UInt8>) throws(SeriesKeyError) -> Labels {
    let end = try scanner.scan(bytes, from: 0)
    if end != bytes.count { throw SeriesKeyError(.trailingBytes, end..<bytes.count) }
    return scanner.labels(in: bytes, sharing: &texts)
  }
}

extension SampleBatch {
  /// The labels of the series of row `row`.
  ///
  /// - Throws: `SeriesKeyError` when the spelling is none, which no decoder lets happen.
  public func labels(ofRow row: Int) throws(SeriesKeyError) -> Labels {
    try parseSeriesKey(bytes.span.extracting(Int(keyStarts[row])..<Int(keyEnds[row])))
  }
}

extension Labels {
  /// Writes the set as exposition formats spell it, so that `parseSeriesKey` reads back an equal one.
  ///
  /// Differs from `description`, whose PromQL quotes have escapes that exposition text lacks.
  public func appendSeriesKey(to bytes: inout [UInt8]) {
    var isPlain = false
    if let name = metricName, isMetricIdentifier(name) {
      bytes.append(contentsOf: name.utf8)
      isPlain = true
      if pairs.count == 1 { return }
    }
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    for pair in pairs where !(isPlain && pair.name == Self.metricName) {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      if isLabelIdentifier(pair.name) {
        bytes.append(contentsOf: pair.name.utf8)
      } else {
        appendExpositionString(pair.name, to: &bytes)
      }
      bytes.append(UInt8(ascii: "="))
      appendExpositionString(pair.value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

/// `text` in double quotes with the three escapes of exposition text.
private func appendExpositionString(_ text: String, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "\""))
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\n"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
    case UInt8(ascii: "\\"), UInt8(ascii: "\""):
      bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
    default: bytes.append(byte)
    }
  }
  bytes.append(UInt8(ascii: "\""))
}

/// Why the spelling of a series was refused, and where.
public struct SeriesKeyError: Error, Hashable, Sendable {
  /// What is wrong: a bounded set, also the code of the diagnostic.
  public enum Code: String, CaseIterable, Sendable {
    /// No metric name, or an empty one.
    case missingName = "missing-metric-name"
    /// A second metric name.
    case secondName = "second-metric-name"
    /// Neither a label name nor the end of the labels.
    case badLabelName = "bad-label-name"
    /// No `=` after a label name.
    case missingEquals = "missing-equals"
    /// No quote before a label value.
    case missingQuote = "missing-quote"
    /// A quote that is never closed.
    case unterminatedString = "unterminated-string"
    /// Labels that no `}` closes.
    case unterminatedLabels = "unterminated-labels"
    /// One label name twice.
    case duplicateLabel = "duplicate-label"
    /// A name or value in quotes that is not UTF-8.
    case invalidUTF8 = "invalid-utf8"
    /// Something follows the series.
    case trailingBytes = "trailing-text"
  }

  /// What is wrong.
  public let code: Code
  /// Offsets of the faulty bytes in what was read; empty at its end.
  public let range: Range<Int>

  /// The fault `code` at `range`.
  public init(_ code: Code, _ range: Range<Int>) {
    self.code = code
    self.range = range
  }

  /// What would have been right at the place.
  public var expected: String {
    switch code {
    case .missingName: "a metric name"
    case .secondName: "a label, for the series has its metric name"
    case .badLabelName: "a label name or \"}\""
    case .missingEquals: "\"=\" after the label name"
    case .missingQuote: "a label value in double quotes"
    case .unterminatedString: "a closing double quote"
    case .unterminatedLabels: "\",\" or \"}\""
    case .duplicateLabel: "each label once"
    case .invalidUTF8: "UTF-8 text"
    case .trailingBytes: "the end of the series"
    }
  }
}
