/// Why two histograms cannot be combined.
public enum HistogramError: String, Error, Hashable, Sendable {
  /// One has exponential buckets, the other custom bounds.
  case incompatibleSchemas = "incompatible-schemas"
}

/// What had to be smoothed over when two histograms were combined; each fact is worth an annotation.
public struct HistogramReconciliation: OptionSet, Hashable, Sendable {
  /// One bit for each fact.
  public let rawValue: UInt8

  /// The facts of `rawValue`.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// One operand says that its counter was reset, the other that it was not; the result says neither.
  public static let counterResetCollision = HistogramReconciliation(rawValue: 1)
  /// The custom bounds differ; the result has those that both operands have.
  public static let mismatchedBounds = HistogramReconciliation(rawValue: 2)
}

extension NativeHistogram {
  /// Adds the observations of `other`.
  ///
  /// The result has the coarser schema and the wider zero bucket of the two. Buckets may be empty
  /// afterwards, see `compacted`.
  ///
  /// - Parameter other: A histogram of the same kind of schema.
  /// - Returns: What had to be reconciled.
  /// - Throws: `HistogramError.incompatibleSchemas`; this histogram is then unchanged.
  @discardableResult
  public mutating func add(
    _ other: NativeHistogram
  ) throws(HistogramError) -> HistogramReconciliation {
    try combine(other) { $0 + $1 }
  }

  /// Takes the observations of `other` away.
  ///
  /// The counter reset hint follows the rules of addition; PromQL's `-` makes the result a gauge,
  /// which is left to the caller.
  ///
  /// - Parameter other: A histogram of the same kind of schema.
  /// - Returns: What had to be reconciled.
  /// - Throws: `HistogramError.incompatibleSchemas`; this histogram is then unchanged.
  @discardableResult
  public mutating func subtract(
    _ other: NativeHistogram
  ) throws(HistogramError) -> HistogramReconciliation {
    try combine(other) { $0 - $1 }
  }

  /// Multiplies every count and the sum; a negative factor makes the histogram a gauge.
  public mutating func multiply(by factor: Double) {
    mapCounts { $0 * factor }
    if factor < 0 { counterResetHint = .gauge }
  }

  /// Divides every count and the sum; a negative divisor makes the histogram a gauge.
  ///
  /// Division by zero leaves no buckets: count, sum and zero count are infinite or NaN.
  public mutating func divide(by divisor: Double) {
    if divisor == 0 {
      setCounts([], .positive)
      setCounts([], .negative)
    }
    mapCounts { $0 / divisor }
    if divisor < 0 { counterResetHint = .gauge }
  }

  /// True when both hold the same data, bit for bit; the counter reset hint is not compared.
  ///
  /// Buckets must agree with the empty ones among them: compact both sides first.
  public func hasSameData(as other: NativeHistogram) -> Bool {
    schema == other.schema && zeroThreshold == other.zeroThreshold
      && count.bitPattern == other.count.bitPattern && sum.bitPattern == other.sum.bitPattern
      && zeroCount.bitPattern == other.zeroCount.bitPattern
      && (!usesCustomBounds || customBounds == other.customBounds)
      && Side.allCases.allSatisfy { side in
        indexedCounts(side).elementsEqual(other.indexedCounts(side)) {
          $0.index == $1.index && $0.count.bitPattern == $1.count.bitPattern
        }
      }
  }

  private mutating func mapCounts(_ transform: (Double) -> Double) {
    count = transform(count)
    sum = transform(sum)
    zeroCount = transform(zeroCount)
    for place in positiveBuckets.indices {
      positiveBuckets[place] = transform(positiveBuckets[place])
    }
    for place in negativeBuckets.indices {
      negativeBuckets[place] = transform(negativeBuckets[place])
    }
  }

  private mutating func combine(
    _ other: NativeHistogram, _ operation: (Double, Double) -> Double
  ) throws(HistogramError) -> HistogramReconciliation {
    var other = other
    let reconciliation = try reconcile(with: &other)
    count = operation(count, other.count)
    sum = operation(sum, other.sum)
    zeroCount = operation(zeroCount, other.zeroCount)
    for side in usesCustomBounds ? [Side.positive] : Side.allCases {
      setCounts(Self.merged(indexedCounts(side), other.indexedCounts(side), operation), side)
    }
    return reconciliation
  }

  /// The union of two lists of buckets; a bucket that one lacks counts as 0 there.
  private static func merged(
    _ a: [IndexedCount], _ b: [IndexedCount], _ operation: (Double, Double) -> Double
  ) -> [IndexedCount] {
    var result: [IndexedCount] = []
    result.reserveCapacity(max(a.count, b.count))
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if j == b.count || (i < a.count && a[i].index < b[j].index) {
        result.append(a[i])
        i += 1
      } else if i == a.count || b[j].index < a[i].index {
        result.append(IndexedCount(index: b[j].index, count: operation(0, b[j].count)))
        j += 1
      } else {
        result.append(IndexedCount(index: a[i].index, count: operation(a[i].count, b[j].count)))
        i += 1
        j += 1
      }
    }
    return result
  }
}
