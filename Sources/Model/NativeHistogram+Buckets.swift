/// A bucket with its bounds.
public struct HistogramBucket: Hashable, Sendable {
  /// Lower bound, -Inf included.
  public var lower: Double
  /// Upper bound, +Inf included; at least `lower`.
  public var upper: Double
  /// True when observations equal to `lower` are counted here.
  public var includesLower: Bool
  /// True when observations equal to `upper` are counted here.
  public var includesUpper: Bool
  /// Number of observations.
  public var count: Double

  /// A bucket from `lower` to `upper`.
  public init(
    lower: Double, upper: Double, includesLower: Bool, includesUpper: Bool, count: Double
  ) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
    self.count = count
  }
}

extension NativeHistogram {
  /// The zero bucket, closed at both ends; meaningless with custom bounds.
  public var zeroBucket: HistogramBucket {
    HistogramBucket(
      lower: -zeroThreshold, upper: zeroThreshold, includesLower: true, includesUpper: true,
      count: zeroCount)
  }

  /// The explicit buckets of one side, from the zero bucket outwards.
  ///
  /// - Parameter side: Which buckets.
  /// - Returns: Buckets by rising index; those of the negative side run downwards.
  public func buckets(_ side: Side) -> [HistogramBucket] {
    var previous: (index: Int, bound: Double)?
    return indexedCounts(side).map { bucket in
      let inner =
        previous?.index == bucket.index - 1
        ? previous?.bound ?? upperBound(index: bucket.index - 1)
        : upperBound(index: bucket.index - 1)
      let outer = upperBound(index: bucket.index)
      previous = (bucket.index, outer)
      switch side {
      case .positive:
        return HistogramBucket(
          lower: inner, upper: outer, includesLower: usesCustomBounds && bucket.index == 0,
          includesUpper: true, count: bucket.count)
      case .negative:
        return HistogramBucket(
          lower: -outer, upper: -inner, includesLower: true, includesUpper: false,
          count: bucket.count)
      }
    }
  }

  /// Every bucket, lowest first: negative ones, the zero bucket when it is populated, positive ones.
  ///
  /// A bucket that reaches into the zero bucket is cut at the zero threshold.
  public var allBuckets: [HistogramBucket] {
    var result: [HistogramBucket] = []
    result.reserveCapacity(negativeBuckets.count + positiveBuckets.count + 1)
    for bucket in buckets(.negative).reversed() { result.append(cutAtZeroBucket(bucket)) }
    if zeroCount > 0 { result.append(zeroBucket) }
    for bucket in buckets(.positive) { result.append(cutAtZeroBucket(bucket)) }
    return result
  }

  private func cutAtZeroBucket(_ bucket: HistogramBucket) -> HistogramBucket {
    var bucket = bucket
    if bucket.upper < 0 {
      bucket.upper = min(bucket.upper, -zeroThreshold)
    } else if bucket.lower > 0 {
      bucket.lower = max(bucket.lower, zeroThreshold)
    }
    return bucket
  }
}
