import Model

/// Numbers as Prometheus writes them in label values and messages.
enum GoFormat {
  /// The shortest decimal that reads back as `value`, without an exponent.
  ///
  /// That is Go's `FormatFloat(v, 'f', -1, 64)`.
  static func shortest(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let text = value.magnitude.description
    let sign = value.sign == .minus ? "-" : ""
    let parts = text.split(separator: "e")
    var digits = String(parts[0])
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    guard parts.count == 2, let exponent = Int(parts[1]) else { return sign + digits }
    let pieces = digits.split(separator: ".")
    let whole = String(pieces[0])
    let fraction = pieces.count == 2 ? String(pieces[1]) : ""
    if exponent >= 0 {
      let zeros = String(repeating: "0", count: max(0, exponent - fraction.utf8.count))
      return sign + whole + fraction + zeros
    }
    return sign + "0." + String(repeating: "0", count: -exponent - 1) + whole + fraction
  }

  /// A number as OpenMetrics writes label values: `1.0`, `0.25`, `1e+06`, `+Inf`.
  static func openMetrics(_ value: Double) -> String {
    guard value.isFinite else { return shortest(value) }
    let exponent = value == 0 ? 0 : decimalExponent(value)
    guard exponent < -4 || exponent >= 21 else {
      let text = shortest(value)
      return text.contains(".") ? text : text + ".0"
    }
    return scientific(value, exponent)
  }

  /// A number as Go's `%g` and `%v` write it: with an exponent below 1e-4 and from 1e21 on.
  static func general(_ value: Double) -> String {
    guard value.isFinite, value != 0 else {
      return value.isNaN || value != 0 ? shortest(value) : "0"
    }
    let exponent = decimalExponent(value)
    return exponent < -4 || exponent >= 21 ? scientific(value, exponent) : shortest(value)
  }

  /// The exponent of the shortest decimal notation with one digit before the point.
  private static func decimalExponent(_ value: Double) -> Int {
    let digits = shortest(value.magnitude)
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    if parts[0] != "0" { return parts[0].utf8.count - 1 }
    let fraction = parts.count > 1 ? parts[1] : ""
    return -1 - fraction.prefix { $0 == "0" }.utf8.count
  }

  private static func scientific(_ value: Double, _ exponent: Int) -> String {
    var digits = String(shortest(value.magnitude).filter { $0 != "." }.drop { $0 == "0" })
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    let first = String(digits.removeFirst())
    let size = String(exponent.magnitude)
    return (value < 0 ? "-" : "") + first + (digits.isEmpty ? "" : "." + digits)
      + (exponent < 0 ? "e-" : "e+") + (size.utf8.count < 2 ? "0" + size : size)
  }

  /// A number with six decimals, as Go's `%f` writes it.
  static func fixed(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return shortest(value) }
    let millionths = Int64((value.magnitude * 1e6).rounded())
    let fraction = String(millionths % 1_000_000)
    return (value < 0 ? "-" : "") + "\(millionths / 1_000_000)."
      + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
  }

  /// A histogram as Prometheus writes it in a label value:
  /// `{count:3, sum:5, [-0.001,0.001]:1, (1,2]:2}`.
  static func text(_ histogram: NativeHistogram) -> String {
    var text = "{count:\(general(histogram.count)), sum:\(general(histogram.sum))"
    for bucket in histogram.allBuckets where bucket.count != 0 {
      text += ", " + (bucket.includesLower ? "[" : "(")
      text += general(bucket.lower) + "," + general(bucket.upper)
      text += (bucket.includesUpper ? "]:" : "):") + general(bucket.count)
    }
    return text + "}"
  }
}
