/// By how much one set lies above another.
public enum EffectSize {
  /// Values of a set that are looked at; more are thinned evenly.
  static let valuesMax = 400

  /// The shift of Hodges and Lehmann: the median of all differences between a value of `second` and
  /// one of `first`, in the values' own unit; NaN when a set is empty.
  ///
  /// Source: J. L. Hodges, E. L. Lehmann, "Estimates of Location Based on Rank Tests" (1963).
  /// - Complexity: O(n²), n at most 400.
  public static func shift(_ first: [Double], _ second: [Double]) -> Double {
    let a = thinned(Quantiles(first).sorted)
    let b = thinned(Quantiles(second).sorted)
    var differences: [Double] = []
    differences.reserveCapacity(a.count * b.count)
    for x in a { for y in b { differences.append(y - x) } }
    return Quantiles(differences).median
  }

  /// Every k-th of sorted values, from the middle of its step.
  private static func thinned(_ sorted: [Double]) -> [Double] {
    guard sorted.count > valuesMax else { return sorted }
    let step = Double(sorted.count) / Double(valuesMax)
    return (0..<valuesMax).map { sorted[Int((Double($0) + 0.5) * step)] }
  }
}
