import Statistics
import Testing

@testable import Evaluation

/// The quantile of a whole window or column, found without sorting it.
@Suite struct QuantileTests {
  /// The twin: everything in its place, then the two neighbours of the rank.
  private func bySorting(_ phi: Double, _ values: [Double]) -> Double {
    let sorted = values.sorted { $0 < $1 || ($0.isNaN && !$1.isNaN) }
    let rank = phi * Double(sorted.count - 1)
    let lower = Int(rank.rounded(.down))
    let upper = min(lower + 1, sorted.count - 1)
    let weight = rank - rank.rounded(.down)
    return sorted[lower] * (1 - weight) + sorted[upper] * weight
  }

  private func check(_ values: [Double], _ hint: String) {
    for phi in [0, 0.05, 0.5, 0.9, 0.99, 1] {
      var copy = values
      let found = quantile(phi, sorting: &copy)
      let wanted = bySorting(phi, values)
      #expect(
        found == wanted || (found.isNaN && wanted.isNaN),
        "\(phi) of \(values.count) values, \(hint): \(found), not \(wanted)")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `selecting gives what sorting gives`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 1...400, using: &random)
    let spread = Int.random(in: 1...500, using: &random)
    var values = (0..<count).map { _ in Double(Int.random(in: 0...spread, using: &random)) / 8 }
    check(values, "seed \(seed)")
    check(values.sorted(), "seed \(seed), rising")
    check(values.sorted(by: >), "seed \(seed), falling")
    for _ in 0..<(count / 10) { values[Int.random(in: 0..<count, using: &random)] = .nan }
    values[0] = seed % 2 == 0 ? .infinity : -.infinity
    check(values, "seed \(seed), with NaN and infinity")
  }

  /// An order in which the median of three is always the second smallest: selection would need a
  /// quarter as many rounds as there are values, so what is left after some is sorted.
  @Test(arguments: [500, 2000])
  func `an order made against the choice of pivots`(count: Int) {
    let half = count / 2
    var values = (0..<count).map { index in
      index >= half ? 2 * (index - half) + 3 : index % 2 == 0 ? index : count + index
    }
    values[count - 1] = 1
    check(values.map(Double.init), "made to be bad")
  }
}
