/// The rank test of Mann and Whitney: whether values of one set tend to be above those of another.
///
/// It assumes no distribution. Ties share their mean rank and reduce the variance. The probability is
/// that of the normal approximation with continuity correction, good from about eight values a side.
/// Source: H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random Variables is
/// Stochastically Larger than the Other" (1947).
public struct MannWhitney: Hashable, Sendable {
  /// Pairs in which the second set's value is above the first's, ties counting half.
  public let u: Double
  /// Pairs in all.
  public let pairs: Double
  /// Distance of `u` from what equal sets give, in standard deviations; above 0 when the second set
  /// is higher.
  public let z: Double

  /// Compares `first` with `second`; nil when a set is empty.
  ///
  /// - Parameters:
  ///   - first: Finite numbers.
  ///   - second: Finite numbers.
  ///   - inflation: By how much correlation between neighbours widens the variance; at least 1. See
  ///     `Autocorrelation.inflation`.
  /// - Complexity: O(n log n) in the number of all values.
  public init?(_ first: [Double], _ second: [Double], inflation: Double = 1) {
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let ranked =
      (first.map { (value: $0, isSecond: false) } + second.map { (value: $0, isSecond: true) })
      .sorted { $0.value < $1.value }
    let count = Double(ranked.count)
    let (n, m) = (Double(first.count), Double(second.count))
    var rankSum = 0.0
    var tieTerm = 0.0
    var start = 0
    while start < ranked.count {
      var end = start + 1
      while end < ranked.count, ranked[end].value == ranked[start].value { end += 1 }
      let size = Double(end - start)
      let rank = Double(start + end + 1) / 2
      rankSum += rank * Double(ranked[start..<end].count { $0.isSecond })
      tieTerm += size * size * size - size
      start = end
    }
    u = rankSum - m * (m + 1) / 2
    pairs = n * m
    let variance = n * m / 12 * (count + 1 - tieTerm / max(1, count * (count - 1)))
    let distance = u - pairs / 2
    let corrected = distance == 0 ? 0 : distance - (distance > 0 ? 0.5 : -0.5)
    z = variance > 0 ? corrected / (variance * max(1, inflation)).squareRoot() : 0
  }

  /// Probability of a difference at least as large in either direction, were the sets alike.
  public var probability: Double { NormalTail.twoSided(z) }

  /// Cliff's delta: chance that a value of the second set is above one of the first, less the chance
  /// that it is below; -1...1, and 0 for equal sets.
  ///
  /// Usual words (Romano et al., 2006): below 0.147 negligible, 0.33 small, 0.474 medium, else large.
  public var delta: Double { 2 * u / pairs - 1 }
}
