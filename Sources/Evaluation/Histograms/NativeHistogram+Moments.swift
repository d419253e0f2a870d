public import Model

extension NativeHistogram {
  /// The mean of the observations; NaN for an empty histogram.
  public var average: Double { sum / count }

  /// The variance of the observations, every bucket taken as one value.
  ///
  /// That value is the middle of a custom bucket, the geometric mean of an exponential bucket's
  /// bounds, and 0 for the zero bucket.
  public var variance: Double {
    let mean = average
    var total = CompensatedSum()
    for bucket in allBuckets where bucket.count != 0 {
      let distance = representative(of: bucket) - mean
      total.add(bucket.count * distance * distance)
    }
    return total.value / count
  }

  /// The square root of `variance`.
  public var standardDeviation: Double { variance.squareRoot() }

  private func representative(of bucket: HistogramBucket) -> Double {
    if usesCustomBounds { return (bucket.upper + bucket.lower) / 2 }
    if bucket.lower <= 0, bucket.upper >= 0 { return 0 }
    let middle = (bucket.upper * bucket.lower).squareRoot()
    return bucket.upper < 0 ? -middle : middle
  }
}
