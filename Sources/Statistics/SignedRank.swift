/// The signed-rank test of Wilcoxon: whether differences of pairs lie to one side of 0.
///
/// For two series that rise and fall together, as load tests over one ramp do: what both have in
/// common cancels in the differences. Zeros say nothing and are left out; ties share their mean rank.
/// The probability is that of the normal approximation with continuity correction, good from about
/// eight pairs.
/// Source: F. Wilcoxon, "Individual Comparisons by Ranking Methods" (1945).
public struct SignedRank: Hashable, Sendable {
  /// Pairs that differ.
  public let pairs: Int
  /// Sum of the ranks of differences above 0.
  public let rankSum: Double
  /// Distance of the rank sum from what chance gives, in standard deviations; above 0 when most
  /// differences are.
  public let z: Double

  /// Tests `differences`; nil when there is none.
  ///
  /// - Parameters:
  ///   - differences: Finite numbers, in the order of time.
  ///   - inflation: By how much correlation between neighbours widens the variance; at least 1. See
  ///     `Autocorrelation.inflation`.
  /// - Complexity: O(n log n).
  public init?(_ differences: [Double], inflation: Double = 1) {
    guard !differences.isEmpty else { return nil }
    let ranked = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    pairs = ranked.count
    var positive = 0.0
    var ties = 0.0
    var start = 0
    while start < ranked.count {
      var end = start + 1
      while end < ranked.count, abs(ranked[end]) == abs(ranked[start]) { end += 1 }
      let size = Double(end - start)
      positive += Double(start + end + 1) / 2 * Double(ranked[start..<end].count { $0 > 0 })
      ties += size * size * size - size
      start = end
    }
    rankSum = positive
    let count = Double(ranked.count)
    let variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
    let distance = positive - count * (count + 1) / 4
    let corrected = distance == 0 ? 0 : distance - (distance > 0 ? 0.5 : -0.5)
    z = variance > 0 ? corrected / (variance * max(1, inflation)).squareRoot() : 0
  }

  /// Probability of a rank sum at least as far off in either direction, were there no difference.
  public var probability: Double { NormalTail.twoSided(z) }
}
