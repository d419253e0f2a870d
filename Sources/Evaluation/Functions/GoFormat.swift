/// Numbers as Prometheus writes them in label values and messages.
enum GoFormat {
  /// The shortest decimal that reads back as `value`, without an exponent: Go's `FormatFloat(v, 'f', -1)`.
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
}
