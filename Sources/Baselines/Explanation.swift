import Glibc
import Model

/// One sentence on a verdict: what was expected, what came, in what way and how rarely it does.
extension Verdict {
  /// The verdict on `value` in words, or nil while the detector learns.
  ///
  ///     "412 is above the expected 38 (30 to 46): level shift, seen once in 40 days,
  ///     since 2026-01-15T14:29:15Z"
  public func explanation(of value: Double) -> String? {
    guard let expected, let lower, let upper else { return nil }
    let band = "the expected \(short(expected)) (\(short(lower)) to \(short(upper)))"
    let side = value > upper ? "above" : value < lower ? "below" : "within the band of"
    var sentence = "\(short(value)) is \(side) \(band)"
    guard isAnomalous || adapted else { return sentence }
    sentence += ": \(channel.words)"
    if let recurrence { sentence += ", seen \(Self.rarity(of: recurrence))" }
    if let since { sentence += ", since \(Timestamp(milliseconds: since))" }
    if adapted { sentence += ", now taken as normal" }
    return sentence
  }

  /// A mean time between such samples in milliseconds as words: `once in 40 days`.
  ///
  /// Beyond two years it is `less than once in two years`, which no series can prove.
  public static func rarity(of recurrence: Double) -> String {
    let units: [(name: String, length: Double)] = [
      ("days", 86_400_000), ("hours", 3_600_000), ("minutes", 60_000),
    ]
    guard recurrence <= 730 * units[0].length else { return "less than once in two years" }
    for unit in units where recurrence >= 2 * unit.length {
      return "once in \(Int((recurrence / unit.length).rounded())) \(unit.name)"
    }
    return "all the time"
  }
}

extension Verdict.Channel {
  /// The channel as a person says it.
  public var words: String {
    switch self {
    case .none: "nothing unusual"
    case .spike: "spike"
    case .levelShift: "level shift"
    case .flatLine: "flat line"
    case .variance: "unusual scatter"
    case .drift: "drift"
    }
  }
}

/// A number in at most four significant digits: `38`, `0.4123`, `1.205e+09`.
private func short(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
  guard value != 0 else { return "0" }
  let exponent = Int(log10(abs(value)).rounded(.down))
  guard (-4...8).contains(exponent) else {
    let digits = value / pow(10, Double(exponent))
    let sign = exponent < 0 ? "-" : "+"
    return "\(decimal(digits, places: 3))e\(sign)\(abs(exponent))"
  }
  return decimal(value, places: max(0, 3 - exponent))
}

/// `value` with at most `places` decimals and no trailing zeros.
private func decimal(_ value: Double, places: Int) -> String {
  let unit = pow(10, Double(places))
  let scaled = (abs(value) * unit).rounded()
  let whole = (scaled / unit).rounded(.down)
  var digits = String(Int64(scaled - whole * unit))
  digits = String(repeating: "0", count: max(0, places - digits.utf8.count)) + digits
  while digits.hasSuffix("0") { digits.removeLast() }
  let text = String(Int64(whole)) + (places == 0 || digits.isEmpty ? "" : "." + digits)
  return (value < 0 && text != "0" ? "-" : "") + text
}
