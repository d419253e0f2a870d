import Glibc
public import Model

extension NativeHistogram {
  /// The φ-quantile, as `histogram_quantile` estimates it.
  ///
  /// Inside a bucket the estimate is linear with custom bounds and in the zero bucket, and on a
  /// logarithmic scale in exponential buckets: half of a bucket's observations lie below the bound
  /// that the next finer schema would put there. The zero bucket reaches only to one side when all
  /// other observations are on that side. The first custom bucket begins at 0, or is a single point
  /// when it ends at 0 or below; so is the last one.
  ///
  /// - Parameter φ: Below 0 gives -Inf, above 1 +Inf, NaN gives NaN, as does an empty histogram.
  /// - Returns: The estimate, and a remark when observations of NaN touch it.
  public func quantile(_ φ: Double) -> (value: Double, remark: HistogramRemark?) {
    if φ < 0 { return (-.infinity, nil) }
    if φ > 1 { return (.infinity, nil) }
    if count == 0 || φ.isNaN { return (.nan, nil) }
    // NaN observations are in `count` but in no bucket: only counting from below is right then.
    let isForward = sum.isNaN || φ < 0.5
    let buckets = isForward ? allBuckets : allBuckets.reversed()
    let rank = isForward ? φ * count : (1 - φ) * count
    var bucket = HistogramBucket(
      lower: 0, upper: 0, includesLower: true, includesUpper: true, count: 0)
    var reached = 0.0
    var place = 0
    while place < buckets.count {
      bucket = buckets[place]
      place += 1
      if bucket.count == 0 { continue }
      reached += bucket.count
      if reached >= rank { break }
    }
    bucket = withoutInfiniteOrEmptySide(bucket)
    // A single point: the buckets at the ends of custom bounds.
    if usesCustomBounds, place > 0, bucket.lower == bucket.upper { return (bucket.upper, nil) }
    // Counts add up with rounding; no rank lies beyond the whole.
    reached = min(reached, count)
    if reached < rank {
      return sum.isNaN ? (.nan, .quantileIsNaN) : (bucket.upper, nil)
    }
    let rankInBucket = isForward ? rank - (reached - bucket.count) : reached - rank
    let value = interpolate(bucket, rankInBucket / bucket.count)
    guard sum.isNaN else { return (value, nil) }
    let total = buckets[place...].reduce(reached) { $0 + $1.count }
    return (value, total < count ? .quantileIsSkewed : nil)
  }

  /// The bucket with the bounds that an estimate uses.
  private func withoutInfiniteOrEmptySide(_ bucket: HistogramBucket) -> HistogramBucket {
    var bucket = bucket
    if usesCustomBounds {
      if bucket.lower == -.infinity {
        bucket.lower = bucket.upper <= 0 ? bucket.upper : 0
      } else if bucket.upper == .infinity {
        bucket.upper = bucket.lower
      }
    } else if bucket.lower < 0, bucket.upper > 0 {
      bucket = zeroBucketOnOneSide(bucket)
    }
    return bucket
  }

  /// The zero bucket, cut at 0 when all other buckets are on one side of it.
  func zeroBucketOnOneSide(_ bucket: HistogramBucket) -> HistogramBucket {
    var bucket = bucket
    if negativeBuckets.isEmpty, !positiveBuckets.isEmpty {
      bucket.lower = 0
    } else if positiveBuckets.isEmpty, !negativeBuckets.isEmpty {
      bucket.upper = 0
    }
    return bucket
  }

  /// The value below which `fraction` of the bucket's observations are.
  private func interpolate(_ bucket: HistogramBucket, _ fraction: Double) -> Double {
    if usesCustomBounds || (bucket.lower <= 0 && bucket.upper >= 0) {
      return bucket.lower + (bucket.upper - bucket.lower) * fraction
    }
    let lower = log2(bucket.lower.magnitude)
    let upper = log2(bucket.upper.magnitude)
    if bucket.lower > 0 { return exp2(lower + (upper - lower) * fraction) }
    return -exp2(upper + (lower - upper) * (1 - fraction))
  }
}
