import Exposition
import Model

/// The times of log lines, in milliseconds since the epoch.
///
/// A time that names no zone is read off a clock in `place`.
enum LogTime {
  /// The years in which a time is believed: 1970 to 9999.
  private static let range: ClosedRange<Int64> = 0...253_402_300_799_999

  /// A whole text: RFC 3339 and its relaxed forms, or a number whose size tells its unit.
  static func parse(_ text: String, in place: TimeZoneRule) -> Int64? {
    guard text.utf8.count <= 64 else { return nil }
    let bytes = Array(text.utf8)
    var at = 0
    let span = bytes.span
    if let time = calendar(span, &at, bytes.count, in: place), at == bytes.count { return time }
    return Timestamp(reading: text).flatMap { accepted($0.milliseconds) }
  }

  static func accepted(_ time: Int64) -> Int64? { range.contains(time) ? time : nil }

  /// `2026-01-15 14:30:00.123 +0100` and its kin at `at`, which moves behind it.
  ///
  /// Slashes for hyphens, `T` for the blank, a comma for the point; the zone may be missing: UTC.
  static func calendar(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, in place: TimeZoneRule
  ) -> Int64? {
    var cursor = at
    guard let year = number(bytes, &cursor, end, digits: 4), cursor < end else { return nil }
    let mark = bytes[cursor]
    guard mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/") else { return nil }
    cursor += 1
    guard let month = number(bytes, &cursor, end, digits: 2), cursor < end, bytes[cursor] == mark
    else { return nil }
    cursor += 1
    guard let day = number(bytes, &cursor, end, digits: 2), cursor < end,
      bytes[cursor] == 0x20 || bytes[cursor] | 0x20 == UInt8(ascii: "t")
    else { return nil }
    cursor += 1
    guard let clock = clock(bytes, &cursor, end),
      let start = date(year: year, month: month, day: day)
    else { return nil }
    let zone = zone(bytes, &cursor, end)
    guard let time = accepted(zone.map { start + clock - $0 } ?? moment(start, clock, in: place))
    else { return nil }
    at = cursor
    return time
  }

  /// `10/Oct/2000:13:55:36 -0700`, the time of access logs.
  static func access(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, in place: TimeZoneRule
  ) -> Int64? {
    var cursor = at
    guard let day = number(bytes, &cursor, end, digits: 2), cursor < end,
      bytes[cursor] == UInt8(ascii: "/")
    else { return nil }
    cursor += 1
    guard let month = month(bytes, &cursor, end), cursor < end, bytes[cursor] == UInt8(ascii: "/")
    else { return nil }
    cursor += 1
    guard let year = number(bytes, &cursor, end, digits: 4), cursor < end,
      bytes[cursor] == UInt8(ascii: ":")
    else { return nil }
    cursor += 1
    guard let clock = clock(bytes, &cursor, end),
      let start = date(year: year, month: month, day: day)
    else { return nil }
    let zone = zone(bytes, &cursor, end)
    guard let time = accepted(zone.map { start + clock - $0 } ?? moment(start, clock, in: place))
    else { return nil }
    at = cursor
    return time
  }

  /// `Jan 15 14:30:00`: syslog's time without a year, which is the last that is not to come.
  static func syslog(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, arrival: Int64, in place: TimeZoneRule
  ) -> Int64? {
    var cursor = at
    guard let month = month(bytes, &cursor, end), cursor < end, bytes[cursor] == 0x20 else {
      return nil
    }
    while cursor < end, bytes[cursor] == 0x20 { cursor += 1 }
    let digits = cursor + 1 < end && isDigit(bytes[cursor + 1]) ? 2 : 1
    guard let day = number(bytes, &cursor, end, digits: digits), cursor < end,
      bytes[cursor] == 0x20
    else { return nil }
    cursor += 1
    guard let clock = clock(bytes, &cursor, end) else { return nil }
    guard let time = recent(month: month, day: day, clock, arrival: arrival, in: place)
    else { return nil }
    at = cursor
    return time
  }

