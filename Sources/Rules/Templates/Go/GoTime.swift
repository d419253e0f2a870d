import Model

/// A moment in UTC as Go's `time.Time` shows it.
struct GoTime: Hashable, Sendable {
  /// Whole seconds since the Unix epoch.
  var seconds: Int64
  /// 0 ..< 1 000 000 000.
  var nanoseconds: Int64

  /// The moment `milliseconds` after the Unix epoch.
  init(milliseconds: Int64) {
    let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    seconds = rest < 0 ? quotient - 1 : quotient
    nanoseconds = (rest < 0 ? rest + 1000 : rest) * 1_000_000
  }

  /// This moment moved by `length` nanoseconds.
  func adding(nanoseconds length: Int64) -> GoTime {
    var copy = self
    let billion: Int64 = 1_000_000_000
    let (quotient, rest) = length.quotientAndRemainder(dividingBy: billion)
    copy.seconds &+= quotient
    copy.nanoseconds += rest
    if copy.nanoseconds < 0 {
      (copy.seconds, copy.nanoseconds) = (copy.seconds &- 1, copy.nanoseconds + billion)
    }
    if copy.nanoseconds >= billion {
      (copy.seconds, copy.nanoseconds) = (copy.seconds &+ 1, copy.nanoseconds - billion)
    }
    return copy
  }

  /// As a calendar and a clock show it.
  var calendar: CalendarTime { CalendarTime(Timestamp(milliseconds: seconds &* 1000)) }

  /// `January`; a number outside 1...12 as Go marks it.
  static func monthName(_ month: Int) -> String {
    (1...12).contains(month) ? months[month - 1] : "%!Month(\(month))"
  }

  /// `Sunday` for 0; a number outside 0...6 as Go marks it.
  static func weekdayName(_ day: Int) -> String {
    (0...6).contains(day) ? weekdays[day] : "%!Weekday(\(day))"
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
}

extension GoTime: CustomStringConvertible {
  /// As Go prints it: `2022-01-25 12:36:43.128 +0000 UTC`.
  var description: String { formatted("2006-01-02 15:04:05.999999999 -0700 MST") }

  /// Parts of a layout, each before any that is its beginning.
  private static let parts = [
    "January", "Jan", "Monday", "Mon", "MST", "2006", "002", "01", "02", "03", "04", "05", "06",
    "15", "__2", "_2", "PM", "pm", "Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07", "-07:00:00",
    "-070000", "-07:00", "-0700", "-07", "1", "2", "3", "4", "5",
  ]

  /// The moment in a layout that is written as Go's reference time would be.
  ///
  /// Source: https://pkg.go.dev/time#Layout
  func formatted(_ layout: String) -> String {
    let calendar = calendar
    var out = ""
    var rest = Substring(layout)
    while let first = rest.first {
      if let fraction = fraction(in: rest) {
        out += fraction.text
        rest = rest.dropFirst(fraction.length)
      } else if let part = Self.parts.first(where: { Self.starts(rest, with: $0) }) {
        out += text(of: part, calendar)
        rest = rest.dropFirst(part.count)
      } else {
        out.append(first)
        rest = rest.dropFirst()
      }
    }
    return out
  }

  private static func starts(_ rest: Substring, with part: String) -> Bool {
    guard rest.hasPrefix(part) else { return false }
    // "Jan" in "January" was taken before; "Mon" in "Month" is a text of its own.
    guard part == "Jan" || part == "Mon" else { return true }
    return !(rest.dropFirst(3).first.map { $0.isASCII && $0.isLowercase } ?? false)
  }

  private func text(of part: String, _ calendar: CalendarTime) -> String {
    let hour12 = calendar.hour % 12 == 0 ? 12 : calendar.hour % 12
    return switch part {
    case "January": Self.monthName(calendar.month)
    case "Jan": String(Self.monthName(calendar.month).prefix(3))
    case "Monday": Self.weekdayName(calendar.weekday)
    case "Mon": String(Self.weekdayName(calendar.weekday).prefix(3))
    case "MST": "UTC"
    case "2006": digits(calendar.year, 4)
    case "06": digits(calendar.year % 100, 2)
    case "002": digits(calendar.dayOfYear, 3)
    case "__2": padded(calendar.dayOfYear, 3)
    case "01": digits(calendar.month, 2)
    case "1": String(calendar.month)
    case "02": digits(calendar.day, 2)
    case "_2": padded(calendar.day, 2)
    case "2": String(calendar.day)
    case "15": digits(calendar.hour, 2)
    case "03": digits(hour12, 2)
    case "3": String(hour12)
    case "04": digits(calendar.minute, 2)
    case "4": String(calendar.minute)
    case "05": digits(calendar.second, 2)
    case "5": String(calendar.second)
    case "PM": calendar.hour >= 12 ? "PM" : "AM"
    case "pm": calendar.hour >= 12 ? "pm" : "am"
    case "-07:00:00": "+00:00:00"
    case "-070000": "+000000"
    case "-07:00": "+00:00"
    case "-0700": "+0000"
    case "-07": "+00"
    default: "Z"
    }
  }

  /// `.000` (always so many digits) or `.999` (no zeros at the end) at the start of `rest`.
  private func fraction(in rest: Substring) -> (text: String, length: Int)? {
    guard let point = rest.first, point == "." || point == ",",
      let digit = rest.dropFirst().first, digit == "0" || digit == "9"
    else { return nil }
    let count = rest.dropFirst().prefix { $0 == digit }.count
    if let following = rest.dropFirst(count + 1).first, following.isNumber { return nil }
    var text = String(digits(Int(nanoseconds), 9).prefix(count))
    text += String(repeating: "0", count: max(0, count - 9))
    if digit == "9" {
      while text.hasSuffix("0") { text.removeLast() }
      return (text.isEmpty ? "" : String(point) + text, count + 1)
    }
    return (String(point) + text, count + 1)
  }
}

/// `value` with at least `width` digits, the sign before them.
private func digits(_ value: Int, _ width: Int) -> String {
  let text = String(value.magnitude)
  return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.count)) + text
}

/// `value` with spaces before it up to `width`.
private func padded(_ value: Int, _ width: Int) -> String {
  let text = String(value)
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// A length of time as Go's `time.Duration` shows it.
enum GoDuration {
  /// `1h0m0.5s`, `1.5ms`, `0s`, from nanoseconds.
  static func text(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    switch magnitude {
    case 0: return "0s"
    case ..<1_000: return sign + "\(magnitude)ns"
    case ..<1_000_000: return sign + decimal(magnitude, 1_000) + "µs"
    case ..<1_000_000_000: return sign + decimal(magnitude, 1_000_000) + "ms"
    default:
      let minutes = magnitude / 60_000_000_000
      var text = decimal(magnitude % 60_000_000_000, 1_000_000_000) + "s"
      if minutes > 0 { text = "\(minutes % 60)m" + text }
      if minutes >= 60 { text = "\(minutes / 60)h" + text }
      return sign + text
    }
  }

  private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
    let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
    guard rest > 0 else { return String(whole) }
    var fraction = String(String(unit + rest).dropFirst())
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(whole).\(fraction)"
  }
}
