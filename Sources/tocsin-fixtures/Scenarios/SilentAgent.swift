import Model

/// A database in trouble whose agent falls silent: what nobody can see has not recovered.
enum SilentAgent: Story {
  static let name = "silent-agent"
  private static let wednesday = midnight(2026, 2, 18)

  static func files() -> [String: [UInt8]] {
    var shop = Shop(seed: 20_260_218)
    shop.record(
      from: wednesday + 8 * hour, to: wednesday + 12 * hour, every: 15_000, under: conditions)
    return ["metrics.prom": shop.text.bytes]
  }

  private static let databaseCPU = Curve(
    on: wednesday, ("10:40:00", 0), ("10:45:00", 0.58))

  private static func conditions(at time: Timestamp) -> Conditions {
    var now = Conditions()
    now.databaseCPU = databaseCPU[time]
    if time >= moment("11:00:00", on: wednesday) { now.silent = ["orders-db"] }
    return now
  }
}
