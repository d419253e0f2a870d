import Statistics

extension SplitMix64 {
  /// Close to a standard normal: the sum of twelve uniform numbers less six.
  ///
  /// Within ±6 by construction. The exact transforms need `log` and `cos`, which are not equal
  /// everywhere, and a fixture must be.
  mutating func nearlyNormal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }

  /// How often something happened that happens `mean` times on average: Poisson's mean and spread.
  mutating func count(mean: Double) -> Double {
    max(0, mean + mean.squareRoot() * nearlyNormal())
  }
}
