import Glibc

/// A number as Go's `strconv.FormatFloat` writes it, with a minus sign where it is negative.
///
/// - Parameters:
///   - value: The number.
///   - verb: `e`, `E`, `f`, `F`, `g`, `G`, `x`, `X` or `b`.
///   - precision: Digits after the point (`e`, `f`, `x`) or in all (`g`); nil for the fewest that
///     read back to the same number.
/// - Returns: `NaN`, `+Inf`, `-Inf` or the number in ASCII.
func goFloat(_ value: Double, verb: UInt8, precision: Int?) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
  let isUpper = verb == "E" || verb == "G" || verb == "X"
  let text =
    switch verb {
    case "b": binaryExponent(value)
    case "x", "X": hexadecimalFloat(value, precision)
    case _ where precision == nil: shortest(value, verb | 0x20)
    // Go and C agree on `%.3e`, `%.3f` and `%.3g`; a precision of 0 counts as 1 with `%g` in both.
    default: printed(value, verb | 0x20, precision ?? 0)
    }
  return isUpper ? text.uppercased() : text
}

/// The decimal digits of a number without zeros at the ends, and where the point stands.
private struct Decimal {
  /// No digits for zero.
  var digits: [UInt8]
  /// The point stands before digit `pointPosition`.
  var pointPosition: Int

  /// The fewest digits that read back to `magnitude`.
  ///
  /// - Precondition: `magnitude` is finite and not negative.
  init(shortest magnitude: Double) {
    let text = Array(magnitude.description.utf8)
    let mantissa = text.prefix { $0 != "e" }
    let exponent = Int(String(decoding: text.dropFirst(mantissa.count + 1), as: UTF8.self)) ?? 0
    let whole = mantissa.prefix { $0 != "." }
    digits = mantissa.filter { $0 != "." }
    pointPosition = whole.count + exponent
    let zeros = digits.prefix { $0 == "0" }.count
    digits.removeFirst(zeros)
    pointPosition -= zeros
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.isEmpty { pointPosition = 0 }
  }
}

private func shortest(_ value: Double, _ verb: UInt8) -> String {
  let decimal = Decimal(shortest: value.magnitude)
  let exponent = decimal.digits.isEmpty ? 0 : decimal.pointPosition - 1
  // strconv: "if precision was the shortest possible, use precision 6 for this decision".
  let isExponential =
    switch verb {
    case "e": true
    case "f": false
    default: exponent < -4 || exponent >= 6
    }
  let sign = value.sign == .minus ? "-" : ""
  return sign + (isExponential ? exponential(decimal, exponent) : positional(decimal))
}

private func exponential(_ decimal: Decimal, _ exponent: Int) -> String {
  let digits = decimal.digits.isEmpty ? [UInt8(ascii: "0")] : decimal.digits
  let head = String(decoding: digits.prefix(1), as: UTF8.self)
  let tail = String(decoding: digits.dropFirst(), as: UTF8.self)
  return head + (tail.isEmpty ? "" : "." + tail) + "e" + signed(exponent)
}

private func positional(_ decimal: Decimal) -> String {
  let digits = String(decoding: decimal.digits, as: UTF8.self)
  let point = decimal.pointPosition
  if point <= 0 {
    return digits.isEmpty ? "0" : "0." + String(repeating: "0", count: -point) + digits
  }
  if point >= digits.utf8.count {
    return digits + String(repeating: "0", count: point - digits.utf8.count)
  }
  return digits.prefix(point) + "." + digits.dropFirst(point)
}

/// An exponent with its sign and at least two digits.
private func signed(_ exponent: Int) -> String {
  let digits = String(exponent.magnitude)
  return (exponent < 0 ? "-" : "+") + (digits.utf8.count < 2 ? "0" : "") + digits
}

/// C's `printf` with a precision, which rounds the exact binary value.
private func printed(_ value: Double, _ verb: UInt8, _ precision: Int) -> String {
  let format = "%.*" + String(Character(Unicode.Scalar(verb)))
  return withVaList([Int32(clamping: precision), value]) { first in
    let count = Int(vsnprintf(nil, 0, format, first))
    return withVaList([Int32(clamping: precision), value]) { second in
      let bytes = [CChar](unsafeUninitializedCapacity: count + 1) { buffer, written in
        vsnprintf(buffer.baseAddress, count + 1, format, second)
        written = count
      }
      return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

/// `0x1.8p+01`: C's form with at least two digits of exponent.
private func hexadecimalFloat(_ value: Double, _ precision: Int?) -> String {
  guard value != 0 else {
    let zeros = precision.map { $0 > 0 ? "." + String(repeating: "0", count: $0) : "" } ?? ""
    return (value.sign == .minus ? "-" : "") + "0x0" + zeros + "p+00"
  }
  let magnitude = value.magnitude
  var exponent = Int(magnitude.exponent)
  var mantissa = magnitude.significand
  if let precision, precision < 13 {
    let scale = Double(sign: .plus, exponent: precision * 4, significand: 1)
    mantissa = (mantissa * scale).rounded(.toNearestOrEven) / scale
    if mantissa >= 2 {
      mantissa /= 2
      exponent += 1
    }
  }
  var bits = UInt64((mantissa - 1) * Double(sign: .plus, exponent: 52, significand: 1))
  var digits = String(bits, radix: 16)
  digits = String(repeating: "0", count: 13 - digits.utf8.count) + digits
  if let precision {
    digits = String(
      (digits + String(repeating: "0", count: max(0, precision - 13))).prefix(precision))
  } else {
    while bits != 0, bits & 15 == 0 { bits >>= 4 }
    while digits.hasSuffix("0") { digits.removeLast() }
  }
  let sign = value.sign == .minus ? "-" : ""
  return sign + "0x1" + (digits.isEmpty ? "" : "." + digits) + "p" + signed(exponent)
}

/// `4503599627370496p-52`: the mantissa as an integer and a power of two.
private func binaryExponent(_ value: Double) -> String {
  let bits = value.bitPattern
  let fraction = bits & (1 << 52 - 1)
  let biased = Int(bits >> 52 & 0x7ff)
  let mantissa = biased == 0 ? fraction : fraction | 1 << 52
  let exponent = max(biased, 1) - 1075
  return (value.sign == .minus ? "-" : "") + "\(mantissa)p" + (exponent < 0 ? "" : "+")
    + "\(exponent)"
}
