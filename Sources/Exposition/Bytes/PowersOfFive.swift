/// Powers of five in 128 bits, and the rounding of `w · 10^q` with them.
///
/// Only -27...55 is kept: there the product of 64 and 128 bits always decides the rounding, and
/// almost every metric lies inside. Source: Lemire, "Number parsing at a gigabyte per second", 2021,
/// section 5 and 7.
enum PowersOfFive {
  private static let smallest = -27
  private static let largest = 55

  /// Highest 128 bits of `5^q` (rounded up where `q` is negative), highest bit set; entry 0 is `smallest`.
  private static let table: [UInt128] = (smallest...largest).map { power in
    if power >= 0 {
      var product: UInt128 = 1
      for _ in 0..<power { product *= 5 }
      return product << UInt128(product.leadingZeroBitCount)
    }
    var divisor: UInt64 = 1
    for _ in 0..<(-power) { divisor *= 5 }
    return reciprocal(of: divisor)
  }

  /// The double nearest to `mantissa · 10^exponent`, ties to even; nil outside the table's range.
  static func value(_ mantissa: UInt64, _ exponent: Int, _ isNegative: Bool) -> Double? {
    guard mantissa != 0, exponent >= smallest, exponent <= largest else { return nil }
    let shift = mantissa.leadingZeroBitCount
    let scaled = mantissa << UInt64(shift)
    let five = table[exponent - smallest]
    var (high, low) = scaled.multipliedFullWidth(by: UInt64(truncatingIfNeeded: five >> 64))
    if high & 0x1ff == 0x1ff {
      // The 64 bits taken so far leave the rounding open.
      let rest = scaled.multipliedFullWidth(by: UInt64(truncatingIfNeeded: five)).high
      let (sum, overflow) = low.addingReportingOverflow(rest)
      low = sum
      if overflow { high &+= 1 }
    }
    let upper = Int(high >> 63)
    var bits = high >> UInt64(upper + 9)
    // Floor of log2(10^exponent), by a fixed-point product; then the bias of the double's exponent.
    let log = (217_706 * exponent) >> 16
    var binary = log + 63 + upper - shift + 1023
    guard binary > 0 else { return nil }
    if low <= 1, exponent >= -4, exponent <= 23, bits & 3 == 1, bits << UInt64(upper + 9) == high {
      bits &= ~1
    }
    bits = (bits + (bits & 1)) >> 1
    if bits >= 1 << 53 {
      bits = 1 << 52
      binary += 1
    }
    guard binary < 0x7ff else { return nil }
    let sign: UInt64 = isNegative ? 1 << 63 : 0
    return Double(bitPattern: sign | UInt64(binary) << 52 | (bits & ((1 << 52) - 1)))
  }

  /// `2^b / divisor` rounded up, with `b` such that the result has exactly 128 bits.
  private static func reciprocal(of divisor: UInt64) -> UInt128 {
    // divisor lies in (2^(n-1), 2^n), n its bit width, so b = 127 + n. The dividend 2^(127+n) is
    // 2^(n-1) followed by two zero words of 64 bits.
    let width = UInt64.bitWidth - divisor.leadingZeroBitCount
    let (high, remainder) = divisor.dividingFullWidth((1 << UInt64(width - 1), 0))
    let (low, _) = divisor.dividingFullWidth((remainder, 0))
    return (UInt128(high) << 64 | UInt128(low)) + 1
  }
}
