import Model

/// Decodes Graphite plaintext, `path value seconds`, also with tags: `path;tag=value value seconds`.
///
/// The path is the metric's name as it stands. A time of -1 means now.
/// Source: Graphite documentation, "Feeding In Your Data" and "Graphite Tag Support".
struct GraphiteDecoder: LineDecoder {
  var templates = LineTemplates(unit: .seconds)
  private var spelling = SeriesSpelling()
  private var cache = SeriesCache()

  mutating func decode(
    _ line: ByteView, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError) {
    guard var point = try GraphitePoint(line) else { return }
    var time = context.arrival
    if let text = point.time {
      guard let read = TimeText.parseNumber(line[text], unit: .seconds) else {
        throw LineError(.badTime, text, expected: "a time in seconds")
      }
      guard context.accepts(read) else { throw LineError.timeOutOfRange(text) }
      time = read
      templates.holes = .init(time: text, value: point.number)
    }
    let hash = SpellingMemo.combine(0, SpellingMemo.hashOfAnyLength(line[point.series]))
    if cache.append(hash, time: time, value: point.value, to: &batch) { return }
    try point.readSeries(line)
    spelling.begin()
    for tag in point.tags {
      try spelling.add(line[tag.name], line[tag.value], at: tag.name, context.limits)
    }
    try spelling.append(
      nil, line[point.path], at: point.path, time: time, value: point.value, context.limits,
      to: &batch)
    cache.insert(hash, row: batch.count - 1, of: batch)
  }
}

/// The parts of one line, as offsets into it.
struct GraphitePoint {
  /// Path and tags together.
  let series: Range<Int>
  let value: Double
  /// The place of the value.
  let number: Range<Int>
  /// The time's digits; nil for -1, which means now.
  let time: Range<Int>?
  /// Known after `readSeries`.
  private(set) var path = 0..<0
  private(set) var tags: [(name: Range<Int>, value: Range<Int>)] = []

  /// Splits `line` into its three words; nil when it is blank.
  @inline(__always)
  init?(_ line: ByteView) throws(LineError) {
    series = Self.word(line, after: 0)
    if series.isEmpty { return nil }
    number = Self.word(line, after: series.upperBound)
    guard let value = DecimalNumber.parseWithSpecials(line[number]) else {
      throw LineError(.badNumber, number, expected: "a number")
    }
    self.value = value
    let seconds = Self.word(line, after: number.upperBound)
    guard let time = DecimalNumber.parse(line[seconds]) else {
      throw LineError(.badTime, seconds, expected: "a time in seconds")
    }
    self.time = time == -1 ? nil : seconds
    let rest = Self.word(line, after: seconds.upperBound)
    if !rest.isEmpty {
      throw LineError(
        .trailingText, rest.lowerBound..<line.count, expected: "the end of the line")
    }
  }

  /// Splits the series into path and tags.
  mutating func readSeries(_ line: ByteView) throws(LineError) {
    var end = line[series].firstIndex(of: UInt8(ascii: ";")).map { $0 + series.lowerBound }
    path = series.lowerBound..<(end ?? series.upperBound)
    if path.isEmpty { throw LineError(.missingName, path, expected: "a metric path") }
    while let semicolon = end {
      let start = semicolon + 1
      end = line[start..<series.upperBound].firstIndex(of: UInt8(ascii: ";")).map { $0 + start }
      tags.append(try Self.tag(line, start..<(end ?? series.upperBound)))
    }
  }

  /// The next word after blanks; empty at the end.
  @inline(__always)
  private static func word(_ line: ByteView, after start: Int) -> Range<Int> {
    var at = start
    while at < line.count, isBlank(line[at]) { at += 1 }
    return TextLine.word(line, at)
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
