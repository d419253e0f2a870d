/// Writes JSON text, field by field, in exactly the order it is told.
///
///     var json = JSONWriter()
///     json.object { json in
///       json.field("event", "summary")
///       json.field("incidents", 1)
///     }
///     json.text  // {"event":"summary","incidents":1}
///
/// Equal calls give equal bytes on every machine: no dictionary order, no locale. Text is UTF-8
/// with only `"`, `\` and control characters escaped (RFC 8259, section 7). JSON has no NaN and no
/// infinity: they are written as null.
public struct JSONWriter: Sendable {
  /// What was written so far, as UTF-8.
  public private(set) var utf8: [UInt8] = []
  private var needsComma = false

  /// What was written so far.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// A writer of nothing yet.
  public init() {}

  /// Forgets what was written, and keeps the memory for what comes next.
  public mutating func restart() {
    utf8.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Writes an object whose fields `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
  }

  /// Writes an array whose elements `body` writes.
  public mutating func array(_ body: (inout JSONWriter) -> Void) {
    enclose(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  /// Writes the name of the field whose value comes next.
  public mutating func key(_ name: String) {
    separate()
    writeString(name)
    utf8.append(0x3a)
    needsComma = false
  }

  /// Writes a string.
  public mutating func value(_ string: String) {
    separate()
    writeString(string)
  }

  /// Writes a number in its shortest form that reads back equal; null when it is not finite.
  public mutating func value(_ number: Double) {
    separate()
    guard number.isFinite else {
      write("null")
      return
    }
    write(number.description)
    // The text of a whole number ends on ".0", which says nothing.
    if utf8.suffix(2).elementsEqual(".0".utf8) { utf8.removeLast(2) }
  }

  /// Writes a whole number.
  public mutating func value(_ number: Int64) {
    separate()
    write(String(number))
  }

  /// Writes a number whose digits the caller has chosen.
  ///
  /// - Precondition: `digits` is a JSON number.
  public mutating func number(_ digits: String) {
    separate()
    write(digits)
  }

  /// Writes a moment in RFC 3339.
  public mutating func value(_ time: Timestamp) {
    separate()
    utf8.append(UInt8(ascii: "\""))
    time.withText { utf8.append(contentsOf: $0) }
    utf8.append(UInt8(ascii: "\""))
  }

  /// Writes a truth value.
  public mutating func value(_ flag: Bool) {
    separate()
    write(flag ? "true" : "false")
  }

  /// Writes null.
  public mutating func null() {
    separate()
    write("null")
  }

  /// Writes the field `name`, or nothing when the value is nil.
  public mutating func field(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    self.value(value)
  }

  /// Writes the field `name`, or nothing when the value is nil.
  public mutating func field(_ name: String, _ value: Double?) {
    guard let value else { return }
    key(name)
    self.value(value)
  }

  /// Writes the field `name`, or nothing when the value is nil.
  public mutating func field(_ name: String, _ value: Int?) {
    guard let value else { return }
    key(name)
    self.value(Int64(value))
  }

  /// Writes the field `name`, or nothing when the value is nil.
  public mutating func field(_ name: String, _ value: Int64?) {
    guard let value else { return }
    key(name)
    self.value(value)
  }

  /// Writes the field `name`.
  public mutating func field(_ name: String, _ value: Bool) {
    key(name)
    self.value(value)
  }

  /// Writes the moment `name` in RFC 3339, or nothing when it is nil.
  public mutating func field(_ name: String, _ value: Timestamp?) {
    guard let value else { return }
    key(name)
    self.value(value)
  }

  /// Writes the field `name` as an array of strings.
  public mutating func field(_ name: String, _ values: [String]) {
    key(name)
    array { json in for value in values { json.value(value) } }
  }

  /// Writes the field `name` as an object of label names and values.
  public mutating func field(_ name: String, _ labels: Labels) {
    key(name)
    object { json in for pair in labels.pairs { json.field(pair.name, pair.value) } }
  }

  private mutating func enclose(
    _ opening: UInt8, _ closing: UInt8, _ body: (inout JSONWriter) -> Void
  ) {
    separate()
    utf8.append(opening)
    needsComma = false
    body(&self)
    utf8.append(closing)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { utf8.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func write(_ text: String) { utf8.append(contentsOf: text.utf8) }

  private mutating func writeString(_ string: String) {
    utf8.append(UInt8(ascii: "\""))
    // Swift's own strings lie in one piece; a foreign one is walked through byte by byte.
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable { bytes in
      if Self.isPlain(UnsafeRawBufferPointer(bytes)) {
        utf8.append(contentsOf: bytes)
      } else {
        for byte in bytes { writeEscaped(byte) }
      }
    }
    if isWritten == nil { for byte in string.utf8 { writeEscaped(byte) } }
    utf8.append(UInt8(ascii: "\""))
  }

  /// True when no byte has to be escaped; looks at eight of them at once.
  ///
  /// Source: "Determine if a word has a byte less than n" and "has a byte equal to n", Sean Eron
  /// Anderson, Bit Twiddling Hacks.
  private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = 0
    while index + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5c)
      let found =
        ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote)
        | ((backslash &- ones) & ~backslash)
      if found & (ones &* 0x80) != 0 { return false }
      index += 8
    }
    return bytes[index...].allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }
  }

  private mutating func writeEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): write("\\\"")
    case UInt8(ascii: "\\"): write("\\\\")
    case UInt8(ascii: "\n"): write("\\n")
    case UInt8(ascii: "\r"): write("\\r")
    case UInt8(ascii: "\t"): write("\\t")
    case 0..<0x20:
      let digits = String(byte, radix: 16)
      write("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    default: utf8.append(byte)
    }
  }
}
