import Glibc
public import Model

extension NativeHistogram {
  /// The share of observations between two values, as `histogram_fraction` estimates it.
  ///
  /// The inverse of `quantile`, with the same interpolation. A custom bucket without a lower or upper
  /// end has no inside: a value there has the whole bucket below it, or all of it above.
  ///
  /// - Parameters:
  ///   - lower: -Inf for all observations below `upper`.
  ///   - upper: +Inf for all observations above `lower`.
  /// - Returns: 0...1; NaN for an empty histogram or a NaN bound; 0 unless `lower < upper`. A remark
  ///   when there are observations of NaN.
  public func fraction(
    from lower: Double, to upper: Double
  ) -> (value: Double, remark: HistogramRemark?) {
    if count == 0 || lower.isNaN || upper.isNaN { return (.nan, nil) }
    if lower >= upper { return (0, nil) }
    let buckets = allBuckets.map(withUsableBounds)
    var limit = count
    var remark: HistogramRemark?
    if sum.isNaN {
      let total = buckets.reduce(0) { $0 + $1.count }
      if total < count {
        limit = total
        remark = .fractionLacksNaN
      }
    }
    let below = rank(of: lower, in: buckets, limit: limit)
    let reached = rank(of: upper, in: buckets, limit: limit)
    return ((reached - below) / count, remark)
  }

  private func withUsableBounds(_ bucket: HistogramBucket) -> HistogramBucket {
    if !usesCustomBounds {
      return bucket.lower <= 0 && bucket.upper >= 0 ? zeroBucketOnOneSide(bucket) : bucket
    }
    var bucket = bucket
    if bucket.lower == -.infinity, bucket.upper > 0 { bucket.lower = 0 }
    return bucket
  }

  /// The number of observations below `value`.
  private func rank(of value: Double, in buckets: [HistogramBucket], limit: Double) -> Double {
    var rank = 0.0
    for bucket in buckets {
      if bucket.lower >= value { return min(rank, limit) }
      if bucket.upper > value {
        return min(rank + bucket.count * share(of: bucket, below: value), limit)
      }
      rank += bucket.count
    }
    return limit
  }

  /// The share of a bucket's observations below a value inside of it.
  func share(of bucket: HistogramBucket, below value: Double) -> Double {
    if usesCustomBounds || (bucket.lower <= 0 && bucket.upper >= 0) {
      if bucket.lower == -.infinity { return 1 }
      return (value - bucket.lower) / (bucket.upper - bucket.lower)
    }
    let lower = log2(bucket.lower.magnitude)
    let upper = log2(bucket.upper.magnitude)
    let place = log2(value.magnitude)
    return value > 0
      ? (place - lower) / (upper - lower) : 1 - (place - upper) / (lower - upper)
  }
}
