import Model

/// Reads a line of text: its time, its level and what it says.
///
/// Knows what stands before the message in the logs of containers (CRI), of syslog (RFC 3164 and
/// RFC 5424), of klog, of nginx' errors, and of programs that write time and level first.
struct PlainLine {
  private let arrival: Int64
  private let zone: TimeZoneRule
  /// True when what was read is an envelope, whose message may be a line of another form.
  private(set) var isEnvelope = false

  /// - Parameters:
  ///   - arrival: tells the year of times without one.
  ///   - zone: where the clock stands of times without a zone.
  init(arrival: Int64, zone: TimeZoneRule) {
    self.arrival = arrival
    self.zone = zone
  }

  /// Reads `bytes[line]`; returns where its message stands.
  mutating func read(
    _ bytes: Span<UInt8>, _ line: Range<Int>, into record: inout LogRecord
  ) -> Range<Int> {
    var at = line.lowerBound
    let end = line.upperBound
    if readPriority(bytes, &at, end, into: &record) {
      return readSyslog(bytes, at..<end, into: &record)
    }
    if readKlog(bytes, &at, end, into: &record) { return afterBracket(bytes, at..<end) }
    let opening = bytes[at]
    let isBracketed = opening == UInt8(ascii: "[") || opening == UInt8(ascii: "(")
    var cursor = isBracketed ? at + 1 : at
    if let time = LogTime.syslog(bytes, &cursor, end, arrival: arrival, in: zone), !isBracketed {
      record.time = time
      return readSyslog(bytes, cursor..<end, into: &record)
    }
    if let time = LogTime.calendar(bytes, &cursor, end, in: zone) ?? epoch(bytes, &cursor, end) {
      record.time = time
      at = cursor
      if isBracketed, at < end, bytes[at] == opening + 2 || bytes[at] == opening + 1 { at += 1 }
      skipMarks(bytes, &at, end)
      if readContainer(bytes, &at, end) {
        isEnvelope = true
        return at..<end
      }
    }
    return readLevel(bytes, at..<end, into: &record)
  }

