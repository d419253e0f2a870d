import Model

/// The notation of numbers: `1_000`, `.5e-3`, `0x1f`, `017` (octal), `Inf`, `NaN`.
///
/// As Go reads them in Prometheus: underscores part digits, a leading zero makes an integer octal
/// when all its digits are, `Inf` and `NaN` come in any case.
enum NumberLiteral {
  /// The end of the number that starts at `start`; nil when a letter, digit or dot is left over.
  static func end(in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    func isAt(_ characters: String) -> Bool {
      bytes.character(at: index).map(characters.unicodeScalars.contains) ?? false
    }
    func skip(_ isPart: (Unicode.Scalar) -> Bool) {
      while let next = bytes.character(at: index), isPart(next) || next == "_" { index += 1 }
    }
    if bytes.character(at: index) == "0", let next = bytes.character(at: index + 1),
      next == "x" || next == "X"
    {
      index += 2
      skip(isHexDigit)
    } else {
      skip(isDigit)
      if isAt(".") {
        index += 1
        skip(isDigit)
      }
      if isAt("eE") {
        index += 1
        if isAt("+-") { index += 1 }
        skip(isDigit)
      }
    }
    guard let next = bytes.character(at: index) else { return index }
    return isLetter(next) || isDigit(next) || next == "." ? nil : index
  }

  /// The value of `text`; nil when it is no number or one beyond the range of a Double.
  static func value(of text: String) -> Double? {
    let lower = text.lowercased()
    if lower == "inf" { return .infinity }
    if lower == "nan" { return .nan }
    guard hasProperUnderscores(Array(lower.utf8)) else { return nil }
    let digits = lower.filter { $0 != "_" }
    if digits.hasPrefix("0x") {
      return Int64(digits.dropFirst(2), radix: 16).map(Double.init)
    }
    if digits.utf8.count > 1, digits.hasPrefix("0"), let octal = Int64(digits, radix: 8) {
      return Double(octal)
    }
    guard let value = Double(digits), value.isFinite else { return nil }
    return value
  }

  /// Underscores stand between digits, or between a base prefix and a digit.
  private static func hasProperUnderscores(_ bytes: [UInt8]) -> Bool {
    let isHex = bytes.character(at: 1) == "x"
    func isPart(_ index: Int) -> Bool {
      guard index >= 0, let character = bytes.character(at: index) else { return false }
      return isHex ? isHexDigit(character) || index == 1 : isDigit(character)
    }
    return bytes.indices.allSatisfy { index in
      bytes.character(at: index) != "_" || (isPart(index - 1) && isPart(index + 1))
    }
  }

  /// `value` in decimal without an exponent, with the fewest digits that give it back.
  static func text(of value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let sign = value.sign == .minus ? "-" : ""
    let parts = "\(value.magnitude)".split(separator: "e", maxSplits: 1)
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    var digits = String(mantissa[0])
    var point = digits.utf8.count + exponent
    if mantissa.count == 2, mantissa[1] != "0" { digits += mantissa[1] }
    if point <= 0 {
      digits = String(repeating: "0", count: 1 - point) + digits
      point = 1
    }
    digits += String(repeating: "0", count: max(0, point - digits.utf8.count))
    let whole = digits.prefix(point)
    let fraction = digits.dropFirst(point)
    return sign + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}
