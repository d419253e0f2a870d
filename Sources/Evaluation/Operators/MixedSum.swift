import Model

/// Sums and means of samples of which some may be histograms: `sum`, `avg`, their `_over_time` kin.
enum MixedSum {
  /// Why samples that are not all floats have no sum, or what is to be said of one that they have.
  enum Remark {
    case mixedTypes
    case histogram(HistogramRemark)
  }

  /// The sum or mean of at least one sample; nil when floats and histograms, or exponential and
  /// custom buckets, are mixed.
  static func reduce(
    _ elements: [SampleValue], isMean: Bool, _ remark: (Remark) -> Void
  ) -> SampleValue? {
    var floats: [Double] = []
    var histograms: [NativeHistogram] = []
    for element in elements {
      switch element {
      case .float(let value): floats.append(value)
      case .histogram(let histogram): histograms.append(histogram)
      }
    }
    guard let first = histograms.first else {
      if isMean { return .float(mean(floats)) }
      var sum = CompensatedSum()
      for value in floats { sum.add(value) }
      return .float(sum.value)
    }
    guard floats.isEmpty else {
      remark(.mixedTypes)
      return nil
    }
    return reduce(first, histograms.dropFirst(), isMean: isMean, remark)
      .map(SampleValue.histogram)
  }

  /// The sum or mean of histograms alone.
  static func reduce(
    _ first: NativeHistogram, _ rest: some Sequence<NativeHistogram>, isMean: Bool,
    _ remark: (Remark) -> Void
  ) -> NativeHistogram? {
    var sum = HistogramSum(first)
    var mean = HistogramMean(first)
    var hints: Set<NativeHistogram.CounterResetHint> = [first.counterResetHint]
    do {
      for histogram in rest {
        hints.insert(histogram.counterResetHint)
        let reconciliation = isMean ? try mean.add(histogram) : try sum.add(histogram)
        if reconciliation.contains(.mismatchedBounds) {
          remark(.histogram(.mismatchedBounds(.aggregation)))
        }
      }
    } catch {
      remark(.histogram(.mixedSchemas))
      return nil
    }
    if hints.contains(.reset), hints.contains(.notReset) {
      remark(.histogram(.counterResetCollision(.aggregation)))
    }
    return (isMean ? mean.value : sum.value).compacted()
  }
}
