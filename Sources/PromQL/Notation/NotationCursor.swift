import Model

/// A place in a text of bytes, moved on by what is read there.
struct NotationCursor {
  let bytes: [UInt8]
  var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The byte at the place as an ASCII character; nil at the end.
  var next: Unicode.Scalar? { index < bytes.count ? Unicode.Scalar(bytes[index]) : nil }

  /// True at a blank or tab.
  var isAtBlank: Bool { next == " " || next == "\t" }

  /// Moves over `text` when it stands here.
  mutating func skip(_ text: StaticString) -> Bool {
    let end = index + text.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    let isHere = text.withUTF8Buffer { bytes[index..<end].elementsEqual($0) }
    if isHere { index = end }
    return isHere
  }

  mutating func skipBlanks() {
    while isAtBlank { index += 1 }
  }

  /// Moves over the longest run of characters that `isPart` accepts.
  mutating func take(while isPart: (Unicode.Scalar) -> Bool) -> String {
    let start = index
    while let character = next, isPart(character) { index += 1 }
    return text(from: start)
  }

  func text(from start: Int) -> String {
    String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// The refusal of whatever stands here.
  func unexpected(wanted: String) -> NotationError {
    var end = index
    while end < bytes.count, bytes[end] != UInt8(ascii: " "), bytes[end] != UInt8(ascii: "\t") {
      end += 1
    }
    if end == index, index < bytes.count { end += 1 }
    let found = String(decoding: bytes[index..<end], as: UTF8.self)
    return NotationError(.unexpected(found, wanted: wanted), at: index..<end)
  }

  /// Reads an unsigned number: `5`, `.5e3`, `1_000`, `017` (octal, as in Prometheus), `Inf`, `NaN`.
  ///
  /// Hexadecimal digits are read only when a letter is among them: `0x20` is 0 twenty times over.
  mutating func number() throws(NotationError) -> Double {
    let start = index
    if let character = next, Self.isWord(character), !Self.isDigit(character) {
      switch take(while: Self.isWord).lowercased() {
      case "inf": return .infinity
      case "nan": return .nan
      default:
        index = start
        throw unexpected(wanted: "a number")
      }
    }
    if let value = hexadecimal() { return value }
    guard let character = next, Self.isDigit(character) || character == "." else {
      throw unexpected(wanted: "a number")
    }
    let whole = take(while: Self.isDigitOrUnderscore)
    var isInteger = true
    if skip(".") {
      isInteger = false
      _ = take(while: Self.isDigitOrUnderscore)
    }
    let mantissaEnd = index
    if skip("e") || skip("E") {
      _ = skip("+") || skip("-")
      if take(while: Self.isDigit).isEmpty { index = mantissaEnd } else { isInteger = false }
    }
    let text = text(from: start).filter { $0 != "_" }
    if isInteger, whole.utf8.count > 1, whole.hasPrefix("0"), let octal = Int64(text, radix: 8) {
      return Double(octal)
    }
    guard let value = Double(text.hasSuffix(".") ? text + "0" : text), value.isFinite else {
      throw NotationError(.badNumber(self.text(from: start)), at: start..<index)
    }
    return value
  }

  /// Reads a number with an optional sign.
  mutating func signedNumber() throws(NotationError) -> Double {
    if skip("-") { return -(try number()) }
    _ = skip("+")
    return try number()
  }

  private mutating func hexadecimal() -> Double? {
    let start = index
    guard skip("0x") || skip("0X") else { return nil }
    let digits = take(while: Self.isWord)
    if digits.contains(where: { $0.isLetter }), let value = UInt64(digits, radix: 16) {
      return Double(value)
    }
    index = start
    return nil
  }

  /// Reads an integer with an optional sign.
  mutating func integer() throws(NotationError) -> Int {
    let start = index
    _ = skip("-") || skip("+")
    let digits = take(while: Self.isDigit)
    guard !digits.isEmpty, let value = Int(text(from: start)) else {
      throw NotationError(.badNumber(text(from: start)), at: start..<index)
    }
    return value
  }

  /// Reads an unsigned duration, `1h30m`, or a bare `0`.
  mutating func duration() throws(NotationError) -> Milliseconds {
    let start = index
    if next == "0" {
      index += 1
      guard let character = next, Self.isDigit(character) || Self.isUnitLetter(character) else {
        return 0
      }
      index = start
    }
    var total: Milliseconds = 0
    var unitsLeft = Self.units[...]
    repeat {
      let digits = take(while: Self.isDigit)
      let name = take(while: Self.isUnitLetter)
      guard let count = Milliseconds(digits),
        let unit = unitsLeft.firstIndex(where: { $0.name == name })
      else { throw NotationError(.badDuration(text(from: start)), at: start..<index) }
      let (part, isTooLong) = count.multipliedReportingOverflow(by: Self.units[unit].length)
      let (sum, overflows) = total.addingReportingOverflow(part)
      guard !isTooLong, !overflows, sum <= Self.longest else {
        throw NotationError(.badDuration(text(from: start)), at: start..<index)
      }
      total = sum
      unitsLeft = Self.units[(unit + 1)...]
    } while next.map(Self.isDigit) ?? false
    return total
  }

  private static let units: [(name: String, length: Milliseconds)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
    ("s", 1000), ("ms", 1),
  ]

  /// The longest duration: what 63 bits of nanoseconds hold, about 292 years.
  private static let longest: Milliseconds = 9_223_372_036_854

  static func isDigit(_ character: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(character)
  }

  private static func isDigitOrUnderscore(_ character: Unicode.Scalar) -> Bool {
    isDigit(character) || character == "_"
  }

  private static func isUnitLetter(_ character: Unicode.Scalar) -> Bool {
    // No unit holds an x, which begins a repetition.
    ("a"..."z").contains(character) && character != "x"
  }

  /// True for letters, digits and `_`.
  static func isWord(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}

extension NotationCursor {
  /// Reads a text in `"…"`, `'…'` (both with Go's escapes) or `` `…` `` (without).
  mutating func quotedText() throws(NotationError) -> String {
    let start = index
    guard let quote = next, quote == "\"" || quote == "'" || quote == "`" else {
      throw unexpected(wanted: "a quoted text")
    }
    index += 1
    var out: [UInt8] = []
    while let character = next, character != quote {
      let byte = bytes[index]
      index += 1
      if character != "\\" || quote == "`" {
        out.append(byte)
      } else if let escaped = escape(quote) {
        out += escaped
      } else {
        throw NotationError(.badString, at: start..<index)
      }
    }
    guard next == quote, let text = String(validating: out, as: UTF8.self) else {
      throw NotationError(.badString, at: start..<index)
    }
    index += 1
    return text
  }

  /// The bytes that the escape after a backslash stands for; nil for an unknown or open one.
  private mutating func escape(_ quote: Unicode.Scalar) -> [UInt8]? {
    guard let letter = next else { return nil }
    index += 1
    switch letter {
    case "a": return [0x07]
    case "b": return [0x08]
    case "f": return [0x0C]
    case "n": return [0x0A]
    case "r": return [0x0D]
    case "t": return [0x09]
    case "v": return [0x0B]
    case "\\", quote: return [UInt8(ascii: letter)]
    case "0"..."7":
      index -= 1
      return code(digits: 3, radix: 8).flatMap { UInt8(exactly: $0) }.map { [$0] }
    case "x": return code(digits: 2, radix: 16).flatMap { UInt8(exactly: $0) }.map { [$0] }
    case "u", "U":
      let scalar = code(digits: letter == "u" ? 4 : 8, radix: 16).flatMap(Unicode.Scalar.init)
      return scalar.map { Array(String($0).utf8) }
    default: return nil
    }
  }

  private mutating func code(digits: Int, radix: Int) -> UInt32? {
    let start = index
    index = min(bytes.count, index + digits)
    guard index - start == digits, next(isSign: start) == false else { return nil }
    return UInt32(text(from: start), radix: radix)
  }

  private func next(isSign place: Int) -> Bool {
    bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-")
  }
}
