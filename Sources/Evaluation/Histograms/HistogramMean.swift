public import Model

/// The mean of histograms, as `avg` and `avg_over_time` need it.
///
/// The sum is divided at the end, which is exact where it can be. When it would overflow though no
/// histogram is infinite, the mean itself is carried on from there.
public struct HistogramMean: Sendable {
  private var total: HistogramSum
  private var isMean = false
  /// Number of histograms.
  public private(set) var count = 1.0

  /// A mean that begins with `first`.
  public init(_ first: NativeHistogram) {
    total = HistogramSum(first)
  }

  /// Takes `other` in.
  ///
  /// - Parameter other: A histogram of the same kind of schema.
  /// - Returns: What had to be reconciled.
  /// - Throws: `HistogramError.incompatibleSchemas`; the mean is then unchanged.
  @discardableResult
  public mutating func add(
    _ other: NativeHistogram
  ) throws(HistogramError) -> HistogramReconciliation {
    if !isMean {
      var next = total
      let reconciliation = try next.add(other)
      if !next.isInfinite || total.isInfinite || other.holdsInfinity {
        total = next
        count += 1
        return reconciliation
      }
      total.divide(by: count)
      isMean = true
    }
    // The mean so far, and what rounding took from it, shrink to their share of the new mean.
    var next = total
    next.multiply(by: count / (count + 1))
    var step = other
    step.divide(by: count + 1)
    let reconciliation = try next.add(step)
    total = next
    count += 1
    return reconciliation
  }

  /// The mean so far.
  public var value: NativeHistogram {
    var result = total.value
    if !isMean { result.divide(by: count) }
    return result
  }
}
