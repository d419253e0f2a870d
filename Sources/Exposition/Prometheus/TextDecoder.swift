import Model

/// Decodes the two text expositions, Prometheus 0.0.4 and OpenMetrics 1.0.
///
/// They share the spelling of a sample; they differ in the unit of its timestamp, in metadata and
/// exemplars. An input of unknown dialect is decided by the first line that tells them apart.
///
/// Most lines take the way of `FastLine+Unsafe.swift`; what that does not know comes here.
struct TextDecoder: Sendable {
  /// Which of the two expositions is read.
  enum Dialect: Sendable {
    case prometheus, openmetrics
    /// Not known yet.
    case either
  }

  var dialect: Dialect
  var memo = SpellingMemo()
  var sequence = SpellingSequence()
  var recentTime = RecentTime()
  private let source = SpellingSource()
  var scanner = SeriesKeyScanner()
  /// What is known of each metric family, for at most `metadataNamesMax` of them.
  var metadata: [String: MetricMetadata] = [:]
  let metadataNamesMax = 10_000
  /// The check of whole OpenMetrics documents; nil unless asked for.
  var document: OpenMetricsDocument?
  /// Whether lines may take the fast way, which leaves no word of theirs to such a check.
  private let isFast: Bool
  /// The last line that was `# EOF`, or a blank one behind it; 0 before the first.
  private var endLine = 0
  /// Whether a byte order mark is left out; a page that a server answers with has none.
  private let skipsMark: Bool

  init(dialect: Dialect, validates: Bool) {
    self.dialect = dialect
    skipsMark = !validates
    isFast = !validates || dialect != .openmetrics
    if !isFast { document = OpenMetricsDocument() }
  }

  /// Decodes the whole lines `block[region]`; the rows point into `block`.
  mutating func decode(
    _ block: ByteView, _ region: Range<Int>, _ reading: inout Reading,
    into batch: inout SampleBatch
  ) {
    let lineBytesMax = reading.context.limits.lineBytesMax
    var rows = RowBuffer()
    var start = region.lowerBound
    while start < region.upperBound, !reading.bad.isFatal {
      if rows.isFull { rows.flush(into: &batch) }
      if isFast,
        let next = decodeForeseen(block, start, region.upperBound, reading.context, into: &rows)
      {
        reading.context.line += 1
        start = next
        continue
      }
      let rest = start..<region.upperBound
      start = forEachLine(of: block, in: rest, dropsReturn: !reading.validates) { line in
        reading.context.line += 1
        if isFast, line.count >= 16, line.count <= lineBytesMax,
          decodeFast(block, line, reading.context, into: &rows)
        {
          return false
        }
        rows.flush(into: &batch)
        decodeSlow(block[line], at: line.lowerBound, &reading, into: &batch)
        return false
      }
    }
    rows.flush(into: &batch)
    batch.spellingSource = source
  }

  /// Lets the rows of `batch` point into the list of spellings instead of the block of `textBytes`
  /// that they came from, so that the block can be filled again at once, while it is near; false where
  /// some row has no number, or the list is not at rest.
  mutating func shareSpellings(with batch: inout SampleBatch, textBytes: Int) -> Bool {
    sequence.pass(textBytes)
    guard sequence.isSettled, batch.spellings.count == batch.count, batch.count > 0,
      sequence.point(batch.spellings, &batch.keyStarts, &batch.keyEnds)
    else { return false }
    batch.bytes = sequence.bytes
    batch.sharesBytes = true
    return true
  }

  @inline(never)
  private mutating func decodeSlow(
    _ line: ByteView, at offset: Int, _ reading: inout Reading, into batch: inout SampleBatch
  ) {
    do throws(LineError) {
      let lineBytesMax = reading.context.limits.lineBytesMax
      if line.count > lineBytesMax { throw LineError.tooLong(lineBytesMax) }
      try decodeCarefully(line, at: offset, reading.context, into: &batch)
    } catch {
      reading.refuse(error, line)
    }
  }

  /// What is only known at the end of the input.
  mutating func finish(_ reading: inout Reading) {
    // Without metadata it may be samples that somebody wrote down, which promise no end.
    if document == nil, dialect == .openmetrics, !metadata.isEmpty,
      endLine < reading.context.line
    {
      reading.bad.report(
        .warning, code: LineError.Code.missingEnd.rawValue,
        "expected # EOF at the end of an OpenMetrics input; without it the input may be cut off",
        line: reading.context.line)
    }
    guard let error = document?.finish() else { return }
    let number = reading.context.line + 1
    [UInt8]().withView { reading.bad.refuse(error, line: $0, number: number) }
  }

