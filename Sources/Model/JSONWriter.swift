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
  /// What was written so far.
  public private(set) var text = ""
  private var needsComma = false

  /// A writer of nothing yet.
  public init() {}

  /// Writes an object whose fields `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    enclose("{", "}", body)
  }

  /// Writes an array whose elements `body` writes.
  public mutating func array(_ body: (inout JSONWriter) -> Void) {
    enclose("[", "]", body)
  }

  /// Writes the name of the field whose value comes next.
  public mutating func key(_ name: String) {
    separate()
    writeString(name)
    text += ":"
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
      text += "null"
      return
    }
    let digits = number.description
    text += digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  /// Writes a whole number.
  public mutating func value(_ number: Int64) {
    separate()
    text += String(number)
  }

  /// Writes a number whose digits the caller has chosen.
  ///
  /// - Precondition: `digits` is a JSON number.
  public mutating func number(_ digits: String) {
    separate()
    text += digits
  }

  /// Writes a truth value.
  public mutating func value(_ flag: Bool) {
    separate()
    text += flag ? "true" : "false"
  }

  /// Writes null.
  public mutating func null() {
    separate()
    text += "null"
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
    _ opening: Character, _ closing: Character, _ body: (inout JSONWriter) -> Void
  ) {
    separate()
    text.append(opening)
    needsComma = false
    body(&self)
    text.append(closing)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = true
  }

  private mutating func writeString(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1f}":
        text += "\\u" + padded(hexadecimal: scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private func padded(hexadecimal value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}
