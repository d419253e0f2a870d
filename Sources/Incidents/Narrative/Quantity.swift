import Glibc
import Model

/// The unit in which a person would read a value.
enum Unit: Hashable {
  /// A share, stored as 0...1 and read as per cent.
  case ratio
  /// Already in per cent.
  case percent
  /// A length of time in seconds.
  case seconds
  /// A length of time in milliseconds.
  case milliseconds
  /// An amount of memory.
  case bytes
  /// So many a second.
  case perSecond
  /// A bare number.
  case plain

  /// The unit as a chart's axis names it; nil for a bare number.
  var name: String? {
    switch self {
    case .ratio: "ratio"
    case .percent: "percent"
    case .seconds: "seconds"
    case .milliseconds: "milliseconds"
    case .bytes: "bytes"
    case .perSecond: "per second"
    case .plain: nil
    }
  }
}

/// `value` in `unit` as a person writes it: "38 %", "350 ms", "1.5 GiB", "1 083".
func spoken(_ value: Double, _ unit: Unit) -> String {
  guard value.isFinite else { return value.isNaN ? "unknown" : value < 0 ? "-∞" : "∞" }
  switch unit {
  case .ratio: return number(value * 100) + " %"
  case .percent: return number(value) + " %"
  case .milliseconds: return spoken(value / 1000, .seconds)
  case .seconds:
    let size = value.magnitude
    if size >= 7200 { return number(value / 3600) + " h" }
    if size >= 120 { return number(value / 60) + " min" }
    return size >= 1 || size == 0 ? number(value) + " s" : number(value * 1000) + " ms"
  case .bytes:
    let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var rest = value
    var index = 0
    while rest.magnitude >= 1024, index < names.count - 1 {
      rest /= 1024
      index += 1
    }
    return number(rest) + " " + names[index]
  case .perSecond: return number(value) + "/s"
  case .plain: return number(value)
  }
}

/// A number with as many digits as a person needs: two significant below 10, whole above.
///
/// Thousands are set apart with a space: 1 083.
func number(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "unknown" : value < 0 ? "-∞" : "∞" }
  let size = value.magnitude
  if size >= 1e15 { return trimmed(value, decimals: 0) }
  if size >= 9.95 || size == 0 { return grouped(value.rounded()) }
  if size >= 0.095 { return trimmed(value, decimals: 1) }
  // Small numbers keep two significant digits: 0.0042.
  let decimals = min(12, 1 - Int(log10(size).rounded(.down)))
  return trimmed(value, decimals: decimals)
}

/// A whole number with a space between thousands.
private func grouped(_ value: Double) -> String {
  if value.magnitude < 1000 { return String(Int64(value)) }
  let digits = Array(String(Int64(value.magnitude)))
  var out = value < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0, digits.count > 3 { out += " " }
    out.append(digit)
  }
  return out
}

/// `value` with at most `decimals` decimals, without trailing zeros.
private func trimmed(_ value: Double, decimals: Int) -> String {
  let scale = pow(10, Double(decimals))
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let digits = Int64(scaled)
  let sign = value < 0 && digits != 0 ? "-" : ""
  let (whole, rest) = digits.quotientAndRemainder(dividingBy: Int64(scale))
  guard rest > 0 else { return sign + String(whole) }
  var (fraction, places) = (rest, decimals)
  while fraction % 10 == 0 { (fraction, places) = (fraction / 10, places - 1) }
  let tail = String(fraction)
  return "\(sign)\(whole).\(String(repeating: "0", count: places - tail.utf8.count))\(tail)"
}

/// A length of time as a person says it: "45 s", "12 min", "2 h 5 min", "3 d 4 h".
func spoken(duration milliseconds: Milliseconds) -> String {
  let seconds = max(0, milliseconds) / 1000
  let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
  func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
    "\(large) \(largeUnit)" + (small > 0 ? " \(small) \(smallUnit)" : "")
  }
  if seconds < 60 { return "\(seconds) s" }
  if minutes < 10 { return pair(minutes, "min", seconds % 60, "s") }
  if minutes < 60 { return "\(minutes) min" }
  if hours < 24 { return pair(hours, "h", minutes % 60, "min") }
  return pair(days, "d", hours % 24, "h")
}
