import Model

/// Reads one line at a time, in whatever form it is written.
///
/// Forms are tried from the strictest to the loosest; what none of them can read is plain text.
struct LineParser {
  /// What the last line says.
  private(set) var record = LogRecord()
  private let limits: LogLimits
  private let zone: TimeZoneRule
  private var fields: FieldReader
  /// True once a line brought its own time: one without then belongs to the line before.
  private var hasTimes = false
  private var lastLevel = LogLevel.unknown
  /// True when the last line held nothing but blanks.
  private(set) var isBlank = true
  /// Lines that looked like JSON and were none.
  private(set) var brokenJSON = 0

  /// A parser that takes times without a zone as those of `zone`.
  init(_ limits: LogLimits, zone: TimeZoneRule = .utc) {
    self.limits = limits
    self.zone = zone
    fields = FieldReader(limits, zone: zone)
  }

  /// Reads `block[range]`, a line without its end.
  ///
  /// `arrival` tells the year of times that have none.
  mutating func read(_ block: [UInt8], _ range: Range<Int>, arrival: Int64) {
    let bytes = block.span
    record.clear()
    let line = trimmed(bytes, range)
    isBlank = line.isEmpty
    if isBlank { return }
    read(bytes, line, whole: range, arrival: arrival, isNested: false)
    record.gradeByStatus()
    if record.time != nil {
      hasTimes = true
    } else if hasTimes {
      record.isContinuation = isContinuation(bytes, range, line)
      // The last line of a trace says what went wrong, as grave as the line that began it.
      if record.level == .unknown { record.level = lastLevel }
    }
    lastLevel = record.level
  }

  private mutating func read(
    _ bytes: Span<UInt8>, _ line: Range<Int>, whole: Range<Int>, arrival: Int64, isNested: Bool
  ) {
    guard !line.isEmpty else { return }
    if bytes[line.lowerBound] == UInt8(ascii: "{") {
      if fields.readJSON(bytes, line) {
        unpack(arrival: arrival, isNested: isNested)
        if record.message.isEmpty { setMessage(bytes, line) }
        return
      }
      brokenJSON += 1
    } else if AccessLine.read(bytes, line, zone, into: &record) {
      return
    } else if fields.readPairs(bytes, line) {
      unpack(arrival: arrival, isNested: true)
      if record.message.isEmpty { setMessage(bytes, line) }
      return
    }
    var plain = PlainLine(arrival: arrival, zone: zone)
    let message = plain.read(bytes, line, into: &record)
    // Kubernetes and syslog carry lines of other forms.
    if !isNested, plain.isEnvelope, !message.isEmpty {
      let (time, service) = (record.time, record.service)
      read(bytes, message, whole: whole, arrival: arrival, isNested: true)
      record.time = record.time ?? time
      if record.service.isEmpty { record.service = service }
    } else {
      setMessage(bytes, message)
    }
  }

  /// Puts what the fields of a JSON object or of logfmt say into the record.
  private mutating func unpack(arrival: Int64, isNested: Bool) {
    fields.fill(&record)
    // Docker's json-file wraps a line of any form.
    guard !isNested, fields.isEnvelope else { return }
    let inner = record.message
    let time = record.time
    record.message.removeAll(keepingCapacity: true)
    let span = inner.span
    let line = trimmed(span, 0..<inner.count)
    read(span, line, whole: line, arrival: arrival, isNested: true)
    record.time = record.time ?? time
  }

  private mutating func setMessage(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    for at in range.prefix(limits.messageBytesMax) { record.message.append(bytes[at]) }
  }

  /// True for what is indented or says where an error comes from.
  private func isContinuation(
    _ bytes: Span<UInt8>, _ whole: Range<Int>, _ line: Range<Int>
  ) -> Bool {
    guard let first = line.first else { return true }
    if first > whole.lowerBound { return true }
    return starts(bytes, line, with: "Caused by:") || starts(bytes, line, with: "Traceback ")
      || starts(bytes, line, with: "at ") || starts(bytes, line, with: "...")
      || starts(bytes, line, with: "}") || starts(bytes, line, with: ")")
  }
}

/// Offsets of `range` without blanks and carriage returns at both ends.
func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
  var start = range.lowerBound
  var end = range.upperBound
  while start < end, isBlank(bytes[start]) { start += 1 }
  while end > start, isBlank(bytes[end - 1]) { end -= 1 }
  return start..<end
}

/// True when `bytes[range]` begins with an ASCII text.
func starts(_ bytes: Span<UInt8>, _ range: Range<Int>, with text: String) -> Bool {
  var at = range.lowerBound
  for byte in text.utf8 {
    guard at < range.upperBound, bytes[at] == byte else { return false }
    at += 1
  }
  return true
}

/// The bytes as text; what is no UTF-8 is replaced.
func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
  var copy: [UInt8] = []
  copy.reserveCapacity(range.count)
  for at in range { copy.append(bytes[at]) }
  return String(decoding: copy, as: UTF8.self)
}

/// Space, tab or carriage return.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

/// `0`…`9`.
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

/// `a`…`z`, `A`…`Z`.
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
