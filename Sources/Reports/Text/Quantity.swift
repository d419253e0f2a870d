/// Numbers as people say them: `38 %`, `230 ms`, `1.5 GiB`, `412/s`, `1.2 M`.
///
/// Three significant digits; SI prefixes, for bytes those of powers of 1024; a space before the unit (ISO 80000-1).
public enum Quantity {
  /// `value` in `unit`: `ratio`, `percent`, `seconds`, `milliseconds`, `bytes`, each also with `/s`;
  /// any other word is put behind the number.
  public static func text(_ value: Double, unit: String? = nil) -> String {
    guard value.isFinite else { return value.isNaN ? "no value" : value < 0 ? "-∞" : "∞" }
    let scale = Scale(for: abs(value), unit: unit)
    return scale.text(significant(value / scale.factor, digits: 3))
  }

  /// True for a unit that is written as a symbol, short enough for each tick of an axis.
  static func isSymbol(_ unit: String) -> Bool {
    let symbols: Set<Substring> = [
      "", "ratio", "percent", "%", "seconds", "second", "s", "milliseconds", "ms", "bytes", "byte",
      "B", "per second",
    ]
    return symbols.contains(unit.hasSuffix("/s") ? unit.dropLast(2) : unit[...])
  }

  /// `value` with `decimals` digits after the point, trailing zeros kept.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let power = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * power).rounded()
    // Beyond exact integers a double has no decimals to show.
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int64(scaled))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// `value` with `digits` significant digits, trailing zeros dropped, thousands set apart.
  static func significant(_ value: Double, digits: Int) -> String {
    let size = abs(value)
    if size == 0 { return "0" }
    if size < 1e-6 || size >= 1e15 { return "\(value)" }
    var decimals = digits - 1
    var bound = 10.0
    while size >= bound && decimals > 0 {
      decimals -= 1
      bound *= 10
    }
    bound = 1
    while size < bound {
      decimals += 1
      bound /= 10
    }
    var text = Substring(fixed(value, decimals: min(decimals, 9)))
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return grouped(String(text))
  }

  /// Thousands set apart by a space in numbers of four digits and more.
  static func grouped(_ digits: String) -> String {
    let whole = digits.prefix { $0 != "." }
    guard whole.count > 3 else { return digits }
    var out = ""
    for (index, digit) in whole.enumerated() {
      let left = whole.count - index
      if index > 0, left % 3 == 0, digit != "-", out != "-" { out += " " }
      out.append(digit)
    }
    return out + digits.dropFirst(whole.count)
  }

  /// A unit with the prefix that suits a size.
  struct Scale: Hashable {
    /// What a value is divided by.
    let factor: Double
    /// What stands behind the number, its space included.
    let suffix: String

    func text(_ number: String) -> String { number + suffix }

    init(for size: Double, unit: String?) {
      let unit = unit == "per second" ? "/s" : unit ?? ""
      let perSecond = unit.hasSuffix("/s")
      let base = perSecond ? String(unit.dropLast(2)) : unit
      let rate = perSecond ? "/s" : ""
      switch base {
      case "ratio": (factor, suffix) = (0.01, " %" + rate)
      case "percent", "%": (factor, suffix) = (1, " %" + rate)
      case "seconds", "second", "s": (factor, suffix) = Self.time(size, 1)
      case "milliseconds", "ms": (factor, suffix) = Self.time(size / 1000, 1000)
      case "bytes", "byte", "B": (factor, suffix) = Self.binary(size, "B" + rate)
      case "" where perSecond:
        let (factor, prefix) = Self.prefixed(size, "")
        self.factor = factor
        suffix = (prefix == " " ? "" : prefix) + "/s"
      case "":
        (factor, suffix) = Self.prefixed(size, "", from: 1e5)
      default: (factor, suffix) = Self.prefixed(size, base + rate, from: 1e5, spaced: true)
      }
    }

    private static func time(_ seconds: Double, _ perSecond: Double) -> (Double, String) {
      let steps: [(from: Double, factor: Double, suffix: String)] = [
        (172_800, 86_400, " d"), (7200, 3600, " h"), (120, 60, " min"), (1, 1, " s"),
        (1e-3, 1e-3, " ms"), (1e-6, 1e-6, " µs"),
      ]
      if seconds == 0 { return (perSecond, " s") }
      let step = steps.first { seconds >= $0.from } ?? (0, 1e-9, " ns")
      return (step.factor * perSecond, step.suffix)
    }

    /// Powers of 1024 with the prefixes of IEC 80000-13, as memory is sized and sold.
    private static func binary(_ size: Double, _ unit: String) -> (Double, String) {
      let prefixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi"]
      var factor = 1.0
      var index = 0
      while size >= factor * 1024 && index < prefixes.count - 1 {
        factor *= 1024
        index += 1
      }
      return (factor, " " + prefixes[index] + unit)
    }

    private static func prefixed(
      _ size: Double, _ unit: String, from: Double = 1000, spaced: Bool = false
    ) -> (Double, String) {
      let steps: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
      let gap = spaced ? " " : ""
      if size >= from, size < 1e18, let step = steps.first(where: { size >= $0.0 }) {
        return (step.0, " " + step.1 + gap + unit)
      }
      return (1, unit.isEmpty ? "" : " " + unit)
    }
  }
}
