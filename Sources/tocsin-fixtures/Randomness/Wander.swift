import Statistics

/// Slow noise around zero: each value remembers the last one, as load does.
struct Wander {
  private var value = 0.0
  /// The spread it has in the long run.
  let spread: Double
  /// How much of the last value stays in the next one, 0 ..< 1.
  let memory: Double

  init(spread: Double, memory: Double = 0.95) {
    self.spread = spread
    self.memory = memory
  }

  mutating func next(_ random: inout SplitMix64) -> Double {
    value = memory * value + (1 - memory * memory).squareRoot() * spread * random.nearlyNormal()
    return value
  }
}
