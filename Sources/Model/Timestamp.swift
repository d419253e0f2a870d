/// A length of time in whole milliseconds; negative where a direction makes sense.
public typealias Milliseconds = Int64

/// A moment of event time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
///     Timestamp(milliseconds: 1_768_487_400_000).description  // "2026-01-15T14:30:00Z"
///
/// Every integer is a valid moment; printing covers the years -292 million to +292 million.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  /// Milliseconds since the Unix epoch.
  public var milliseconds: Int64

  /// The moment `milliseconds` after the Unix epoch.
  @inlinable
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Reads a bare integer of milliseconds.
  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Writes a bare integer of milliseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  /// The earlier of two moments is the smaller.
  @inlinable
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// The moment `b` after `a`, held at the ends of the range instead of overflowing.
  @inlinable
  public static func + (a: Timestamp, b: Milliseconds) -> Timestamp {
    let (sum, overflow) = a.milliseconds.addingReportingOverflow(b)
    return Timestamp(milliseconds: overflow ? (b < 0 ? .min : .max) : sum)
  }

  /// The moment `b` before `a`, held at the ends of the range instead of overflowing.
  @inlinable
  public static func - (a: Timestamp, b: Milliseconds) -> Timestamp {
    let (difference, overflow) = a.milliseconds.subtractingReportingOverflow(b)
    return Timestamp(milliseconds: overflow ? (b < 0 ? .max : .min) : difference)
  }

  /// The time from `b` to `a`, held at the ends of the range instead of overflowing.
  @inlinable
  public static func - (a: Timestamp, b: Timestamp) -> Milliseconds {
    let (difference, overflow) = a.milliseconds.subtractingReportingOverflow(b.milliseconds)
    return overflow ? (b.milliseconds < 0 ? .max : .min) : difference
  }

  /// Seconds since the epoch, as PromQL's `time()` counts them.
  @inlinable
  public var seconds: Double { Double(milliseconds) / 1000 }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC, with milliseconds only where there are any: `2026-01-15T14:30:00.250Z`.
  public var description: String { withText { String(decoding: $0, as: UTF8.self) } }

  /// Calls `body` with the bytes of `description`, without making a string of them first.
  func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let calendar = CalendarTime(self)
    guard (0...9999).contains(calendar.year) else {
      let date = "\(calendar.year)-\(padded(calendar.month, 2))-\(padded(calendar.day, 2))"
      return Array("\(date)T\(clock)\(fraction(calendar))Z".utf8).withUnsafeBufferPointer(body)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { bytes in
      var count = 0
      func put(_ value: Int, _ digits: Int, _ next: UInt8) {
        var rest = value
        for place in stride(from: count + digits - 1, through: count, by: -1) {
          bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        bytes[count + digits] = next
        count += digits + 1
      }
      put(calendar.year, 4, UInt8(ascii: "-"))
      put(calendar.month, 2, UInt8(ascii: "-"))
      put(calendar.day, 2, UInt8(ascii: "T"))
      put(calendar.hour, 2, UInt8(ascii: ":"))
      put(calendar.minute, 2, UInt8(ascii: ":"))
      let hasFraction = calendar.millisecond > 0
      put(calendar.second, 2, hasFraction ? UInt8(ascii: ".") : UInt8(ascii: "Z"))
      if hasFraction { put(calendar.millisecond, 3, UInt8(ascii: "Z")) }
      return body(UnsafeBufferPointer(rebasing: bytes[..<count]))
    }
  }

  private func fraction(_ calendar: CalendarTime) -> String {
    calendar.millisecond == 0 ? "" : ".\(padded(calendar.millisecond, 3))"
  }

  /// The time of day in UTC, `14:30:00`.
  public var clock: String {
    let calendar = CalendarTime(self)
    return "\(padded(calendar.hour, 2)):\(padded(calendar.minute, 2)):\(padded(calendar.second, 2))"
  }
}

/// A moment as a calendar and a clock in UTC show it (proleptic Gregorian).
///
/// Conversion after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
public struct CalendarTime: Hashable, Sendable {
  /// Astronomical year: 0 is 1 BC.
  public var year: Int
  /// 1...12.
  public var month: Int
  /// 1...31.
  public var day: Int
  /// 0...23.
  public var hour: Int
  /// 0...59.
  public var minute: Int
  /// 0...59; a leap second is read as the next second.
  public var second: Int
  /// 0...999.
  public var millisecond: Int
  /// 0 is Sunday, 6 is Saturday.
  public var weekday: Int

  /// The calendar's view of `time`.
  public init(_ time: Timestamp) {
    let (days, inDay) = floorDivide(time.milliseconds, 86_400_000)
    weekday = Int(floorDivide(days + 4, 7).remainder)
    millisecond = Int(inDay % 1000)
    second = Int(inDay / 1000 % 60)
    minute = Int(inDay / 60_000 % 60)
    hour = Int(inDay / 3_600_000)
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shifted + 2) / 5 + 1)
    month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
  ///
  /// - Precondition: `month` is in 1...12; `day` may lie outside its month and is then carried over.
  public static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    precondition((1...12).contains(month), "month \(month) is not in 1...12")
    let shiftedYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(Int64(shiftedYear), 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = Int(yearOfEra) * 365 + Int(yearOfEra) / 4 - Int(yearOfEra) / 100 + dayOfYear
    return Int(era) * 146_097 + dayOfEra - 719_468
  }

  /// Number of days of a month, leap years included.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    let next = month == 12 ? (year + 1, 1) : (year, month + 1)
    return daysSinceEpoch(year: next.0, month: next.1, day: 1)
      - daysSinceEpoch(year: year, month: month, day: 1)
  }

  /// Day of the year, 1...366.
  public var dayOfYear: Int {
    Self.daysSinceEpoch(year: year, month: month, day: day)
      - Self.daysSinceEpoch(year: year, month: 1, day: 1) + 1
  }
}

/// Division that rounds towards minus infinity, with a remainder in `0 ..< divisor`.
private func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// `value` in decimal with at least `width` digits; a minus sign comes before the zeros.
func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
  return (value < 0 ? "-" : "") + zeros + digits
}