  /// Decodes any line that starts at `offset` of the block, or says what is wrong with it.
  @inline(never)
  private mutating func decodeCarefully(
    _ line: ByteView, at offset: Int, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError) {
    if document != nil {
      return try decodeStrictly(line, at: offset, context, into: &batch)
    }
    var start = skipsMark && context.line == 1 && line.startsWithByteOrderMark ? 3 : 0
    while start < line.count, isBlank(line[start]) { start += 1 }
    if start == line.count {
      if endLine > 0, endLine == context.line - 1 { endLine = context.line }
      return
    }
    if line[start] == UInt8(ascii: "#") {
      if line[start..<line.count].equals("# EOF") { endLine = context.line }
      return try decodeComment(line, start, into: &batch)
    }
    let key = try scanSeries(line, from: start, context.limits)
    var at = key.upperBound
    while at < line.count, isBlank(line[at]) { at += 1 }
    let value = try TextLine.value(line, &at)
    let time = try time(line, &at, context)
    if dialect != .prometheus, at < line.count, line[at] == UInt8(ascii: "#") {
      try TextLine.skipExemplar(line, at)
      dialect = .openmetrics
    } else if at < line.count {
      throw LineError(.trailingText, at..<line.count, expected: "the end of the line")
    }
    batch.append(
      key: key.lowerBound + offset..<key.upperBound + offset, time: time ?? context.arrival,
      value: value)
  }

  /// The series at `start`, held against the limits; it must have a name.
  mutating func scanSeries(
    _ line: ByteView, from start: Int, _ limits: DecoderLimits
  ) throws(LineError) -> Range<Int> {
    let span = line.buffer.span
    let end: Int
    do throws(SeriesKeyError) {
      end = try scanner.scan(span, from: start)
    } catch {
      throw LineError(error)
    }
    let key = start..<end
    if key.count > limits.seriesBytesMax {
      throw LineError(
        .seriesTooLong, key, expected: "a series of at most \(limits.seriesBytesMax) bytes")
    }
    if scanner.parts.count > limits.labelsMax {
      throw LineError(.tooManyLabels, key, expected: "at most \(limits.labelsMax) labels")
    }
    var isNamed = scanner.metricName != nil
    if let name = scanner.metricName, name.count > limits.nameBytesMax {
      throw LineError(
        .labelTooLong, name, expected: "a name of at most \(limits.nameBytesMax) bytes")
    }
    for part in scanner.parts {
      if part.name.count > limits.nameBytesMax {
        throw LineError(
          .labelTooLong, part.name, expected: "a name of at most \(limits.nameBytesMax) bytes")
      }
      if part.value.count > limits.valueBytesMax {
        throw LineError(
          .labelTooLong, part.value, expected: "a value of at most \(limits.valueBytesMax) bytes")
      }
      if line[part.name].equals("__name__"), !part.value.isEmpty { isNamed = true }
    }
    if !isNamed { throw LineError(.missingName, start..<start, expected: "a metric name") }
    return key
  }

  /// The timestamp at `at` in milliseconds; nil when the line has none.
  private mutating func time(
    _ line: ByteView, _ at: inout Int, _ context: LineContext
  ) throws(LineError) -> Int64? {
    while at < line.count, isBlank(line[at]) { at += 1 }
    guard at < line.count, line[at] != UInt8(ascii: "#") || dialect == .prometheus else {
      return nil
    }
    let word = TextLine.word(line, at)
    let view = line[word]
    if dialect == .either { dialect = TextLine.dialect(ofTime: view) }
    let time: Int64?
    if dialect == .openmetrics {
      time = TimeText.parseNumber(view, unit: .seconds)
    } else {
      time = TextLine.isInteger(view) ? TimeText.parseNumber(view, unit: .milliseconds) : nil
    }
    guard let time else {
      throw LineError(
        .badTime, word,
        expected: dialect == .openmetrics
          ? "a timestamp in seconds" : "a timestamp in whole milliseconds")
    }
    guard context.accepts(time) else { throw LineError.timeOutOfRange(word) }
    at = word.upperBound
    while at < line.count, isBlank(line[at]) { at += 1 }
    return time
  }
}

extension LineError {
  static func tooLong(_ lineBytesMax: Int) -> LineError {
    LineError(
      .lineTooLong, lineBytesMax..<lineBytesMax + 1,
      expected: "a line of at most \(lineBytesMax) bytes")
  }

  static func timeOutOfRange(_ range: Range<Int>) -> LineError {
    LineError(.timeOutOfRange, range, expected: "a time of the years 1 to 9999")
  }
}
