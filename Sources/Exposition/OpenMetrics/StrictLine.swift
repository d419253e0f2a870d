import Model

/// One sample of an OpenMetrics document that is held against the specification.
struct OpenMetricsSample {
  var labels: Labels
  var name: String
  var value: Double
  /// Seconds; nil when the sample has none.
  var seconds: Double?
  var hasExemplar: Bool
  /// Where the series and the value stand in the line, for reports.
  var seriesRange: Range<Int>
  var valueRange: Range<Int>
}

extension TextDecoder {
  /// Decodes a line of an OpenMetrics document to the letter of its grammar.
  ///
  /// Source: OpenMetrics 1.0, "ABNF". One blank between the parts, none in the labels, no comma
  /// after the last label, `\n` ends every line.
  mutating func decodeStrictly(
    _ line: ByteView, at offset: Int, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError) {
    if document?.isEnded == true {
      throw LineError(.contentAfterEnd, 0..<line.count, expected: "nothing after # EOF")
    }
    if line.isEmpty {
      throw LineError(.blankLine, 0..<0, expected: "a sample, metadata or # EOF")
    }
    if line[0] == UInt8(ascii: "#") { return try strictComment(line, into: &batch) }
    let key = try scanSeries(line, from: 0, context.limits)
    try StrictLine.checkLabels(line[key])
    var at = try StrictLine.skipBlank(line, key.upperBound, expected: "a blank and a number")
    let valueRange = TextLine.word(line, at)
    let value = try TextLine.value(line, &at)
    let time = try StrictLine.time(line, &at)
    let hasExemplar = at < line.count
    if hasExemplar { try StrictLine.exemplar(line, at, context.limits) }
    let labels = scanner.labels(in: line.buffer.span)
    let sample = OpenMetricsSample(
      labels: labels, name: labels.metricName ?? "", value: value, seconds: time?.seconds,
      hasExemplar: hasExemplar, seriesRange: key, valueRange: valueRange)
    try document?.take(sample)
    let milliseconds = time?.milliseconds ?? context.arrival
    guard context.accepts(milliseconds) else { throw LineError.timeOutOfRange(key) }
    batch.append(
      key: key.lowerBound + offset..<key.upperBound + offset, time: milliseconds, value: value)
  }

  private mutating func strictComment(
    _ line: ByteView, into batch: inout SampleBatch
  ) throws(LineError) {
    if line.equals("# EOF") {
      try document?.end()
      return
    }
    var words: [Range<Int>] = []
    var start = 0
    while words.count < 3, let blank = line.firstIndex(of: 0x20, from: start) {
      words.append(start..<blank)
      start = blank + 1
    }
    let text = start..<line.count
    guard words.count == 3, line[words[0]].equals("#"), line[text].isUTF8 else {
      throw LineError(
        .badMetadata, 0..<line.count, expected: "# HELP, # TYPE or # UNIT with a name and a text")
    }
    let name = line[words[2]].text
    guard isMetricIdentifier(name) || StrictLine.isQuotedName(line[words[2]]) else {
      throw LineError(.badMetadata, words[2], expected: "a metric name")
    }
    let kind: OpenMetricsDocument.Metadata
    switch line[words[1]].text {
    case "HELP": kind = .help
    case "TYPE":
      guard let type = OpenMetricsDocument.MetricType(rawValue: line[text].text) else {
        throw LineError(.badMetadata, text, expected: "one of the OpenMetrics types")
      }
      kind = .type(type)
    case "UNIT":
      guard text.isEmpty || name.hasSuffix("_" + line[text].text) else {
        throw LineError(.badMetadata, words[2], expected: "a name that ends with its unit")
      }
      kind = .unit(line[text].text)
    default: throw LineError(.badMetadata, words[1], expected: "HELP, TYPE or UNIT")
    }
    try document?.take(kind, of: name, at: words[2])
    try decodeComment(line, 0, into: &batch)
  }
}

