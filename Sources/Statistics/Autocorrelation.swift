/// How much neighbours of a series resemble each other.
public enum Autocorrelation {
  /// Values after which the correlation is taken for none, as a share of the series.
  private static let lagShare = 4

  /// By how much the variance of a mean of `values` exceeds that of independent values; at least 1.
  ///
  /// One plus twice the sum of the autocorrelations, up to the first pair of neighbouring lags whose
  /// sum is not positive. The sum is corrected for the bias of short series: each estimate is low by
  /// about (1 + ρ) / n.
  /// Source: C. J. Geyer, "Practical Markov Chain Monte Carlo" (1992), initial positive sequence.
  /// - Complexity: O(n²) at most, for slow series.
  public static func inflation(of values: [Double]) -> Double {
    let count = values.count
    guard count >= 4 else { return 1 }
    let mean = values.reduce(0, +) / Double(count)
    let centered = values.map { $0 - mean }
    let variance = centered.reduce(0) { $0 + $1 * $1 }
    guard variance > 0 else { return 1 }
    func correlation(_ lag: Int) -> Double {
      var sum = 0.0
      for index in lag..<count { sum += centered[index] * centered[index - lag] }
      let raw = sum / variance * Double(count) / Double(count - lag)
      return min(1, raw + (1 + max(0, raw)) / Double(count))
    }
    var sum = 0.0
    var lag = 1
    while lag + 1 <= max(2, count / lagShare) {
      let pair = correlation(lag) + correlation(lag + 1)
      guard pair > 0 else { break }
      sum += pair
      lag += 2
    }
    return min(Double(count), max(1, 1 + 2 * sum))
  }
}
