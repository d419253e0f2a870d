import Model

/// The outage of a shop: a deploy that holds connections longer, a sale, and a pool that runs dry.
///
/// Three ordinary days teach what is normal. On the fourth the pool is the first to leave it, then the
/// database's CPU, and the checkout fails; a larger database ends it.
enum BlackFriday: Story {
  static let name = "black-friday"
  private static let friday = midnight(2025, 11, 28)

  static func files() -> [String: [UInt8]] {
    var shop = Shop(seed: 20_251_128)
    let close = friday + 13 * hour
    shop.record(from: friday - 3 * day, to: close, every: minute) { _ in Conditions() }
    shop.record(from: close, to: friday + 15 * hour + 15 * minute, every: 15_000, under: conditions)
    return ["metrics.prom": shop.text.bytes, "changes.jsonl": changeLines(changes)]
  }

  private static let traffic = Curve(
    on: friday, ("14:26:00", 1), ("14:29:45", 3), ("14:50:00", 2.6), ("15:30:00", 1.5))
  private static let connectionHold = Curve(
    on: friday, ("14:04:45", 1), ("14:05:00", 1.35), ("14:37:15", 1.35), ("14:38:00", 1))
  private static let databaseCPU = Curve(
    on: friday, ("14:26:00", 0), ("14:29:45", -0.32), ("14:33:00", -0.02), ("14:34:45", 0.40),
    ("14:37:00", 0.40), ("14:38:00", -0.38), ("14:50:00", -0.30), ("15:30:00", -0.08))
  private static let failing = Curve(
    on: friday, ("14:29:45", 0), ("14:30:15", 0.34), ("14:34:00", 0.41), ("14:35:00", 0.62),
    ("14:37:00", 0.66), ("14:37:45", 0.10), ("14:38:15", 0))
  private static let slowdown = Curve(
    on: friday, ("14:28:00", 1), ("14:30:00", 9), ("14:35:00", 22), ("14:37:00", 22),
    ("14:38:15", 1))
  private static let refused = Curve(
    on: friday, ("14:29:45", 0), ("14:30:15", 9), ("14:35:00", 24), ("14:37:00", 25),
    ("14:37:45", 2), ("14:38:15", 0))
  private static let troubled = Curve(
    on: friday, ("14:29:45", 0), ("14:31:00", 0.31), ("14:34:00", 0.38), ("14:35:30", 0.58),
    ("14:37:15", 0.61), ("14:38:30", 0.03), ("14:39:00", 0))

  private static func conditions(at time: Timestamp) -> Conditions {
    var now = Conditions()
    let failed = failing[time]
    let slow = slowdown[time]
    now.traffic = traffic[time]
    now.connectionHold = connectionHold[time]
    now.poolSize = time < moment("14:37:15", on: friday) ? 60 : 120
    now.databaseCPU = databaseCPU[time]
    now.slowQueries = max(0, slow - 1) / 150
    now.connectionErrors = refused[time]
    now.shoppersInTrouble = troubled[time]
    // A seventh of what the gateway is asked ends at the checkout.
    now.failing = ["checkout": failed, "api": failed * 0.15]
    now.slowdown = [
      "checkout": slow, "api": 1 + (slow - 1) * 0.08, "catalog": 1 + (slow - 1) * 0.04,
    ]
    return now
  }

  private static let changes = [
    ChangeEvent(
      time: moment("10:12:00", on: friday - 2 * day), service: "catalog", kind: "docker-compose",
      version: "5.2.0", previousVersion: "5.1.4", summary: "new product pages"),
    ChangeEvent(
      time: moment("16:40:00", on: friday - day), service: "auth", kind: "feature-flag",
      version: "remember-me=on", previousVersion: "remember-me=off",
      summary: "stay signed in for 30 days"),
    ChangeEvent(
      time: moment("14:05:00", on: friday), service: "checkout", kind: "docker-compose",
      version: "3.9.0", previousVersion: "3.8.2",
      summary: "check the stock of each line of the basket",
      link: "https://git.example.com/shop/checkout/releases/3.9.0"),
    ChangeEvent(
      time: moment("14:37:00", on: friday), service: "orders-db", kind: "scale",
      version: "t3.large", previousVersion: "t3.medium", summary: "database scaled up, pool doubled"
    ),
  ]
}
