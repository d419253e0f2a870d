/// A set of finite numbers in order, for percentiles.
///
///     Quantiles([3, 1, 2]).median  // 2
///
/// NaN and infinite numbers are left out.
public struct Quantiles: Sendable {
  /// The numbers, ascending.
  public let sorted: [Double]

  /// The finite numbers of `values`.
  ///
  /// - Complexity: O(n log n).
  public init(_ values: some Sequence<Double>) {
    sorted = values.filter(\.isFinite).sorted()
  }

  /// True for no numbers.
  public var isEmpty: Bool { sorted.isEmpty }

  /// The middle number, or the mean of the two in the middle; NaN for none.
  public var median: Double { self[0.5] }

  /// The arithmetic mean; NaN for none.
  public var mean: Double {
    sorted.isEmpty ? .nan : sorted.reduce(0, +) / Double(sorted.count)
  }

  /// The quantile at `share` in 0...1, between neighbours by linear interpolation (type 7 of Hyndman
  /// and Fan, "Sample Quantiles in Statistical Packages", 1996); NaN for no numbers.
  public subscript(share: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let position = min(1, max(0, share)) * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return last }
    let rest = position - Double(below)
    return sorted[below] + (sorted[below + 1] - sorted[below]) * rest
  }

  /// The median absolute deviation, scaled to a standard deviation of normal numbers; NaN for none.
  public var scatter: Double {
    let center = median
    return 1.4826 * Quantiles(sorted.map { abs($0 - center) }).median
  }
}
