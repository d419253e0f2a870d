import Model
import Testing

@testable import Exposition

struct TimeTextTests {
  private func parse(_ text: String, _ unit: TimeUnit? = nil) -> Int64? {
    Array(text.utf8).withView { TimeText.parse($0, unit: unit) }
  }

  @Test(arguments: [
    "", "yesterday", "2026-13-01", "2026-02-29T00:00:00Z", "2026-01-32", "2026-01-15T",
    "2026-01-15T24:00:00Z", "2026-01-15T14:60:00Z", "2026-01-15T14:30:61Z", "2026-01-15T14:30:00.Z",
    "2026-01-15T14:30:00+25:00", "2026-01-15T14:30:00ZZ", "2026/01-15", "1 2", "0x10", "NaN", "Inf",
  ])
  func `refuses what is no time`(_ text: String) {
    #expect(parse(text) == nil)
  }

  @Test(arguments: [
    ("2026-01-15T14:30:00Z", "2026-01-15T14:30:00Z"),
    ("2026-01-15 14:30:00", "2026-01-15T14:30:00Z"),
    ("2026/01/15 14:30:00", "2026-01-15T14:30:00Z"),
    ("2026-01-15t14:30:00z", "2026-01-15T14:30:00Z"),
    ("2026-01-15T14:30:00.25Z", "2026-01-15T14:30:00.250Z"),
    ("2026-01-15T14:30:00,123456789Z", "2026-01-15T14:30:00.123Z"),
    ("2026-01-15T14:30:00+01:30", "2026-01-15T13:00:00Z"),
    ("2026-01-15T14:30:00-0130", "2026-01-15T16:00:00Z"),
    ("2026-01-15 14:30:00 UTC", "2026-01-15T14:30:00Z"),
    ("2026-01-15 14:30", "2026-01-15T14:30:00Z"),
    ("2026-01-15", "2026-01-15T00:00:00Z"),
    ("2024-02-29", "2024-02-29T00:00:00Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
  ])
  func `reads dates`(_ text: String, _ want: String) {
    #expect(parse(text).map { Timestamp(milliseconds: $0).description } == want)
  }

  @Test(arguments: [
    ("1768487400", 1_768_487_400_000), ("1768487400.5", 1_768_487_400_500),
    ("1768487400123", 1_768_487_400_123), ("1768487400123.9", 1_768_487_400_123),
    ("1768487400123456", 1_768_487_400_123), ("1768487400123456789", 1_768_487_400_123),
    ("0", 0), ("-5", -5000), ("-0.0001", -1), ("1.5e3", 1_500_000),
    ("99999999999", 99_999_999_999_000), ("100000000000", 100_000_000_000),
  ])
  func `recognises the unit of a number by its size`(_ text: String, _ want: Int64) {
    #expect(parse(text) == want)
  }

  @Test(arguments: [
    ("1.1", TimeUnit.seconds, 1100), ("-1.1", .seconds, -1100), ("-1.0009", .seconds, -1001),
    ("1999999", .nanoseconds, 1), ("-1", .nanoseconds, -1), ("5", .microseconds, 0),
    ("123123", .milliseconds, 123_123),
    ("12345678901234567890.12345", .seconds, Int64.max), ("-99999999999999999999", .seconds, .min),
    ("9223372036854775", .seconds, 9_223_372_036_854_775_000), ("1e300", .seconds, .max),
  ])
  func `reads a known unit, rounds to the past and holds at the ends`(
    _ text: String, _ unit: TimeUnit, _ want: Int64
  ) {
    #expect(parse(text, unit) == want)
  }

  @Test(arguments: ["9223372036854775808", "-9223372036854775809", "99999999999999999999"])
  func `a whole unit beyond Int64 is no time`(_ text: String) {
    #expect(parse(text, .milliseconds) == nil)
    #expect(parse(text, .nanoseconds) == nil)
    #expect(parse("9223372036854775807", .milliseconds) == .max)
    #expect(parse("-9223372036854775807", .milliseconds) == -.max)
  }
}
