/// Reads numbers as the exposition formats write them, exactly as `Double(String)` does.
///
/// Up to 19 digits are taken as an integer `w` and a power of ten `q`. Where `w · 10^q` is exact in
/// doubles, one multiplication or division gives the rounded result (Clinger, "How to read floating
/// point numbers accurately", 1990). Else the product with a 128-bit power of five is rounded
/// (Lemire, "Number parsing at a gigabyte per second", 2021). The rest, longer or very large or
/// small numbers, goes to the standard library.
enum DecimalNumber {
  /// The number that is the whole of `view`; nil when it is none or too large for a double.
  ///
  /// Digits with an optional sign, point and exponent: `-12.5e-3`, `.5`, `5.`. No `Inf`, no `NaN`.
  @inline(__always)
  static func parse(_ view: ByteView) -> Double? {
    var at = 0
    guard let value = parsePrefix(view, &at), at == view.count else { return nil }
    return value
  }

  /// The number at `at`, which moves to the first byte that does not belong to it.
  @inline(__always)
  static func parsePrefix(_ view: ByteView, _ at: inout Int) -> Double? {
    let start = at
    let isNegative = at < view.count && view[at] == 0x2d
    if isNegative || (at < view.count && view[at] == 0x2b) { at += 1 }
    var mantissa: UInt64 = 0
    let first = at
    while at < view.count, isDigit(view[at]) {
      mantissa = mantissa &* 10 &+ UInt64(view[at] &- 0x30)
      at += 1
    }
    var digits = at - first
    var exponent = 0
    if at < view.count, view[at] == 0x2e {
      let point = at
      at += 1
      while at < view.count, isDigit(view[at]) {
        mantissa = mantissa &* 10 &+ UInt64(view[at] &- 0x30)
        at += 1
      }
      exponent = point + 1 - at
      digits -= exponent
    }
    if digits == 0 { return nil }
    if at < view.count, view[at] | 0x20 == 0x65 {
      guard let power = parseExponent(view, &at) else { return nil }
      exponent += power
    }
    // 19 digits always fit 64 bits; zeros in front are counted too and cost only speed.
    if digits <= 19, let value = value(mantissa, exponent, isNegative) { return value }
    return slow(view[start..<at])
  }

  /// As `parse`, and also `Inf`, `Infinity` and `NaN` in any case; only the infinities have a sign.
  @inline(__always)
  static func parseWithSpecials(_ view: ByteView) -> Double? {
    parse(view) ?? special(view)
  }

  /// `mantissa · 10^exponent`; nil where neither fast way is exact.
  @inline(__always)
  static func value(_ mantissa: UInt64, _ exponent: Int, _ isNegative: Bool) -> Double? {
    if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let scaled =
        exponent < 0
        ? Double(mantissa) / powerOfTen(-exponent) : Double(mantissa) * powerOfTen(exponent)
      return isNegative ? -scaled : scaled
    }
    return PowersOfFive.value(mantissa, exponent, isNegative)
  }

  /// The exponent `e±digits` at `at`, held at ±100 000.
  @inline(never)
  private static func parseExponent(_ view: ByteView, _ at: inout Int) -> Int? {
    at += 1
    let isNegative = at < view.count && view[at] == 0x2d
    if isNegative || (at < view.count && view[at] == 0x2b) { at += 1 }
    let first = at
    var power = 0
    while at < view.count, isDigit(view[at]) {
      power = min(power * 10 + Int(view[at] &- 0x30), 100_000)
      at += 1
    }
    if at == first { return nil }
    return isNegative ? -power : power
  }

  /// The standard library's reading of syntax that `parse` found right; nil beyond a double's range.
  @inline(never)
  private static func slow(_ view: ByteView) -> Double? {
    guard let value = Double(view.text), value.isFinite else { return nil }
    return value
  }

  @inline(never)
  private static func special(_ view: ByteView) -> Double? {
    guard view.count >= 3, view.count <= 9 else { return nil }
    switch view.text.lowercased() {
    case "nan": return Double.nan
    case "inf", "+inf", "infinity", "+infinity": return Double.infinity
    case "-inf", "-infinity": return -Double.infinity
    default: return nil
    }
  }
}

/// `10^exponent` for 0...22, all of them exact.
@inline(__always)
private func powerOfTen(_ exponent: Int) -> Double {
  powersOfTen[exponent]
}

private let powersOfTen: InlineArray<23, Double> = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]
