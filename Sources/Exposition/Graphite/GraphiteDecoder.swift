import Model

/// Decodes Graphite plaintext, `path value seconds`, also with tags: `path;tag=value value seconds`.
///
/// The path is the metric's name as it stands. A time of -1 means now.
/// Source: Graphite documentation, "Feeding In Your Data" and "Graphite Tag Support".
struct GraphiteDecoder: LineDecoder {
  private var spelling = SeriesSpelling()

  mutating func decode(
    _ line: ByteView, _ reading: inout Reading, into batch: inout SampleBatch
  ) throws(LineError) {
    let point: GraphitePoint
    guard let read = try GraphitePoint(line, reading.limits) else { return }
    point = read
    spelling.begin()
    for tag in point.tags {
      try spelling.add(line[tag.name], line[tag.value], at: tag.name, reading.limits)
    }
    var time = reading.arrival
    if let text = point.time {
      guard let read = TimeText.parseNumber(line[text], unit: .seconds) else {
        throw LineError(.badTime, text, expected: "a time in seconds")
      }
      guard reading.accepts(read) else { throw LineError.timeOutOfRange(text) }
      time = read
    }
    try spelling.append(
      nil, line[point.path], at: point.path, time: time, value: point.value, reading.limits,
      to: &batch)
  }
}

/// The parts of one line, as offsets into it.
struct GraphitePoint {
  var path: Range<Int>
  var tags: [(name: Range<Int>, value: Range<Int>)] = []
  var value: Double
  /// The time's digits; nil for -1, which means now.
  var time: Range<Int>?

  /// Reads `line`; nil when it is blank.
  init?(_ line: ByteView, _ limits: DecoderLimits) throws(LineError) {
    var at = 0
    func skipBlanks() { while at < line.count, isBlank(line[at]) { at += 1 } }
    skipBlanks()
    if at == line.count { return nil }
    let series = TextLine.word(line, at)
    at = series.upperBound
    skipBlanks()
    let number = TextLine.word(line, at)
    guard let value = DecimalNumber.parseWithSpecials(line[number]) else {
      throw LineError(.badNumber, number, expected: "a number")
    }
    self.value = value
    at = number.upperBound
    skipBlanks()
    let seconds = TextLine.word(line, at)
    guard let time = DecimalNumber.parse(line[seconds]) else {
      throw LineError(.badTime, seconds, expected: "a time in seconds")
    }
    self.time = time == -1 ? nil : seconds
    at = seconds.upperBound
    skipBlanks()
    if at < line.count {
      throw LineError(.trailingText, at..<line.count, expected: "the end of the line")
    }
    var end = line[series].firstIndex(of: UInt8(ascii: ";")).map { $0 + series.lowerBound }
    path = series.lowerBound..<(end ?? series.upperBound)
    if path.isEmpty { throw LineError(.missingName, path, expected: "a metric path") }
    while let semicolon = end {
      let start = semicolon + 1
      end = line[start..<series.upperBound].firstIndex(of: UInt8(ascii: ";")).map { $0 + start }
      tags.append(try Self.tag(line, start..<(end ?? series.upperBound)))
    }
  }

  /// `name=value`, neither empty; a name has no `!` and no `^`, a value does not begin with `~`.
  private static func tag(
    _ line: ByteView, _ range: Range<Int>
  ) throws(LineError) -> (name: Range<Int>, value: Range<Int>) {
    let equals = line[range].firstIndex(of: UInt8(ascii: "=")).map { $0 + range.lowerBound }
    guard let equals, equals > range.lowerBound, equals + 1 < range.upperBound,
      line[equals + 1] != UInt8(ascii: "~")
    else { throw LineError(.badTag, range, expected: "a tag name=value") }
    let name = range.lowerBound..<equals
    for offset in name where line[offset] == UInt8(ascii: "!") || line[offset] == UInt8(ascii: "^")
    {
      throw LineError(.badTag, name, expected: "a tag name without ! and ^")
    }
    return (name, equals + 1..<range.upperBound)
  }
}
