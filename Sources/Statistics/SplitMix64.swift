import Glibc

/// Random numbers from a seed: equal seeds give equal numbers on every machine.
///
/// For simulations, disturbances and tests, never for secrets.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers of `seed`, from the first on.
  public init(seed: UInt64) { state = seed }

  /// The next number: uniform over all 2⁶⁴.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mixed(state)
  }

  /// Every bit of `value` spread over all bits: neighbours come out far apart.
  public static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in 0 ..< 1, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in `low` ..< `high`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// Uniform in 0 ..< `bound`.
  ///
  /// - Precondition: `bound` is positive; beside 2⁶⁴ it is small, so that its bias is too.
  public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True once in `oneIn` times.
  public mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }

  /// One of `items`, each as likely.
  ///
  /// - Precondition: `items` is not empty.
  public mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  /// Standard normal (Box and Muller, 1958), as exact as the C library's `log` and `cos`.
  public mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }
}
