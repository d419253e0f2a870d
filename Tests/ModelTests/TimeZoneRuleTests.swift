import Foundation
import Model
import Statistics
import Testing

@Suite struct TimeZoneRuleTests {
  @Test(arguments: [
    "", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "C-1", "<+01-1",
    "CET-1CEST,J60,J300", "CET-1CEST,M3.5.0,M10.5.0x", "CET-200", "CET-1:99",
  ])
  func `what is no rule is refused`(text: String) {
    #expect(TimeZoneRule(posix: text) == nil)
  }

  @Test func `names of zones`() {
    #expect(TimeZoneRule.named("UTC") == .utc)
    #expect(TimeZoneRule.named("Europe/Berlin")?.standard == 3_600_000)
    #expect(TimeZoneRule.named("Europe/Belin") == nil && TimeZoneRule.named("") == nil)
    #expect(Array(TimeZoneRule.names).count > 400)
  }

  /// Where clocks are changed by the moon, for which there is no rule.
  static let irregular: Set<String> = [
    "Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron",
  ]

  @Test func `every zone agrees with the machine's own database`() {
    var random = SplitMix64(seed: 20_260_329)
    var compared = 0
    for name in TimeZoneRule.names.sorted() where !Self.irregular.contains(name) {
      guard let rule = TimeZoneRule.named(name), let zone = TimeZone(identifier: name) else {
        continue
      }
      for _ in 0..<40 {
        // 2026 to 2036: past what tables of old years say, before nothing is certain any more.
        let time = 1_767_225_600 + Int64(random.below(315_000_000))
        let date = Date(timeIntervalSince1970: Double(time))
        let want = Int64(zone.secondsFromGMT(for: date)) * 1000
        let got = rule.offset(at: Timestamp(milliseconds: time * 1000))
        #expect(got == want, "\(name) at \(time), seed 20260329")
        compared += 1
      }
    }
    #expect(compared > 10_000)
  }

  @Test(arguments: [
    // Clocks go forward over it: as if they had not.
    ("Europe/Berlin", 2026, 3, 29, 150, "2026-03-29T01:30:00Z"),
    // It comes twice: the first.
    ("America/New_York", 2026, 11, 1, 90, "2026-11-01T05:30:00Z"),
    ("Australia/Lord_Howe", 2026, 1, 15, 540, "2026-01-14T22:00:00Z"),
    ("Asia/Kathmandu", 2026, 1, 15, 0, "2026-01-14T18:15:00Z"),
    ("Europe/Dublin", 2026, 7, 1, 540, "2026-07-01T08:00:00Z"),
    ("Europe/Dublin", 2026, 12, 1, 540, "2026-12-01T09:00:00Z"),
  ])
  func `local times become moments`(
    name: String, year: Int, month: Int, day: Int, minutes: Int64, want: String
  ) throws {
    let zone = try #require(TimeZoneRule.named(name))
    let days = CalendarTime.daysSinceEpoch(year: year, month: month, day: day)
    let moment = zone.moment(day: days, time: minutes * 60_000)
    #expect(moment.description == want)
    #expect(zone.day(of: moment) == days)
  }
}