/// The parts of a line to the letter of the OpenMetrics grammar.
enum StrictLine {
  /// The offset after the one blank that must stand at `at`.
  static func skipBlank(
    _ line: ByteView, _ at: Int, expected: String
  ) throws(LineError) -> Int {
    guard at < line.count, line[at] == UInt8(ascii: " ") else {
      throw LineError(.missingBlank, TextLine.word(line, min(at, line.count)), expected: expected)
    }
    return at + 1
  }

  /// Refuses blanks, missing and surplus commas in the spelling of a series.
  static func checkLabels(_ key: ByteView) throws(LineError) {
    var isQuoted = false
    var at = 0
    while at < key.count {
      let byte = key[at]
      let next = at + 1 < key.count ? key[at + 1] : 0
      switch byte {
      case UInt8(ascii: "\\") where isQuoted: at += 1
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        let isFollowed =
          next == UInt8(ascii: ",") || next == UInt8(ascii: "}") || next == UInt8(ascii: "=")
        if !isQuoted, !isFollowed {
          throw LineError(.unterminatedLabels, at + 1..<at + 2, expected: "\",\" or \"}\"")
        }
      case UInt8(ascii: ",") where !isQuoted && next == UInt8(ascii: "}"):
        throw LineError(.badLabelName, at + 1..<at + 2, expected: "a label after the comma")
      case UInt8(ascii: " ") where !isQuoted, UInt8(ascii: "\t") where !isQuoted:
        throw LineError(.badLabelName, at..<at + 1, expected: "no blank in the labels")
      default: break
      }
      at += 1
    }
  }

  /// ` timestamp` at `at`, which moves behind it; nil when the line ends or an exemplar follows.
  static func time(
    _ line: ByteView, _ at: inout Int
  ) throws(LineError) -> (seconds: Double, milliseconds: Int64)? {
    if at == line.count { return nil }
    let start = try skipBlank(line, at, expected: "a blank and a timestamp")
    if start < line.count, line[start] == UInt8(ascii: "#") { return nil }
    let word = TextLine.word(line, start)
    guard let seconds = DecimalNumber.parse(line[word]),
      let milliseconds = TimeText.parseNumber(line[word], unit: .seconds)
    else { throw LineError(.badTime, word, expected: "a timestamp in seconds") }
    at = word.upperBound
    return (seconds, milliseconds)
  }

  /// ` # {labels} value[ timestamp]` from `start` to the end of the line.
  static func exemplar(
    _ line: ByteView, _ start: Int, _ limits: DecoderLimits
  ) throws(LineError) {
    let rest = line[start..<line.count]
    guard rest.starts(with: " # {") else {
      throw LineError(.badExemplar, start..<line.count, expected: "an exemplar or the end")
    }
    var scanner = SeriesKeyScanner()
    let span = line.buffer.span
    var at = start + 3
    let end: Int
    do throws(SeriesKeyError) {
      end = try scanner.scan(span, from: at)
    } catch {
      throw LineError(error)
    }
    try checkLabels(line[at..<end])
    let characters = scanner.labels(in: span).pairs.reduce(0) {
      $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count
    }
    // "The combined length of the label names and values of an Exemplar's LabelSet MUST NOT exceed
    // 128 UTF-8 character code points."
    if characters > 128 {
      throw LineError(
        .badExemplar, at..<end, expected: "at most 128 characters of names and values")
    }
    at = try skipBlank(line, end, expected: "a blank and a number")
    _ = try TextLine.value(line, &at)
    if at == line.count { return }
    at = try skipBlank(line, at, expected: "a blank and a timestamp")
    guard DecimalNumber.parse(line[at..<line.count]) != nil else {
      throw LineError(.badExemplar, at..<line.count, expected: "a timestamp in seconds")
    }
  }

  /// A name in quotes, as UTF-8 names are written.
  static func isQuotedName(_ word: ByteView) -> Bool {
    word.count > 2 && word[0] == UInt8(ascii: "\"") && word[word.count - 1] == UInt8(ascii: "\"")
  }
}
