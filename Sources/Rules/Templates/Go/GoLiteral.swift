/// A number as a template writes it.
enum GoNumber: Equatable {
  /// Without fraction and exponent: an `int` to Go.
  case integer(Int64)
  /// With fraction or exponent: a `float64` to Go.
  case number(Double)
  /// An integer that does not fit into 64 bits.
  case overflow
}

/// The number that `text` writes in Go's notation (`1_000`, `0x1f`, `0b1`, `017`, `1e3`, `0x1p-2`).
///
/// Nil when it writes none. Complex numbers are not read.
/// Source: https://go.dev/ref/spec#Integer_literals and the next section.
func goNumber(_ text: String) -> GoNumber? {
  let isNegative = text.hasPrefix("-")
  let unsigned = isNegative || text.hasPrefix("+") ? String(text.dropFirst()) : text
  guard let first = unsigned.utf8.first, isDigit(first) || first == ".",
    hasSoundUnderscores(unsigned)
  else { return nil }
  let lower = unsigned.filter { $0 != "_" }.lowercased()
  let isHexadecimal = lower.hasPrefix("0x")
  if lower.contains(".") || lower.contains("p") || (!isHexadecimal && lower.contains("e")) {
    // A hexadecimal fraction needs its exponent.
    guard isHexadecimal == lower.contains("p"), let value = Double(lower),
      value.isFinite
    else { return nil }
    return .number(isNegative ? -value : value)
  }
  let (digits, radix) = integerParts(lower)
  let scalars = digits.utf8
  guard !digits.isEmpty,
    scalars.allSatisfy({ Character(Unicode.Scalar($0)).hexDigitValue.map { $0 < radix } ?? false })
  else {
    // `08` is no octal integer; Go then reads a number without a point and takes it for too large.
    return radix == 8 && lower.utf8.allSatisfy(isDigit) ? .overflow : nil
  }
  guard let value = Int64((isNegative ? "-" : "") + digits, radix: radix) else { return .overflow }
  return .integer(value)
}

private func integerParts(_ text: String) -> (digits: String, radix: Int) {
  guard text.utf8.count > 1, text.hasPrefix("0") else { return (text, 10) }
  switch text.dropFirst().first {
  case "x": return (String(text.dropFirst(2)), 16)
  case "o": return (String(text.dropFirst(2)), 8)
  case "b": return (String(text.dropFirst(2)), 2)
  default: return (String(text.dropFirst()), 8)
  }
}

/// Underscores may stand between digits and after a base prefix alone.
private func hasSoundUnderscores(_ text: String) -> Bool {
  guard text.contains("_") else { return true }
  return !text.contains("__") && !text.hasPrefix("_") && !text.hasSuffix("_")
    && !text.contains("._") && !text.contains("_.")
}

/// The text that a Go string or character literal with its quotes stands for; nil when malformed.
///
/// Source: https://go.dev/ref/spec#String_literals
func goUnquote(_ literal: String) -> String? {
  var bytes = Array(literal.utf8)
  guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote else { return nil }
  bytes = Array(bytes[1..<bytes.count - 1])
  // Carriage returns inside raw strings are discarded.
  if quote == "`" { return String(decoding: bytes.filter { $0 != "\r" }, as: UTF8.self) }
  var out: [UInt8] = []
  var index = 0
  while index < bytes.count {
    guard bytes[index] == "\\" else {
      guard bytes[index] != "\n", bytes[index] != quote else { return nil }
      out.append(bytes[index])
      index += 1
      continue
    }
    guard index + 1 < bytes.count, let taken = escape(bytes, index + 1, quote, into: &out) else {
      return nil
    }
    index += 1 + taken
  }
  return String(validating: out, as: UTF8.self) ?? String(decoding: out, as: UTF8.self)
}

/// Reads the escape whose letter stands at `index`; returns how many bytes it took.
private func escape(
  _ bytes: [UInt8], _ index: Int, _ quote: UInt8, into out: inout [UInt8]
) -> Int? {
  func number(_ start: Int, _ length: Int, radix: Int) -> UInt32? {
    guard start + length <= bytes.count else { return nil }
    return UInt32(String(decoding: bytes[start..<start + length], as: UTF8.self), radix: radix)
  }
  switch bytes[index] {
  case "a": out.append(0x07)
  case "b": out.append(0x08)
  case "f": out.append(0x0c)
  case "n": out.append(0x0a)
  case "r": out.append(0x0d)
  case "t": out.append(0x09)
  case "v": out.append(0x0b)
  case "\\": out.append(0x5c)
  case "'", "\"":
    // Only the quote that encloses the literal may be escaped.
    guard bytes[index] == quote else { return nil }
    out.append(quote)
  case "x":
    guard let value = number(index + 1, 2, radix: 16) else { return nil }
    out.append(UInt8(value))
    return 3
  case "u", "U":
    let length = bytes[index] == "u" ? 4 : 8
    guard let value = number(index + 1, length, radix: 16), let scalar = Unicode.Scalar(value)
    else { return nil }
    out.append(contentsOf: String(Character(scalar)).utf8)
    return length + 1
  case 0x30...0x37:
    guard let value = number(index, 3, radix: 8), value < 256 else { return nil }
    out.append(UInt8(value))
    return 3
  default: return nil
  }
  return 1
}

/// `text` in double quotes as Go's `strconv.Quote` writes it.
///
/// With `isASCII` every character outside ASCII is an escape.
func goQuoted(_ text: String, quote: Unicode.Scalar = "\"", isASCII: Bool = false) -> String {
  var out = String.UnicodeScalarView([quote])
  for scalar in text.unicodeScalars {
    switch scalar {
    case quote, "\\": out.append(contentsOf: ["\\", scalar])
    case "\u{07}": out.append(contentsOf: "\\a".unicodeScalars)
    case "\u{08}": out.append(contentsOf: "\\b".unicodeScalars)
    case "\u{0c}": out.append(contentsOf: "\\f".unicodeScalars)
    case "\n": out.append(contentsOf: "\\n".unicodeScalars)
    case "\r": out.append(contentsOf: "\\r".unicodeScalars)
    case "\t": out.append(contentsOf: "\\t".unicodeScalars)
    case "\u{0b}": out.append(contentsOf: "\\v".unicodeScalars)
    case _ where goIsPrintable(scalar) && (!isASCII || scalar.isASCII): out.append(scalar)
    default:
      let (letter, width) =
        scalar.value < 0x80 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
      out.append(contentsOf: ("\\" + letter + hexadecimal(scalar.value, width)).unicodeScalars)
    }
  }
  out.append(quote)
  return String(out)
}

/// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
func goIsPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
    .paragraphSeparator:
    false
  case .spaceSeparator: scalar == " "
  default: true
  }
}

/// `value` in lower-case hexadecimal with at least `width` digits.
func hexadecimal(_ value: UInt32, _ width: Int) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
