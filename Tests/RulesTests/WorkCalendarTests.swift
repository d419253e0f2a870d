import Model
import Testing

@testable import Rules

/// Targets of "next business day", over changes of the clock and ends of months and years.
@Suite struct WorkCalendarTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let zone: String
    let at: (month: Int, day: Int, hour: Int)
    var year = 2026
    let want: String
    var holidays: [(Int, Int, Int)] = []
    var testDescription: String { "\(zone) \(year)-\(at.month)-\(at.day)" }
  }

  static let cases = [
    // Clocks change in the night to Sunday, the work begins on Monday by the new time.
    Case(zone: "Europe/Berlin", at: (3, 27, 16), want: "2026-03-30T07:00:00Z"),
    Case(zone: "Europe/Berlin", at: (10, 23, 12), want: "2026-10-26T08:00:00Z"),
    Case(zone: "America/New_York", at: (3, 6, 20), want: "2026-03-09T13:00:00Z"),
    Case(zone: "America/New_York", at: (10, 30, 20), want: "2026-11-02T14:00:00Z"),
    Case(zone: "Australia/Sydney", at: (4, 3, 3), want: "2026-04-05T23:00:00Z"),
    Case(zone: "Australia/Sydney", at: (10, 2, 3), want: "2026-10-04T22:00:00Z"),
    // Sunday in UTC is Monday in Sydney already.
    Case(zone: "Australia/Sydney", at: (6, 7, 15), want: "2026-06-08T23:00:00Z"),
    // Leap days.
    Case(zone: "Europe/Berlin", at: (2, 28, 10), year: 2028, want: "2028-02-29T08:00:00Z"),
    Case(zone: "Europe/Berlin", at: (2, 29, 10), year: 2028, want: "2028-03-01T08:00:00Z"),
    Case(zone: "Europe/Berlin", at: (2, 26, 10), year: 2027, want: "2027-03-01T08:00:00Z"),
    // Over the end of the year and its holiday.
    Case(
      zone: "Europe/Berlin", at: (12, 31, 15), want: "2027-01-04T08:00:00Z",
      holidays: [(2027, 1, 1)]),
  ]

  @Test(arguments: cases)
  func `the next business day begins by the local clock`(_ test: Case) throws {
    var calendar = WorkCalendar()
    calendar.zone = try #require(TimeZoneRule.named(test.zone))
    calendar.holidays = test.holidays.map {
      CalendarTime.daysSinceEpoch(year: $0.0, month: $0.1, day: $0.2)
    }
    let day = CalendarTime.daysSinceEpoch(
      year: test.year, month: test.at.month, day: test.at.day)
    let time = Timestamp(milliseconds: (Int64(day) * 24 + Int64(test.at.hour)) * 3_600_000)
    #expect(calendar.nextBusinessDay(after: time).description == test.want)
    let targets = ResponseTargets()
    #expect(targets.due(.low, from: time, in: calendar).description == test.want)
    // The other targets are lengths of time and know no clock.
    #expect(targets.due(.medium, from: time, in: calendar) == time + 4 * 3_600_000)
  }

  @Test(arguments: [Int64.min, Int64.max])
  func `the ends of time have no next day`(_ milliseconds: Int64) {
    let time = Timestamp(milliseconds: milliseconds)
    #expect(WorkCalendar().nextBusinessDay(after: time).milliseconds != 0)
  }
}
