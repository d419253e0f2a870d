/// The parts of one point of line protocol, as offsets into its line; used for line after line.
///
/// Source: InfluxData, "Line protocol reference". Names and tag values escape `,`, `=` and a blank
/// with a backslash, strings escape `"` and `\`.
struct InfluxPoint {
  enum Value: Equatable {
    case float(Double)
    case integer(Int64)
    case unsigned(UInt64)
    case boolean(Bool)
    /// The bytes between the quotes, still escaped.
    case string(Range<Int>)

    /// The value as a sample; nil for a string.
    var number: Double? {
      switch self {
      case .float(let value): value
      case .integer(let value): Double(value)
      case .unsigned(let value): Double(value)
      case .boolean(let value): value ? 1 : 0
      case .string: nil
      }
    }
  }

  private(set) var measurement = 0..<0
  private(set) var tags: [(name: Range<Int>, value: Range<Int>)] = []
  private(set) var fields: [(name: Range<Int>, value: Value)] = []
  private(set) var time: Range<Int>?
  /// The place of the value, of a point with one field that is a float; else nil.
  private(set) var onlyFloat: Range<Int>?

  /// What a backslash makes plain in names and tag values.
  static func isEscapable(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: " ")
  }

  /// Reads `line` in full; false when it is blank or a comment.
  mutating func read(_ line: ByteView, fieldsMax: Int) throws(LineError) -> Bool {
    guard let series = try begin(line) else { return false }
    try readFields(line, from: series.upperBound, fieldsMax: fieldsMax)
    try readSeries(line, series)
    return true
  }

  /// Finds measurement and tags, up to the first blank that is not escaped; nil without any.
  ///
  /// - Throws: `LineError` when nothing follows them.
  @inline(__always)
  mutating func begin(_ line: ByteView) throws(LineError) -> Range<Int>? {
    var start = 0
    while start < line.count, isBlank(line[start]) { start += 1 }
    if start == line.count || line[start] == UInt8(ascii: "#") { return nil }
    var end = start
    while let blank = line.firstIndex(of: UInt8(ascii: " "), from: end) {
      // An odd number of backslashes escapes the blank.
      var first = blank
      while first > start, line[first - 1] == UInt8(ascii: "\\") { first -= 1 }
      if (blank - first) & 1 == 0 { return start..<blank }
      end = blank + 1
    }
    try readSeries(line, start..<line.count)
    throw LineError(.missingFields, line.count..<line.count, expected: "a field name=value")
  }

  /// Reads the measurement and the tags that `begin` found.
  mutating func readSeries(_ line: ByteView, _ series: Range<Int>) throws(LineError) {
    tags.removeAll(keepingCapacity: true)
    var at = series.lowerBound
    measurement = Self.name(line, &at, stopsAtEquals: false)
    if measurement.isEmpty {
      throw LineError(.missingName, at..<at + 1, expected: "a measurement")
    }
    while at < series.upperBound { tags.append(try Self.tag(line, &at)) }
  }

  /// Reads the fields and the time, which follow blanks at `start`.
  @inline(__always)
  mutating func readFields(
    _ line: ByteView, from start: Int, fieldsMax: Int
  ) throws(LineError) {
    fields.removeAll(keepingCapacity: true)
    time = nil
    var at = start
    while at < line.count, line[at] == UInt8(ascii: " ") { at += 1 }
    if at == line.count { throw LineError(.missingFields, at..<at, expected: "a field name=value") }
    while true {
      fields.append(try Self.field(line, &at))
      guard at < line.count, line[at] == UInt8(ascii: ",") else { break }
      if fields.count >= fieldsMax {
        throw LineError(.missingFields, at..<line.count, expected: "at most \(fieldsMax) fields")
      }
      at += 1
    }
    onlyFloat = nil
    if fields.count == 1, case .float = fields[0].value {
      onlyFloat = fields[0].name.upperBound + 1..<at
    }
    try readTime(line, &at)
  }

  /// Everything after the fields: blanks and an integer that fits 64 bits.
  private mutating func readTime(_ line: ByteView, _ at: inout Int) throws(LineError) {
    let end = at
    while at < line.count, isBlank(line[at]) { at += 1 }
    if at == line.count { return }
    let word = TextLine.word(line, at)
    guard at > end, Self.integer(line[word]) != nil else {
      throw LineError(.badTime, word, expected: "a whole number as the time")
    }
    time = word
    at = word.upperBound
    while at < line.count, isBlank(line[at]) { at += 1 }
    if at < line.count {
      throw LineError(.trailingText, at..<line.count, expected: "the end of the line")
    }
  }

  /// The bytes up to an unescaped comma or blank, and with `stopsAtEquals` up to an equals sign.
  @inline(__always)
  private static func name(_ line: ByteView, _ at: inout Int, stopsAtEquals: Bool) -> Range<Int> {
    let start = at
    while at < line.count {
      let byte = line[at]
      if byte == UInt8(ascii: "\\") {
        at = min(at + 2, line.count)
        continue
      }
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") { break }
      if byte == UInt8(ascii: "="), stopsAtEquals { break }
      at += 1
    }
    return start..<at
  }

  /// `,name=value` at `at`.
  private static func tag(
    _ line: ByteView, _ at: inout Int
  ) throws(LineError) -> (name: Range<Int>, value: Range<Int>) {
    at += 1
    let name = name(line, &at, stopsAtEquals: true)
    guard !name.isEmpty, at < line.count, line[at] == UInt8(ascii: "=") else {
      throw LineError(
        .badTag, name.lowerBound..<max(at, name.lowerBound), expected: "a tag name=value")
    }
    at += 1
    let value = Self.name(line, &at, stopsAtEquals: true)
    guard !value.isEmpty, at == line.count || line[at] != UInt8(ascii: "=") else {
      throw LineError(.badTag, name.lowerBound..<at, expected: "a tag name=value")
    }
    return (name, value)
  }

  /// `name=value` at `at`.
  private static func field(
    _ line: ByteView, _ at: inout Int
  ) throws(LineError) -> (name: Range<Int>, value: Value) {
    let name = name(line, &at, stopsAtEquals: true)
    guard !name.isEmpty, at + 1 < line.count, line[at] == UInt8(ascii: "=") else {
      throw LineError(.badField, name.lowerBound..<line.count, expected: "a field name=value")
    }
    at += 1
    if line[at] == UInt8(ascii: "\"") { return (name, .string(try string(line, &at))) }
    let start = at
    while at < line.count, line[at] != UInt8(ascii: ","), line[at] != UInt8(ascii: " ") { at += 1 }
    guard let value = scalar(line[start..<at]) else {
      throw LineError(
        .badField, start..<at, expected: "a number, a boolean or a text in double quotes")
    }
    return (name, value)
  }

  /// The text whose opening quote is at `at`; a comma, a blank or the end follows it.
  private static func string(_ line: ByteView, _ at: inout Int) throws(LineError) -> Range<Int> {
    let start = at + 1
    at = start
    while at < line.count, line[at] != UInt8(ascii: "\"") {
      at += line[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard at < line.count else {
      throw LineError(
        .unterminatedString, start - 1..<line.count, expected: "a closing double quote")
    }
    let range = start..<at
    at += 1
    if at < line.count, line[at] != UInt8(ascii: ","), line[at] != UInt8(ascii: " ") {
      throw LineError(.trailingText, at..<line.count, expected: "a comma, a blank or the end")
    }
    return range
  }

  private static func scalar(_ view: ByteView) -> Value? {
    guard let last = view.isEmpty ? nil : view[view.count - 1] else { return nil }
    switch last {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
      return DecimalNumber.parse(view).map(Value.float)
    case UInt8(ascii: "i"): return integer(view[0..<view.count - 1]).map(Value.integer)
    case UInt8(ascii: "u"):
      let digits = view[0..<view.count - 1]
      guard !digits.isEmpty, isDigit(digits[0]) else { return nil }
      return UInt64(digits.text).map(Value.unsigned)
    default: break
    }
    if view.equals("t") || view.equals("T") || view.equals("true") || view.equals("True")
      || view.equals("TRUE")
    {
      return .boolean(true)
    }
    if view.equals("f") || view.equals("F") || view.equals("false") || view.equals("False")
      || view.equals("FALSE")
    {
      return .boolean(false)
    }
    return nil
  }

  /// Digits with an optional sign that fit 64 bits.
  private static func integer(_ view: ByteView) -> Int64? {
    let sign = view.isEmpty ? 0 : view[0]
    var at = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 1 : 0
    if at == view.count { return nil }
    var value: Int64 = 0
    while at < view.count {
      guard isDigit(view[at]) else { return nil }
      let digit = Int64(view[at] &- 0x30)
      // Counted downwards, so that the smallest integer fits too.
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (difference, borrow) = product.subtractingReportingOverflow(digit)
      if overflow || borrow { return nil }
      value = difference
      at += 1
    }
    if sign == UInt8(ascii: "-") { return value }
    return value == .min ? nil : -value
  }
}