  /// Seconds or milliseconds since the epoch, as a word of 10 or 13 digits, with a fraction or without.
  private func epoch(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int64? {
    var cursor = at
    while cursor < end, isDigit(bytes[cursor]) { cursor += 1 }
    let digits = cursor - at
    guard digits == 10 || digits == 13 else { return nil }
    if cursor < end, bytes[cursor] == UInt8(ascii: ".") {
      cursor += 1
      while cursor < end, isDigit(bytes[cursor]) { cursor += 1 }
    }
    guard cursor == end || isBlank(bytes[cursor]) || bytes[cursor] == UInt8(ascii: "]"),
      let time = LogTime.parse(text(bytes, at..<cursor), in: zone)
    else { return nil }
    at = cursor
    return time
  }

  /// `stdout F ` of the container runtime interface; `P` marks a part of a line.
  private func readContainer(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Bool {
    for mark in ["stdout F ", "stderr F ", "stdout P ", "stderr P "]
    where starts(bytes, at..<end, with: mark) {
      at += mark.utf8.count
      return true
    }
    return false
  }

  /// `<34>` of syslog, whose last three bits are the severity.
  private func readPriority(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, into record: inout LogRecord
  ) -> Bool {
    guard bytes[at] == UInt8(ascii: "<") else { return false }
    var cursor = at + 1
    var value = 0
    while cursor < end, cursor < at + 4, isDigit(bytes[cursor]) {
      value = value * 10 + Int(bytes[cursor] - 0x30)
      cursor += 1
    }
    guard cursor > at + 1, cursor < end, bytes[cursor] == UInt8(ascii: ">"), value < 192 else {
      return false
    }
    cursor += 1
    record.level = LogLevel(number: value & 7) ?? .unknown
    at = cursor
    if starts(bytes, at..<end, with: "1 ") { at += 2 }
    skipMarks(bytes, &at, end)
    var time = at
    if let read = LogTime.calendar(bytes, &time, end, in: zone)
      ?? LogTime.syslog(bytes, &time, end, arrival: arrival, in: zone)
    {
      record.time = read
      at = time
    }
    return true
  }

  /// `host program[pid]: message`, or RFC 5424's `host program pid id data message`.
  private mutating func readSyslog(
    _ bytes: Span<UInt8>, _ range: Range<Int>, into record: inout LogRecord
  ) -> Range<Int> {
    var words: [Range<Int>] = []
    var at = range.lowerBound
    while at < range.upperBound, words.count < 5 {
      while at < range.upperBound, isBlank(bytes[at]) { at += 1 }
      let start = at
      while at < range.upperBound, !isBlank(bytes[at]) { at += 1 }
      if at > start { words.append(start..<at) }
    }
    // The program's word ends with a colon in the older form.
    if words.count >= 2, bytes[words[1].upperBound - 1] == UInt8(ascii: ":") {
      takeProgram(bytes, words[1], into: &record)
      isEnvelope = true
      return trimmed(bytes, words[1].upperBound..<range.upperBound)
    }
    if words.count == 5, starts(bytes, words[4], with: "-") || starts(bytes, words[4], with: "[") {
      takeProgram(bytes, words[1], into: &record)
      isEnvelope = true
      var start = words[4].lowerBound
      if bytes[start] == UInt8(ascii: "[") {
        while start < range.upperBound, bytes[start] != UInt8(ascii: "]") { start += 1 }
      }
      return trimmed(bytes, min(start + 1, range.upperBound)..<range.upperBound)
    }
    return readLevel(bytes, trimmed(bytes, range), into: &record)
  }

  private func takeProgram(
    _ bytes: Span<UInt8>, _ word: Range<Int>, into record: inout LogRecord
  ) {
    for at in word.prefix(128) {
      let byte = bytes[at]
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: ":") { break }
      record.service.append(byte)
    }
    if record.service == [UInt8(ascii: "-")] { record.service = [] }
  }

  /// `E0115 14:30:00.123456  1 file.go:12]` of klog and glog.
  private func readKlog(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, into record: inout LogRecord
  ) -> Bool {
    let letters = [UInt8(ascii: "I"), UInt8(ascii: "W"), UInt8(ascii: "E"), UInt8(ascii: "F")]
    guard letters.contains(bytes[at]) else { return false }
    var cursor = at + 1
    guard let month = LogTime.number(bytes, &cursor, end, digits: 2),
      let day = LogTime.number(bytes, &cursor, end, digits: 2), cursor < end,
      bytes[cursor] == 0x20
    else { return false }
    cursor += 1
    guard let clock = LogTime.clock(bytes, &cursor, end),
      let time = LogTime.recent(month: month, day: day, clock, arrival: arrival, in: zone)
    else { return false }
    record.time = time
    record.level = LogLevel(word: text(bytes, at..<at + 1)) ?? .unknown
    at = cursor
    return true
  }

  /// What stands behind `file.go:12]`.
  private func afterBracket(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    for at in range.prefix(120) where bytes[at] == UInt8(ascii: "]") {
      return trimmed(bytes, at + 1..<range.upperBound)
    }
    return trimmed(bytes, range)
  }

  /// Finds the level among the first words.
  ///
  /// A level that comes first is no part of the message.
  private func readLevel(
    _ bytes: Span<UInt8>, _ range: Range<Int>, into record: inout LogRecord
  ) -> Range<Int> {
    var at = range.lowerBound
    let end = range.upperBound
    for index in 0..<6 {
      skipMarks(bytes, &at, end)
      let start = at
      while at < end, !isBlank(bytes[at]) { at += 1 }
      guard at > start else { break }
      let word = start..<at
      guard let level = level(bytes, word, isFirst: index == 0) else { continue }
      record.level = level
      guard index <= 1 else { break }
      skipMarks(bytes, &at, end)
      return at..<end
    }
    return range
  }

  /// The level that a word is, if it is written as levels are: in capitals, in brackets or before a
  /// colon; "an error occurred" is prose.
  private func level(_ bytes: Span<UInt8>, _ word: Range<Int>, isFirst: Bool) -> LogLevel? {
    var start = word.lowerBound
    var end = word.upperBound
    while start < end, !isLetter(bytes[start]) { start += 1 }
    while end > start, !isLetter(bytes[end - 1]) { end -= 1 }
    guard end - start >= 3, end - start <= 13 else { return nil }
    var isCapital = true
    for at in start..<end where bytes[at] & 0x20 != 0 { isCapital = false }
    let isMarked =
      end < word.upperBound
      && (bytes[end] == UInt8(ascii: "]") || bytes[end] == UInt8(ascii: ":")
        || bytes[end] == UInt8(ascii: ">") || bytes[end] == UInt8(ascii: "|"))
    guard isCapital || isMarked || isFirst && start > word.lowerBound else { return nil }
    return LogLevel(word: text(bytes, start..<end))
  }

  /// Passes over blanks and the marks that separate the parts of a line.
  private func skipMarks(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) {
    while at < end,
      isBlank(bytes[at]) || bytes[at] == UInt8(ascii: "|") || bytes[at] == UInt8(ascii: "-")
        || bytes[at] == UInt8(ascii: ":")
    {
      at += 1
    }
  }
}
