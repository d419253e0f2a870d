public import Model
import Foundation

/// Stretches of time that come again, by the clock of a place: office hours, nights, holidays.
///
/// Inside of one of its spans is inside of the calendar.
public struct NotificationCalendar: Hashable, Sendable {
  /// What routes call it.
  public var name: String
  /// Its spans; empty for never.
  public var spans: [CalendarSpan]

  /// A calendar of spans.
  public init(name: String, spans: [CalendarSpan]) {
    self.name = name
    self.spans = spans
  }

  /// True when `time` is inside of one of its spans.
  public func contains(_ time: Timestamp) -> Bool {
    spans.contains { $0.contains(time) }
  }
}

/// A stretch of time: every part that is given must fit; one that is left out fits always.
///
/// Moments are compared by the local clock of the zone, so that "22:00 to 06:00" is an hour shorter
/// or longer in the nights when that clock is changed.
public struct CalendarSpan: Hashable, Sendable {
  /// Minutes after local midnight, from the first up to but without the last; 0...1440.
  ///
  /// One that ends at or before its start lasts over midnight, and belongs to the day it began on.
  public struct Hours: Hashable, Sendable {
    /// The first minute, 0 ..< 1440.
    public var start: Int
    /// The minute after the last, 1...1440.
    public var end: Int

    /// A part of the day.
    public init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }
  }

  /// IANA name of the time zone: `Europe/Berlin`.
  public var zone: String
  /// Parts of the day; empty for all of it.
  public var hours: [Hours]
  /// Weekdays, 0 is Sunday; empty for all.
  public var weekdays: Set<Int>
  /// Days of the month, 1...31, or -1...-31 from its end; empty for all.
  public var days: [ClosedRange<Int>]
  /// Months, 1...12; empty for all.
  public var months: Set<Int>
  /// Years; empty for all.
  public var years: [ClosedRange<Int>]

  /// A span; all of time without an argument.
  public init(
    zone: String = "UTC", hours: [Hours] = [], weekdays: Set<Int> = [],
    days: [ClosedRange<Int>] = [], months: Set<Int> = [], years: [ClosedRange<Int>] = []
  ) {
    self.zone = zone
    self.hours = hours
    self.weekdays = weekdays
    self.days = days
    self.months = months
    self.years = years
  }

  /// True when the machine knows a time zone of that name.
  public static func isZone(_ name: String) -> Bool {
    TimeZone(identifier: name) != nil
  }

  /// True when the local clock at `time` fits every part; UTC stands for a zone that is not known.
  public func contains(_ time: Timestamp) -> Bool {
    let offset =
      TimeZone(identifier: zone)?
      .secondsFromGMT(for: Date(timeIntervalSince1970: time.seconds)) ?? 0
    let local = time + Milliseconds(offset) * 1000
    let clock = CalendarTime(local)
    let today = fits(clock)
    guard !hours.isEmpty else { return today }
    let minute = clock.hour * 60 + clock.minute
    return hours.contains { part in
      if part.start < part.end { return today && (part.start..<part.end).contains(minute) }
      if minute >= part.start { return today }
      return minute < part.end && fits(CalendarTime(local - 86_400_000))
    }
  }

  /// True when the day fits.
  private func fits(_ day: CalendarTime) -> Bool {
    let length = CalendarTime.days(inMonth: day.month, of: day.year)
    return (weekdays.isEmpty || weekdays.contains(day.weekday))
      && (months.isEmpty || months.contains(day.month))
      && (years.isEmpty || years.contains { $0.contains(day.year) })
      && (days.isEmpty
        || days.contains { range in
          let first = range.lowerBound < 0 ? length + 1 + range.lowerBound : range.lowerBound
          let last = range.upperBound < 0 ? length + 1 + range.upperBound : range.upperBound
          return first <= day.day && day.day <= last
        })
  }
}
