import Glibc

/// Order statistics that a few wild values cannot move.
enum Robust {
  /// The middle value, or the mean of the two middle ones; NaN for none.
  static func median(_ values: some Sequence<Double>) -> Double { quantile(values, 0.5) }

  /// The `q`-quantile by linear interpolation between neighbours; NaN for no values.
  static func quantile(_ values: some Sequence<Double>, _ q: Double) -> Double {
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
  /// standard deviation of normally distributed values; NaN for none.
  ///
  /// Of values that rise the farthest from the centre stands at one of the two ends, so the
  /// deviations are met in order, the largest first, down to the middle ones.
  static func scatter(ofSorted sorted: [Double], around center: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    var rest = sorted[...]
    func next() -> Double {
      let (low, high) = (abs(rest[rest.startIndex] - center), abs(rest[rest.endIndex - 1] - center))
      rest = low > high ? rest.dropFirst() : rest.dropLast()
      return max(low, high)
    }
    for _ in 0..<(sorted.count - 1) / 2 { _ = next() }
    let upper = next()
    let lower = sorted.count % 2 == 1 ? upper : next()
    return 1.4826 * (lower + (upper - lower) * 0.5)
  }
}
