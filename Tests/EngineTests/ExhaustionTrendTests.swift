import Model
import Rules
import Statistics
import Testing

@testable import Engine

/// The forecast of a threshold rule against one that sorts all slopes each time.
struct ExhaustionTrendTests {
  /// The same estimate, written as its definition.
  private struct Naive {
    let exhausts: ThresholdRule.Exhaustion
    let sign: Double
    var points: [(time: Int64, value: Double)] = []

    mutating func update(_ time: Int64, _ value: Double) -> Milliseconds? {
      let lookback = min(exhausts.within, 3_600_000)
      if let last = points.last, time - last.time < lookback / 32 {
        points[points.count - 1].value = value
      } else {
        points.append((time, value))
      }
      points.removeAll { $0.time <= time - lookback }
      guard points.count >= 6, points[points.count - 1].time - points[0].time >= lookback / 4
      else { return nil }
      var slopes: [Double] = []
      for (index, a) in points.enumerated() {
        for b in points[(index + 1)...] {
          slopes.append((b.value - a.value) / Double(b.time - a.time))
        }
      }
      slopes.sort()
      let median = slopes[slopes.count / 2]
      guard slopes.count(where: { $0 * sign > 0 }) * 4 >= slopes.count * 3, median * sign > 0
      else { return nil }
      let left = (exhausts.at - value) / median
      return left <= Double(exhausts.within) ? Milliseconds(max(0, left)) : nil
    }
  }

  @Test(arguments: UInt64(1)...40)
  func `agrees with the median of all slopes`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let direction: ThresholdRule.Direction = seed % 2 == 0 ? .above : .below
    let sign: Double = direction == .above ? 1 : -1
    let exhausts = ThresholdRule.Exhaustion(
      at: sign * 100, within: Int64.random(in: 300_000...7_200_000, using: &random))
    var trend = ExhaustionTrend(exhausts, direction)
    var naive = Naive(exhausts: exhausts, sign: sign)
    let drift = Double.random(in: -0.1...0.4, using: &random)
    let scatter = [0, 1, 10, 60].randomElement(using: &random) ?? 0
    var seen = 0
    for step in 0..<600 {
      let noise = Double(Int.random(in: -scatter...scatter, using: &random))
      let value = sign * ((Double(step) * drift).rounded() + noise)
      let time = Int64(step) * 15_000
      let left = trend.update(time, value)
      #expect(left == naive.update(time, value), "step \(step)")
      seen += left == nil ? 0 : 1
    }
    // A steady climb to the bound comes into sight sooner or later.
    if scatter == 0, drift > 0.2 { #expect(seen > 0) }
  }
}
