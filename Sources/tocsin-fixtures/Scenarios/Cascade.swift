import Model

/// One cause, three services: slow queries in the database, then the api, then the checkout.
enum Cascade: Story {
  static let name = "cascade"
  private static let tuesday = midnight(2026, 2, 3)

  static func files() -> [String: [UInt8]] {
    var shop = Shop(
      seed: 20_260_203,
      services: [
        Service("api", peakRate: 60, medianLatency: 0.060, hasLatency: true),
        Service("catalog", peakRate: 80, medianLatency: 0.045),
        Service("checkout", peakRate: 18, medianLatency: 0.150, hasLatency: true),
      ])
    shop.record(
      from: tuesday + 6 * hour, to: tuesday + 10 * hour + 15 * minute, every: 15_000,
      under: conditions)
    return ["metrics.prom": shop.text.bytes, "changes.jsonl": changeLines(changes)]
  }

  private static let slowQueries = Curve(
    on: tuesday, ("09:10:00", 0), ("09:11:00", 0.25), ("09:30:00", 0.25), ("09:31:00", 0))
  private static let databaseCPU = Curve(
    on: tuesday, ("09:10:00", 0), ("09:11:30", 0.65), ("09:30:00", 0.65), ("09:31:00", 0))
  private static let apiFailing = Curve(
    on: tuesday, ("09:12:00", 0), ("09:13:00", 0.22), ("09:30:30", 0.22), ("09:31:15", 0))
  private static let checkoutFailing = Curve(
    on: tuesday, ("09:14:00", 0), ("09:15:00", 0.30), ("09:30:30", 0.30), ("09:31:30", 0))

  private static func conditions(at time: Timestamp) -> Conditions {
    var now = Conditions()
    now.slowQueries = slowQueries[time]
    now.databaseCPU = databaseCPU[time]
    now.replicationLag = databaseCPU[time] * 20
    now.failing = ["api": apiFailing[time], "checkout": checkoutFailing[time]]
    now.slowdown = [
      "api": 1 + apiFailing[time] * 40, "checkout": 1 + checkoutFailing[time] * 30,
    ]
    now.shoppersInTrouble = checkoutFailing[time]
    return now
  }

  private static let changes = [
    ChangeEvent(
      time: moment("09:08:30", on: tuesday), service: "orders-db", kind: "sql-migration",
      version: "0042_order_status", previousVersion: "0041_gift_cards",
      summary: "drop the index on orders.status")
  ]
}
