public import Model

/// Numbers as Prometheus' HTTP API writes them.
public enum PrometheusNumber {
  /// The shortest form that reads back as the same number; plain digits from 1e-6 up to 1e21.
  ///
  /// Source: prometheus/util/jsonutil `MarshalFloat`, which follows ECMAScript's number to string.
  public static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    let magnitude = value.magnitude
    if magnitude < 1e15, magnitude == magnitude.rounded() {
      return value == 0 && value.sign == .minus ? "-0" : String(Int64(value))
    }
    let (digits, point) = shortestDigits(magnitude)
    let sign = value < 0 ? "-" : ""
    if magnitude >= 1e-6, magnitude < 1e21 { return sign + plain(digits, point) }
    let rest = digits.dropFirst()
    let exponent = point - 1
    return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest)
      + "e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
  }

  /// Always with an exponent of two digits at least, `1.5e+00`: how alerts show their value.
  public static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return text(value) }
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return sign + "0e+00" }
    let (digits, point) = shortestDigits(value.magnitude)
    let exponent = String(abs(point - 1))
    return sign + digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "")
      + (point < 1 ? "e-" : "e+") + (exponent.count < 2 ? "0" : "") + exponent
  }

  /// Seconds since the epoch, with milliseconds where there are any.
  public static func seconds(_ time: Timestamp) -> String {
    let (seconds, rest) = time.milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
    let digits = String(rest + 1000).dropFirst()
    return (time.milliseconds < 0 ? "-" : "") + "\(seconds)" + (rest == 0 ? "" : "." + digits)
  }

  /// The fewest digits that read back to `magnitude`, without zeros at the ends, and where the point
  /// stands: before digit number `point`.
  private static func shortestDigits(_ magnitude: Double) -> (digits: String, point: Int) {
    let parts = magnitude.description.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let all = halves.joined()
    let leading = all.prefix { $0 == "0" }.count
    let digits = String(all.dropFirst(leading).reversed().drop { $0 == "0" }.reversed())
    return (digits, halves[0].count + exponent - leading)
  }

  private static func plain(_ digits: String, _ point: Int) -> String {
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) }
    return digits.prefix(point) + "." + digits.dropFirst(point)
  }
}
