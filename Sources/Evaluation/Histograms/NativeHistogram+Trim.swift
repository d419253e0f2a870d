public import Model

extension NativeHistogram {
  /// The end of a histogram that a trim keeps.
  public enum Kept: Sendable {
    /// Observations up to a value: `h </ x`.
    case below
    /// Observations from a value on: `h >/ x`.
    case above
  }

  /// The observations on one side of `cut`, as the operators `</` and `>/` estimate them.
  ///
  /// A bucket that `cut` falls into keeps the share that `fraction` would find there. Once anything is
  /// cut off, count and sum are estimated anew from the buckets, each observation taken as the middle
  /// of what is left of its bucket (the geometric one in exponential buckets). The open ends of
  /// custom bounds cannot be shared: the last bucket goes as a whole or stays as a whole, and so does
  /// the first when it holds values below 0.
  ///
  /// - Parameters:
  ///   - kept: Which side stays.
  ///   - cut: Where to cut; an infinite one keeps all or nothing, NaN keeps nothing.
  /// - Returns: The trimmed histogram, compacted; this one when nothing is cut off.
  public func trimmed(keeping kept: Kept, of cut: Double) -> NativeHistogram {
    var result = self
    var count = 0.0
    var sum = 0.0
    var isChanged = false
    for side in Side.allCases {
      var counts = indexedCounts(side)
      for (place, bucket) in buckets(side).enumerated() where bucket.count != 0 {
        let rest = remainder(of: bucket, keeping: kept, of: cut)
        if rest.count != bucket.count { isChanged = true }
        counts[place].count = rest.count
        count += rest.count
        sum += rest.count == 0 ? 0 : rest.count * rest.middle
      }
      result.setCounts(counts, side)
    }
    if zeroCount > 0 {
      let rest = zeroRemainder(keeping: kept, of: cut)
      if rest.count != zeroCount { isChanged = true }
      result.zeroCount = rest.count
      count += rest.count
      sum += rest.count * rest.middle
    }
    guard isChanged else { return self }
    result.count = count
    result.sum = sum
    return result.compacted()
  }

  /// What stays of a bucket.
  private func remainder(
    of bucket: HistogramBucket, keeping kept: Kept, of cut: Double
  ) -> (count: Double, middle: Double) {
    let isWhole = kept == .below ? bucket.upper <= cut : bucket.lower >= cut
    if isWhole { return (bucket.count, middle(bucket.lower, bucket.upper)) }
    let isCut = bucket.lower < cut && bucket.upper > cut
    guard isCut else { return (0, 0) }
    if bucket.lower == -.infinity {
      return openBelow(bucket, keeping: kept, of: cut)
    }
    if bucket.upper == .infinity {
      return kept == .below ? (0, 0) : (bucket.count, cut)
    }
    let below = share(of: bucket, below: cut)
    return kept == .below
      ? (bucket.count * below, middle(bucket.lower, cut))
      : (bucket.count * (1 - below), middle(cut, bucket.upper))
  }

  /// What stays of a first custom bucket, which begins at 0 when it ends above.
  private func openBelow(
    _ bucket: HistogramBucket, keeping kept: Kept, of cut: Double
  ) -> (count: Double, middle: Double) {
    let isShareable = bucket.upper > 0 && bucket.upper < .infinity
    switch kept {
    case .below:
      if bucket.upper <= 0 { return (bucket.count, cut) }
      return isShareable && cut > 0 ? (bucket.count * cut / bucket.upper, cut / 2) : (0, 0)
    case .above:
      guard isShareable, cut >= 0 else { return (0, 0) }
      return (bucket.count * (1 - cut / bucket.upper), (cut + bucket.upper) / 2)
    }
  }

  private func zeroRemainder(
    keeping kept: Kept, of cut: Double
  ) -> (count: Double, middle: Double) {
    var (lower, upper) = (-zeroThreshold, zeroThreshold)
    let hasPositive = positiveBuckets.contains { $0 != 0 }
    let hasNegative = negativeBuckets.contains { $0 != 0 }
    if hasPositive, !hasNegative { lower = 0 }
    if hasNegative, !hasPositive { upper = 0 }
    switch kept {
    case .below:
      if cut >= upper { return (zeroCount, (lower + upper) / 2) }
      guard cut > lower else { return (0, 0) }
      return (zeroCount * (cut - lower) / (upper - lower), (lower + cut) / 2)
    case .above:
      if cut <= lower { return (zeroCount, (lower + upper) / 2) }
      guard cut < upper else { return (0, 0) }
      return (zeroCount * (upper - cut) / (upper - lower), (cut + upper) / 2)
    }
  }

  /// The value that stands for observations between two bounds.
  private func middle(_ lower: Double, _ upper: Double) -> Double {
    if lower == -.infinity {
      if upper == .infinity { return 0 }
      return upper > 0 ? upper / 2 : upper
    }
    if upper == .infinity { return lower }
    if usesCustomBounds { return (lower + upper) / 2 }
    let middle = (lower * upper).magnitude.squareRoot()
    return lower < 0 ? -middle : middle
  }
}
