import Model
import Statistics

/// Makes random series, the same ones for the same seed.
struct RandomSeries {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func pick<T>(_ items: [T]) -> T {
    items[Int.random(in: 0..<items.count, using: &random)]
  }

  mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

  /// Samples about 15 s apart with gaps, resets, stale markers, NaNs and infinities.
  mutating func samples(count: Int) -> [(time: Int64, value: Double)] {
    let scale = pick([1, 1e-12, 1e9, 1e100])
    let isCounter = chance(2)
    let isRegular = chance(3)
    let hasSpecials = chance(3)
    var time: Int64 = Int64.random(in: 0...20_000, using: &random)
    var value = Double.random(in: 0...100, using: &random)
    var samples: [(time: Int64, value: Double)] = []
    for _ in 0..<count {
      samples.append((time, special(hasSpecials) ?? (value * scale)))
      if isCounter {
        value += Double(Int.random(in: 0...20, using: &random))
        if chance(25) { value = Double(Int.random(in: 0...5, using: &random)) }
      } else if !chance(4) {
        value = Double.random(in: -100...100, using: &random)
      }
      time += isRegular ? 15_000 : Int64.random(in: 1...30_000, using: &random)
      if chance(40) { time += Int64.random(in: 60_000...2_000_000, using: &random) }
    }
    return samples
  }

  private mutating func special(_ isAllowed: Bool) -> Double? {
    guard isAllowed, chance(12) else { return chance(60) ? StaleMarker.value : nil }
    return pick([.nan, .infinity, -.infinity, 0, -0.0, StaleMarker.value])
  }
}

/// True for numbers that differ by rounding alone, seen from numbers of the size of `scale`.
func isClose(_ a: Double, _ b: Double, tolerance: Double, scale: Double = 0) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  if a == b { return true }
  return (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude, scale)
}
