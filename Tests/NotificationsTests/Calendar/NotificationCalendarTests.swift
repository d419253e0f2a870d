import Model
import Rules
import Testing

@testable import Notifications

/// A moment of UTC.
private func utc(
  _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0
) -> Timestamp {
  let days = Int64(CalendarTime.daysSinceEpoch(year: year, month: month, day: day))
  return Timestamp(milliseconds: (days * 1440 + Int64(hour * 60 + minute)) * 60_000)
}

private let night = CalendarSpan.Hours(start: 22 * 60, end: 6 * 60)
private let office = CalendarSpan.Hours(start: 9 * 60, end: 17 * 60)

struct `Calendars` {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var span: CalendarSpan
    var inside: [Timestamp] = []
    var outside: [Timestamp] = []
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "all of time", span: CalendarSpan(), inside: [utc(1970, 1, 1), utc(2100, 2, 29)]),
    Case(
      name: "the end is outside", span: CalendarSpan(hours: [office]),
      inside: [utc(2026, 1, 15, 9), utc(2026, 1, 15, 16, 59)],
      outside: [utc(2026, 1, 15, 8, 59), utc(2026, 1, 15, 17)]),
    Case(
      name: "a night belongs to the day it began on",
      span: CalendarSpan(hours: [night], weekdays: [5]),
      inside: [utc(2026, 1, 16, 22), utc(2026, 1, 17, 5, 59)],
      outside: [utc(2026, 1, 16, 5), utc(2026, 1, 17, 6), utc(2026, 1, 17, 22)]),
    Case(
      name: "days from the end of the month", span: CalendarSpan(days: [-2...(-1)]),
      inside: [utc(2026, 2, 27), utc(2026, 2, 28), utc(2028, 2, 29), utc(2026, 1, 31)],
      outside: [utc(2026, 2, 26), utc(2028, 2, 27), utc(2026, 1, 29)]),
    Case(
      name: "days, months and years together",
      span: CalendarSpan(days: [24...26], months: [12], years: [2026...2027]),
      inside: [utc(2026, 12, 24), utc(2027, 12, 26, 23, 59)],
      outside: [utc(2026, 11, 24), utc(2028, 12, 24), utc(2026, 12, 27)]),
    Case(
      name: "a zone that nobody knows is UTC",
      span: CalendarSpan(zone: "Mars/Olympus", hours: [office]),
      inside: [utc(2026, 1, 15, 9)], outside: [utc(2026, 1, 15, 8)]),
    // Berlin: 2026-03-29 02:00 +01:00 becomes 03:00 +02:00; back on 2026-10-25 at 03:00 +02:00.
    Case(
      name: "Berlin, summer begins", span: CalendarSpan(zone: "Europe/Berlin", hours: [night]),
      inside: [utc(2026, 3, 28, 21), utc(2026, 3, 29, 3, 59)],
      outside: [utc(2026, 3, 28, 20, 59), utc(2026, 3, 29, 4)]),
    Case(
      name: "Berlin, the hour that is skipped",
      span: CalendarSpan(zone: "Europe/Berlin", hours: [.init(start: 120, end: 180)]),
      inside: [utc(2026, 3, 28, 1), utc(2026, 3, 28, 1, 59)],
      outside: [utc(2026, 3, 29, 0, 59), utc(2026, 3, 29, 1), utc(2026, 3, 29, 1, 59)]),
    Case(
      name: "Berlin, the hour that comes twice",
      span: CalendarSpan(zone: "Europe/Berlin", hours: [.init(start: 120, end: 180)]),
      inside: [utc(2026, 10, 25, 0), utc(2026, 10, 25, 1), utc(2026, 10, 25, 1, 59)],
      outside: [utc(2026, 10, 24, 23, 59), utc(2026, 10, 25, 2)]),
    // New York: 2026-03-08 02:00 -05:00 becomes 03:00 -04:00; back on 2026-11-01.
    Case(
      name: "New York, office hours move",
      span: CalendarSpan(zone: "America/New_York", hours: [office], weekdays: [1, 2, 3, 4, 5]),
      inside: [utc(2026, 3, 6, 14), utc(2026, 3, 9, 13), utc(2026, 11, 2, 14)],
      outside: [utc(2026, 3, 6, 13, 59), utc(2026, 3, 9, 12, 59), utc(2026, 11, 2, 13, 59)]),
    // Lord Howe moves by half an hour: +11 in summer, +10:30 from 2026-04-05 02:00 on.
    Case(
      name: "Lord Howe moves by half an hour",
      span: CalendarSpan(zone: "Australia/Lord_Howe", hours: [office]),
      inside: [utc(2026, 4, 3, 22), utc(2026, 4, 5, 22, 30)],
      outside: [utc(2026, 4, 3, 21, 59), utc(2026, 4, 5, 22, 29)]),
    Case(
      name: "the weekday is that of the place",
      span: CalendarSpan(zone: "Pacific/Kiritimati", weekdays: [1]),
      inside: [utc(2026, 1, 18, 10), utc(2026, 1, 19, 9, 59)],
      outside: [utc(2026, 1, 18, 9, 59), utc(2026, 1, 19, 10)]),
  ]

  @Test(arguments: cases)
  func `fit by the local clock`(test: Case) {
    for time in test.inside { #expect(test.span.contains(time), "\(time) should be inside") }
    for time in test.outside { #expect(!test.span.contains(time), "\(time) should be outside") }
  }

  @Test func `one span that fits is enough, none is never`() {
    let calendar = NotificationCalendar(
      name: "c", spans: [CalendarSpan(weekdays: [6]), CalendarSpan(weekdays: [0])])
    #expect(calendar.contains(utc(2026, 1, 17)) && calendar.contains(utc(2026, 1, 18)))
    #expect(!calendar.contains(utc(2026, 1, 19)))
    #expect(!NotificationCalendar(name: "n", spans: []).contains(utc(2026, 1, 17)))
  }

  @Test func `zones are known by their IANA names`() {
    #expect(CalendarSpan.isZone("Europe/Berlin") && CalendarSpan.isZone("UTC"))
    #expect(!CalendarSpan.isZone("Europe/Atlantis"))
  }
}
