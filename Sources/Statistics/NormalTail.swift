import Glibc

/// Probabilities of the standard normal distribution.
public enum NormalTail {
  /// Probability of a value at least as far from 0 as `z`, on either side.
  public static func twoSided(_ z: Double) -> Double { min(1, erfc(abs(z) / 2.0.squareRoot())) }
}
