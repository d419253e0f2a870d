import Glibc

/// Order statistics that a few wild values cannot move.
enum Robust {
  /// The middle value, or the mean of the two middle ones; NaN for none.
  static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

  /// The `q`-quantile by linear interpolation between neighbours; NaN for no values.
  static func quantile(_ values: [Double], _ q: Double) -> Double {
    quantile(ofSorted: values.sorted(), q)
  }

  /// The `q`-quantile of values that rise; NaN for no values.
  static func quantile(ofSorted sorted: [Double], _ q: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let position = q * Double(sorted.count - 1)
    let below = Int(position.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }

  /// The usual scatter around `center`: the median absolute deviation, scaled so that it is the
  /// standard deviation of normally distributed values.
  static func scatter(_ values: [Double], around center: Double) -> Double {
    1.4826 * median(values.map { abs($0 - center) })
  }
}
