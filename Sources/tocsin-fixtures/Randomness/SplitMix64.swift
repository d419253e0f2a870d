/// A small generator of random numbers: equal seeds give equal numbers on every machine.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in 0 ..< 1, a multiple of 2⁻⁵³.
  mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Uniform in 0 ..< bound.
  ///
  /// - Precondition: `bound` is positive; beside 2⁶⁴ it is small, so that its bias is too.
  mutating func below(_ bound: Int) -> Int {
    Int(next() % UInt64(bound))
  }

  /// Close to a standard normal: the sum of twelve uniform numbers less six.
  ///
  /// Within ±6 by construction. The exact transforms need `log` and `cos`, which are not equal
  /// everywhere.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }

  /// How often something happened that happens `mean` times on average: Poisson's mean and spread.
  mutating func count(mean: Double) -> Double {
    max(0, mean + mean.squareRoot() * normal())
  }
}
