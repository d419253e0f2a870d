public import Model

/// Moments and lengths of time as people write them; always UTC, and said to be.
public enum Moment {
  /// `2026-01-15`.
  public static func date(_ time: Timestamp) -> String {
    let calendar = CalendarTime(time)
    return "\(pad(calendar.year, 4))-\(pad(calendar.month))-\(pad(calendar.day))"
  }

  /// True when both are on one day of the calendar in UTC.
  static func isSameDay(_ a: Timestamp, _ b: Timestamp) -> Bool {
    let (a, b) = (CalendarTime(a), CalendarTime(b))
    return (a.year, a.month, a.day) == (b.year, b.month, b.day)
  }

  /// `14:30:00`, or `14:30` without seconds.
  public static func clock(_ time: Timestamp, seconds: Bool = true) -> String {
    seconds ? time.clock : String(time.clock.dropLast(3))
  }

  /// `2026-01-15 14:30:00 UTC`.
  public static func full(_ time: Timestamp) -> String {
    "\(date(time)) \(clock(time)) UTC"
  }

  /// `15 Jan`.
  static func dayAndMonth(_ time: Timestamp) -> String {
    let calendar = CalendarTime(time)
    return "\(calendar.day) \(months[calendar.month - 1])"
  }

  /// `Thursday, 15 January 2026`-like heading, short: `Thu 15 Jan 2026`.
  static func day(_ time: Timestamp) -> String {
    let calendar = CalendarTime(time)
    return "\(weekdays[calendar.weekday]) \(dayAndMonth(time)) \(calendar.year)"
  }

  /// `4 min 30 s`, `1 h 12 min`, `2 d 3 h`, `250 ms`: the two largest units that matter.
  public static func duration(_ length: Milliseconds) -> String {
    if length.magnitude < 1000 { return "\(length) ms" }
    let sign = length < 0 ? "-" : ""
    let seconds = length.magnitude / 1000
    let units: [(UInt64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    let first = units.firstIndex { seconds >= $0.0 } ?? 3
    let (size, name) = units[first]
    let head = "\(sign)\(seconds / size) \(name)"
    guard first + 1 < units.count else { return head }
    let (nextSize, nextName) = units[first + 1]
    let rest = seconds % size / nextSize
    return rest == 0 ? head : "\(head) \(rest) \(nextName)"
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  private static func pad(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
