public import Model

/// The sum of histograms, each count kept with what rounding takes from it.
///
/// Layouts are reconciled as they come: the result has the coarsest schema, the widest zero bucket,
/// the custom bounds in common.
public struct HistogramSum: Sendable {
  private var sum: NativeHistogram
  /// Same layout as `sum`; its counts are what rounding took.
  private var lost: NativeHistogram

  /// A sum that begins with `first`.
  public init(_ first: NativeHistogram) {
    sum = first
    lost = NativeHistogram()
    lost.schema = first.schema
    lost.zeroThreshold = first.zeroThreshold
    lost.customBounds = first.customBounds
    lost.counterResetHint = first.counterResetHint
  }

  /// Adds `other`.
  ///
  /// - Parameter other: A histogram of the same kind of schema.
  /// - Returns: What had to be reconciled.
  /// - Throws: `HistogramError.incompatibleSchemas`; the sum is then unchanged.
  @discardableResult
  public mutating func add(
    _ other: NativeHistogram
  ) throws(HistogramError) -> HistogramReconciliation {
    var other = other
    let reconciliation = try sum.reconcile(with: &other)
    takeOverLayout()
    (sum.count, lost.count) = Self.add(other.count, sum.count, lost.count)
    (sum.sum, lost.sum) = Self.add(other.sum, sum.sum, lost.sum)
    (sum.zeroCount, lost.zeroCount) = Self.add(other.zeroCount, sum.zeroCount, lost.zeroCount)
    for side in NativeHistogram.Side.allCases { addBuckets(of: other, side) }
    return reconciliation
  }

  /// The sum so far.
  public var value: NativeHistogram {
    var result = sum
    // Equal layouts always add.
    _ = try? result.add(lost)
    return result
  }

  /// True when a count or the sum is infinite.
  var isInfinite: Bool { sum.holdsInfinity }

  /// Divides what was summed up so far.
  mutating func divide(by divisor: Double) {
    sum.divide(by: divisor)
    lost.divide(by: divisor)
  }

  /// Multiplies what was summed up so far.
  mutating func multiply(by factor: Double) {
    sum.multiply(by: factor)
    lost.multiply(by: factor)
  }

  private mutating func takeOverLayout() {
    lost.counterResetHint = sum.counterResetHint
    if sum.usesCustomBounds {
      if lost.customBounds != sum.customBounds {
        lost = lost.rebinned(toBounds: sum.customBounds)
      }
      return
    }
    if lost.zeroThreshold != sum.zeroThreshold {
      for side in NativeHistogram.Side.allCases {
        var outside = lost.indexedCounts(side)
        let inside = outside.prefix {
          lost.upperBound(index: $0.index - 1) < sum.zeroThreshold
        }
        lost.zeroCount += inside.reduce(0) { $0 + $1.count }
        outside.removeFirst(inside.count)
        lost.setCounts(outside, side)
      }
      lost.zeroThreshold = sum.zeroThreshold
    }
    lost = lost.reduced(toSchema: sum.schema)
  }

  private mutating func addBuckets(of other: NativeHistogram, _ side: NativeHistogram.Side) {
    let (a, b, c) = (
      sum.indexedCounts(side), other.indexedCounts(side), lost.indexedCounts(side)
    )
    var sums: [NativeHistogram.IndexedCount] = []
    var rests: [NativeHistogram.IndexedCount] = []
    var (i, j, k) = (0, 0, 0)
    while i < a.count || j < b.count || k < c.count {
      let index = min(
        i < a.count ? a[i].index : .max, j < b.count ? b[j].index : .max,
        k < c.count ? c[k].index : .max)
      var total = (sum: 0.0, rest: 0.0)
      if i < a.count, a[i].index == index {
        total.sum = a[i].count
        i += 1
      }
      if k < c.count, c[k].index == index {
        total.rest = c[k].count
        k += 1
      }
      if j < b.count, b[j].index == index {
        total = Self.add(b[j].count, total.sum, total.rest)
        j += 1
      }
      sums.append(.init(index: index, count: total.sum))
      rests.append(.init(index: index, count: total.rest))
    }
    sum.setCounts(sums, side)
    lost.setCounts(rests, side)
  }

  private static func add(
    _ value: Double, _ sum: Double, _ lost: Double
  ) -> (sum: Double, rest: Double) {
    var total = CompensatedSum(sum, compensation: lost)
    total.add(value)
    return (total.sum, total.compensation)
  }
}

extension NativeHistogram {
  /// True when a count or the sum is infinite.
  var holdsInfinity: Bool {
    count.isInfinite || sum.isInfinite || zeroCount.isInfinite
      || positiveBuckets.contains(where: \.isInfinite)
      || negativeBuckets.contains(where: \.isInfinite)
  }
}
