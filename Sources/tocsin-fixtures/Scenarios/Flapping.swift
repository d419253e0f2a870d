import Model

/// A catalog that fails for four minutes out of every nine, for an hour and a half.
enum Flapping: Story {
  static let name = "flapping"
  private static let thursday = midnight(2026, 2, 12)

  static func files() -> [String: [UInt8]] {
    var shop = Shop(seed: 20_260_212)
    shop.record(
      from: thursday + 10 * hour, to: thursday + 14 * hour, every: 15_000, under: conditions)
    return ["metrics.prom": shop.text.bytes]
  }

  private static func conditions(at time: Timestamp) -> Conditions {
    var now = Conditions()
    let start = moment("11:30:00", on: thursday)
    let into = time - start
    if into >= 0, into < 90 * minute, into % (9 * minute) < 4 * minute {
      now.failing = ["catalog": 0.18]
    }
    return now
  }
}
