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
    let digits = number.description.utf8
    let isWhole = digits.count > 2 && digits.suffix(2).elementsEqual(".0".utf8)
    utf8.append(contentsOf: isWhole ? digits.dropLast(2) : digits[...])
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
    field(name, value?.description)
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
    let isPlain = string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }
    if isPlain { write(string) } else { writeEscaped(string) }
    utf8.append(UInt8(ascii: "\""))
  }

  private mutating func writeEscaped(_ string: String) {
    for byte in string.utf8 {
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
}
