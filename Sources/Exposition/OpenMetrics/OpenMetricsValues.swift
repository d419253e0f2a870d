import Model

/// What the type of a family demands of each of its samples.
///
/// Source: OpenMetrics 1.0, "Metric Types".
enum OpenMetricsValues {
  static func check(
    _ sample: OpenMetricsSample, family: String, type: OpenMetricsDocument.MetricType,
    suffix: String
  ) throws(LineError) {
    func refuse(_ expected: String, at range: Range<Int>) -> LineError {
      LineError(.badDocument, range, expected: expected)
    }
    let (value, series, number) = (sample.value, sample.seriesRange, sample.valueRange)
    switch type {
    case .stateset:
      if sample.labels[family] == nil { throw refuse("a label \(quoted(family))", at: series) }
      if value != 0, value != 1 { throw refuse("0 or 1 as the value of a state", at: number) }
    case .info:
      if value != 1 { throw refuse("1 as the value of an info metric", at: number) }
    case .summary where suffix.isEmpty:
      let quantile = sample.labels["quantile"].flatMap(Double.init) ?? -1
      guard quantile >= 0, quantile <= 1 else {
        throw refuse("a label \"quantile\" of 0 to 1", at: series)
      }
      if value < 0 { throw refuse("a quantile that is not negative", at: number) }
    case .histogram where suffix == "_bucket", .gaugehistogram where suffix == "_bucket":
      let text = sample.labels["le"] ?? ""
      guard let bound = Double(text), !bound.isNaN, bound != .infinity || text == "+Inf" else {
        throw refuse("a label \"le\" with a number or \"+Inf\"", at: series)
      }
    default: break
    }
    let isCount = suffix == "_bucket" || suffix == "_count" || suffix == "_gcount"
    let isCumulative = isCount || suffix == "_total" || suffix == "_sum"
    if (isCumulative || suffix == "_gsum"), value.isNaN {
      throw refuse("a number that is not NaN", at: number)
    }
    if isCumulative, value < 0 { throw refuse("a number that is not negative", at: number) }
    if isCount, value.rounded() != value { throw refuse("a whole number", at: number) }
    let isBucket = suffix == "_bucket" && (type == .histogram || type == .gaugehistogram)
    if sample.hasExemplar, !isBucket, !(type == .counter && suffix == "_total") {
      throw LineError(
        .badExemplar, series, expected: "exemplars on buckets and counter totals only")
    }
  }
}

/// What the samples of one histogram metric demand of each other.
struct HistogramCheck: Sendable {
  private var metric: Labels?
  private var seconds: Double?
  private var bound: Double?
  private var bucket = 0.0
  private var count: Double?
  private var hasSum = false
  private var hasNegativeSum = false
  private var hasGaugeSum = false
  private var hasNegativeBound = false

  /// Takes the next sample; a new metric or time ends the histogram before it.
  mutating func take(
    _ sample: OpenMetricsSample, metric: Labels, suffix: String
  ) throws(LineError) {
    if self.metric != metric || seconds != sample.seconds {
      try finish(at: sample.seriesRange)
      self = HistogramCheck()
      (self.metric, seconds) = (metric, sample.seconds)
    }
    switch suffix {
    case "_bucket":
      let upper = sample.labels["le"].flatMap(Double.init) ?? .nan
      if let bound, upper <= bound {
        throw refuse("buckets in the order of their bounds", sample.seriesRange)
      }
      if sample.value < bucket {
        throw refuse("bucket counts that do not fall", sample.valueRange)
      }
      if upper < 0 { hasNegativeBound = true }
      bound = upper
      bucket = sample.value
    case "_count", "_gcount": count = sample.value
    case "_sum": hasSum = true
    case "_gsum":
      hasGaugeSum = true
      hasNegativeSum = sample.value < 0
    default: break
    }
  }

  /// Checks the histogram that ends before `range`.
  func finish(at range: Range<Int>) throws(LineError) {
    guard metric != nil else { return }
    if bound != .infinity { throw refuse("a bucket le=\"+Inf\" in each histogram", range) }
    if let count, count != bucket {
      throw refuse("a count equal to the bucket le=\"+Inf\"", range)
    }
    if hasSum || hasGaugeSum, count == nil { throw refuse("a count with each sum", range) }
    if count != nil, !hasSum, !hasGaugeSum { throw refuse("a sum with each count", range) }
    if hasNegativeBound, hasSum { throw refuse("no sum where bounds are negative", range) }
    if hasNegativeSum, !hasNegativeBound {
      throw refuse("a negative sum only where bounds are negative", range)
    }
  }

  private func refuse(_ expected: String, _ range: Range<Int>) -> LineError {
    LineError(.badDocument, range, expected: expected)
  }
}