  /// A day without a year: the last one that is not more than a day ahead of `arrival`.
  static func recent(
    month: Int, day: Int, _ clock: Int64, arrival: Int64, in place: TimeZoneRule
  ) -> Int64? {
    let year = CalendarTime(Timestamp(milliseconds: arrival)).year
    for candidate in [year + 1, year, year - 1, year - 2, year - 3, year - 4] {
      guard let start = date(year: candidate, month: month, day: day) else { continue }
      let time = moment(start, clock, in: place)
      if time <= arrival + 86_400_000 { return accepted(time) }
    }
    return nil
  }

  /// The moment when a clock in `place` shows `clock` on the day that begins at `day` in UTC.
  private static func moment(_ day: Int64, _ clock: Int64, in place: TimeZoneRule) -> Int64 {
    place.moment(day: Int(day / 86_400_000), time: clock).milliseconds
  }

  /// `14:30:00` with a fraction if there is one, in milliseconds of the day.
  static func clock(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int64? {
    guard let hour = number(bytes, &at, end, digits: 2), hour < 24, at < end,
      bytes[at] == UInt8(ascii: ":")
    else { return nil }
    at += 1
    guard let minute = number(bytes, &at, end, digits: 2), minute < 60, at < end,
      bytes[at] == UInt8(ascii: ":")
    else { return nil }
    at += 1
    guard let second = number(bytes, &at, end, digits: 2), second <= 60 else { return nil }
    var milliseconds = Int64(hour * 3600 + minute * 60 + second) * 1000
    if at + 1 < end, bytes[at] == UInt8(ascii: ".") || bytes[at] == UInt8(ascii: ","),
      isDigit(bytes[at + 1])
    {
      at += 1
      var weight: Int64 = 100
      while at < end, isDigit(bytes[at]) {
        milliseconds += weight * Int64(bytes[at] - 0x30)
        weight /= 10
        at += 1
      }
    }
    return milliseconds
  }

  /// Milliseconds that a zone is ahead of UTC: `Z`, ` UTC`, `+01:00`, ` -0700`; nil where none
  /// stands.
  private static func zone(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int64? {
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "z") {
      at += 1
      return 0
    }
    var cursor = at
    if cursor < end, bytes[cursor] == 0x20 { cursor += 1 }
    for name in ["UTC", "GMT"] where starts(bytes, cursor..<end, with: name) {
      at = cursor + 3
      return 0
    }
    guard cursor < end, bytes[cursor] == UInt8(ascii: "+") || bytes[cursor] == UInt8(ascii: "-")
    else { return nil }
    let sign: Int64 = bytes[cursor] == UInt8(ascii: "-") ? -1 : 1
    cursor += 1
    guard let hour = number(bytes, &cursor, end, digits: 2), hour <= 15 else { return nil }
    if cursor < end, bytes[cursor] == UInt8(ascii: ":") { cursor += 1 }
    guard let minute = number(bytes, &cursor, end, digits: 2), minute < 60 else { return nil }
    at = cursor
    return sign * Int64(hour * 60 + minute) * 60_000
  }

  private static func date(year: Int, month: Int, day: Int) -> Int64? {
    guard (1...12).contains(month), day >= 1,
      day <= CalendarTime.days(inMonth: month, of: year)
    else { return nil }
    return Int64(CalendarTime.daysSinceEpoch(year: year, month: month, day: day)) * 86_400_000
  }

  /// Exactly `digits` digits at `at`, which moves behind them.
  static func number(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, digits: Int
  ) -> Int? {
    guard at + digits <= end else { return nil }
    var value = 0
    for offset in at..<at + digits {
      guard isDigit(bytes[offset]) else { return nil }
      value = value * 10 + Int(bytes[offset] - 0x30)
    }
    at += digits
    return value
  }

  private static func month(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int? {
    for (index, name) in months.enumerated() where starts(bytes, at..<end, with: name) {
      at += 3
      return index + 1
    }
    return nil
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
