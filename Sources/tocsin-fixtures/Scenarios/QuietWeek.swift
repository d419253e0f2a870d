import Model

/// An ordinary week: days and nights, a weekend, noise, a backup every night, two deploys.
///
/// Nothing in it deserves anybody's attention.
enum QuietWeek: Story {
  static let name = "quiet-week"
  private static let monday = midnight(2026, 1, 12)

  static func files() -> [String: [UInt8]] {
    var shop = Shop(
      seed: 20_260_112,
      services: [
        Service("api", peakRate: 120, medianLatency: 0.060),
        Service(
          "checkout", peakRate: 18, medianLatency: 0.110, usualErrors: 0.004, hasLatency: true),
      ])
    shop.record(from: monday, to: monday + 7 * day, every: minute, under: conditions)
    return ["metrics.prom": shop.text.bytes, "changes.jsonl": changeLines(changes)]
  }

  /// The nightly backup reads the whole database from 02:30 to 03:00.
  private static func conditions(at time: Timestamp) -> Conditions {
    var now = Conditions()
    let calendar = CalendarTime(time)
    if calendar.hour == 2, calendar.minute >= 30 {
      now.databaseCPU = 0.18
      now.replicationLag = 2.5
    }
    return now
  }

  private static let changes = [
    ChangeEvent(
      time: moment("09:30:00", on: monday + day), service: "catalog", kind: "docker-compose",
      version: "5.4.1", previousVersion: "5.4.0", summary: "typo on the product page"),
    ChangeEvent(
      time: moment("11:05:00", on: monday + 3 * day), service: "checkout", kind: "docker-compose",
      version: "3.11.0", previousVersion: "3.10.2", summary: "gift cards"),
  ]
}
