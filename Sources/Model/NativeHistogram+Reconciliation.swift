extension NativeHistogram {
  /// Brings this histogram and `other` to one layout, so that equal bucket indices mean equal bounds.
  ///
  /// Exponential schemas become the coarser of the two, zero buckets the wider of the two or wider
  /// still, custom bounds those that both have. The counter reset hint becomes that of a combination.
  ///
  /// - Parameter other: Loses no observation, only resolution.
  /// - Returns: What had to be smoothed over.
  /// - Throws: `HistogramError.incompatibleSchemas`; both are then unchanged.
  public mutating func reconcile(
    with other: inout NativeHistogram
  ) throws(HistogramError) -> HistogramReconciliation {
    guard usesCustomBounds == other.usesCustomBounds else { throw .incompatibleSchemas }
    var reconciliation: HistogramReconciliation = []
    let (hint, isCollision) = Self.combinedHint(counterResetHint, other.counterResetHint)
    counterResetHint = hint
    if isCollision { reconciliation.insert(.counterResetCollision) }
    if usesCustomBounds {
      if customBounds != other.customBounds {
        let common = Self.intersection(customBounds, other.customBounds)
        self = rebinned(toBounds: common)
        other = other.rebinned(toBounds: common)
        reconciliation.insert(.mismatchedBounds)
      }
    } else {
      reconcileZeroBuckets(with: &other)
      self = reduced(toSchema: other.schema)
      other = other.reduced(toSchema: schema)
    }
    return reconciliation
  }

  /// The hint of a sum or difference: equal hints stay, a gauge wins, then `unknown`.
  ///
  /// - Parameters:
  ///   - a: One operand's hint.
  ///   - b: The other's.
  /// - Returns: The hint, and true when `reset` met `notReset`, which nothing can be said about.
  static func combinedHint(
    _ a: CounterResetHint, _ b: CounterResetHint
  ) -> (hint: CounterResetHint, isCollision: Bool) {
    if a == b { return (a, false) }
    if a == .gauge || b == .gauge { return (.gauge, false) }
    return (.unknown, a != .unknown && b != .unknown)
  }

  /// The bounds that two rising lists share.
  static func intersection(_ a: [Double], _ b: [Double]) -> [Double] {
    var result: [Double] = []
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        result.append(a[i])
        i += 1
        j += 1
      } else if a[i] < b[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return result
  }

  /// Widens the narrower zero bucket until both have one threshold that cuts no populated bucket.
  private mutating func reconcileZeroBuckets(with other: inout NativeHistogram) {
    // Each widening may land beyond the other's threshold; thresholds only grow, and are bounds of
    // buckets that exist, so this ends.
    while zeroThreshold != other.zeroThreshold {
      if zeroThreshold < other.zeroThreshold {
        widenZeroBucket(to: other.zeroThreshold)
      } else if zeroThreshold > other.zeroThreshold {
        other.widenZeroBucket(to: zeroThreshold)
      } else {
        return  // NaN: a broken histogram, left as it is
      }
    }
  }

  /// Moves the observations up to `threshold`, in absolute value, into the zero bucket.
  mutating func widenZeroBucket(to threshold: Double) {
    let (count, reached) = zeroCount(wideningTo: threshold)
    zeroCount = count
    zeroThreshold = reached
    for side in Side.allCases {
      setCounts(
        indexedCounts(side).filter { bucket in
          bucket.count != 0 && upperBound(index: bucket.index - 1) >= reached
        }, side)
    }
  }

  /// What the zero bucket would hold if it reached as far as `threshold`.
  ///
  /// - Parameter threshold: At least `zeroThreshold`.
  /// - Returns: The count, and the threshold moved out to the end of the populated bucket it cuts.
  public func zeroCount(wideningTo threshold: Double) -> (count: Double, threshold: Double) {
    precondition(!(threshold < zeroThreshold), "threshold \(threshold) < \(zeroThreshold)")
    if threshold == zeroThreshold { return (zeroCount, threshold) }
    let positive = indexedCounts(.positive)
    let negative = indexedCounts(.negative)
    var reached = threshold
    while true {
      let before = reached
      var count = zeroCount
      for bucket in positive {
        guard upperBound(index: bucket.index - 1) < reached else { break }
        count += bucket.count
        let upper = upperBound(index: bucket.index)
        if upper > reached, bucket.count != 0 { reached = upper }
        if upper >= reached { break }
      }
      for bucket in negative {
        guard upperBound(index: bucket.index - 1) < reached else { break }
        count += bucket.count
        let upper = upperBound(index: bucket.index)
        if upper > reached, bucket.count != 0 { reached = upper }
        if upper >= reached { break }
      }
      // A wider threshold may take in more of the side that was counted before it was known.
      if reached == before { return (count, reached) }
    }
  }
}
