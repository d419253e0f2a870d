import Model

/// Why one line was refused, and which of its bytes are to blame.
struct LineError: Error, Equatable {
  /// What is wrong: a bounded set, also the code of the diagnostic.
  enum Code: String, CaseIterable {
    case badNumber = "bad-number"
    case badTime = "bad-time"
    case timeOutOfRange = "time-out-of-range"
    case trailingText = "trailing-text"
    case lineTooLong = "line-too-long"
    case badMetadata = "bad-metadata"
    case badExemplar = "bad-exemplar"
    case missingBlank = "missing-blank"
    case missingName = "missing-metric-name"
    case secondName = "second-metric-name"
    case badLabelName = "bad-label-name"
    case missingEquals = "missing-equals"
    case missingQuote = "missing-quote"
    case unterminatedString = "unterminated-string"
    case unterminatedLabels = "unterminated-labels"
    case duplicateLabel = "duplicate-label"
    case invalidUTF8 = "invalid-utf8"
    case tooManyLabels = "too-many-labels"
    case labelTooLong = "label-too-long"
    case seriesTooLong = "series-too-long"
    case tooManySeries = "too-many-accumulated-series"
    case missingFields = "missing-fields"
    case badField = "bad-field"
    case badTag = "bad-tag"
    case badJSON = "bad-json"
    case nestedTooDeeply = "nested-too-deeply"
    case badShape = "bad-shape"
    case badColumns = "bad-columns"
    case blankLine = "blank-line"
    case contentAfterEnd = "content-after-eof"
    case missingEnd = "missing-eof"
    case badDocument = "bad-document"
  }

  var code: Code
  /// Offsets into the line.
  var range: Range<Int>
  /// What would have been right: "a number".
  var expected: String

  init(_ code: Code, _ range: Range<Int>, expected: String) {
    self.code = code
    self.range = range
    self.expected = expected
  }

  /// A fault of a series spelling that begins at the line's start.
  init(_ error: SeriesKeyError) {
    code = Code(rawValue: error.code.rawValue) ?? .badShape
    range = error.range
    expected = error.expected
  }

  /// The sentence: what was expected, and what stands there instead.
  func message(for line: ByteView) -> String {
    "expected \(expected), found \(found(in: line))"
  }

  private func found(in line: ByteView) -> String {
    guard range.lowerBound < line.count else { return "the end of the line" }
    // Where something is missing, the byte that stands there instead is shown.
    let end = min(max(range.upperBound, range.lowerBound + 1), line.count)
    let shown = line[range.lowerBound..<min(end, range.lowerBound + 40)]
    return quoted(shown.text) + (shown.count < end - range.lowerBound ? "…" : "")
  }
}
