import Model

/// `rate`, `increase` and `delta` of windows that the incremental form does not cover: histograms,
/// start timestamps, extended ranges.
extension RangeFunction {
  static func counter(_ name: String, isCounter: Bool, isRate: Bool) -> RangeFunction {
    RangeFunction(name: name) { window, remark in
      guard window.extent == .inside else {
        return extended(window, isCounter: isCounter, isRate: isRate, remark)
      }
      guard !window.isMixed else {
        window.remarkMixedTypes(remark)
        return nil
      }
      if isCounter { remarkOverlaps(window, remark) }
      if window.histograms.isEmpty {
        return floatRate(window, isCounter: isCounter, isRate: isRate)
      }
      return histogramRate(window, isCounter: isCounter, isRate: isRate, remark)
    }
  }

  private static func remarkOverlaps(_ window: RangeWindow, _ remark: Remark) {
    guard !window.starts.isEmpty else { return }
    let times = Array(window.times) + window.histograms.map(\.time)
    guard zip(times, times.dropFirst()).contains(where: { window.overlaps($0, $1) }) else { return }
    remark(
      .warning,
      "sample has start time that overlaps with previous sample timestamp for metric "
        + quoted(window.metricName))
  }

  private static func floatRate(
    _ window: RangeWindow, isCounter: Bool, isRate: Bool
  ) -> SampleValue? {
    let (times, values) = (window.times, window.values)
    let count = values.count
    let begin = isCounter ? window.startInside(before: times[0]) : nil
    guard count >= 2 || begin != nil else { return nil }
    var difference = values[count - 1] - values[0]
    if isCounter {
      for i in stride(from: 1, to: count, by: 1)
      where values[i] < values[i - 1] || window.restarted(between: times[i - 1], and: times[i]) {
        difference += values[i - 1]
      }
    }
    if begin != nil { difference += values[0] }
    let extrapolation = Extrapolation(
      window, first: times[0], last: times[count - 1], count: count, begin: begin)
    let factor = extrapolation.factor(
      firstValue: values[0], difference: difference, isCounter: isCounter, isRate: isRate)
    return .float(difference * factor)
  }

  private static func histogramRate(
    _ window: RangeWindow, isCounter: Bool, isRate: Bool, _ remark: Remark
  ) -> SampleValue? {
    let points = Array(window.histograms)
    let begin = isCounter ? window.startInside(before: points[0].time) : nil
    guard points.count >= 2 || begin != nil else { return nil }
    var difference: NativeHistogram
    do {
      difference =
        isCounter
        ? try counterIncrease(points, window, hasBegin: begin != nil, remark)
        : try gaugeDifference(points, window, remark)
    } catch {
      window.remark(.mixedSchemas, remark)
      return nil
    }
    let extrapolation = Extrapolation(
      window, first: points[0].time, last: points[points.count - 1].time, count: points.count,
      begin: begin)
    let factor = extrapolation.factor(
      firstValue: points[0].histogram.count, difference: difference.count, isCounter: isCounter,
      isRate: isRate)
    difference.multiply(by: factor)
    difference.counterResetHint = .gauge
    return .histogram(difference.compacted())
  }

  private static func gaugeDifference(
    _ points: [TimedHistogram], _ window: RangeWindow, _ remark: Remark
  ) throws(HistogramError) -> NativeHistogram {
    let (first, last) = (points[0].histogram, points[points.count - 1].histogram)
    if first.counterResetHint != .gauge || last.counterResetHint != .gauge {
      window.remarkWrongKind(isCounter: false, remark)
    }
    var difference = last
    if try difference.subtract(first).contains(.mismatchedBounds) {
      window.remark(.mismatchedBounds(.subtraction), remark)
    }
    return difference
  }

  /// Last less first, plus what resets took away.
  ///
  /// The first sample does not count, not even with its layout, when the second begins anew.
  private static func counterIncrease(
    _ points: [TimedHistogram], _ window: RangeWindow, hasBegin: Bool, _ remark: Remark
  ) throws(HistogramError) -> NativeHistogram {
    if points.contains(where: { $0.histogram.counterResetHint == .gauge }) {
      window.remarkWrongKind(isCounter: true, remark)
    }
    let resets = points.indices.map { i in
      i > 0
        && (points[i].histogram.isReset(since: points[i - 1].histogram)
          || window.restarted(between: points[i - 1].time, and: points[i].time))
    }
    let skipsFirst = !hasBegin && points.count > 1 && resets[1]
    let relevant = skipsFirst ? points.dropFirst() : points[...]
    let usesBounds = points[points.count - 1].histogram.usesCustomBounds
    guard relevant.allSatisfy({ $0.histogram.usesCustomBounds == usesBounds }) else {
      throw .incompatibleSchemas
    }
    var increase = points[points.count - 1].histogram
    if !usesBounds, let schema = relevant.map(\.histogram.schema).min() {
      increase = increase.reduced(toSchema: schema)
    }
    if !hasBegin, !skipsFirst {
      if try increase.subtract(points[0].histogram).contains(.mismatchedBounds) {
        window.remark(.mismatchedBounds(.subtraction), remark)
      }
    }
    for i in points.indices.dropFirst(skipsFirst ? 2 : 1) where resets[i] {
      if try increase.add(points[i - 1].histogram).contains(.mismatchedBounds) {
        window.remark(.mismatchedBounds(.addition), remark)
      }
    }
    return increase
  }
}

/// How far the samples of a window reach, and how far their difference is carried on to its ends.
struct Extrapolation {
  private let sampled: Double
  private let interval: Double
  private let toStart: Double
  private let toEnd: Double
  private let length: Double
  private let isBegun: Bool

  /// `begin` is when the counter stood at zero, where that is known and inside the window.
  init(_ window: RangeWindow, first: Int64, last: Int64, count: Int, begin: Int64?) {
    interval = count > 1 ? Double(last &- first) / 1000 / Double(count - 1) : 0
    sampled = Double(last &- (begin ?? first)) / 1000
    toStart = Double(first &- window.start) / 1000
    toEnd = Double(window.end &- last) / 1000
    length = Double(window.length) / 1000
    isBegun = begin != nil
  }

  /// The factor on the difference between the window's ends; see `extrapolationFactor`.
  func factor(
    firstValue: Double, difference: Double, isCounter: Bool, isRate: Bool
  ) -> Double {
    let threshold = interval * 1.1
    var before = toStart >= threshold ? interval / 2 : toStart
    if isCounter, difference > 0, firstValue >= 0 {
      before = min(before, sampled * (firstValue / difference))
    }
    if isBegun { before = 0 }
    let after = toEnd >= threshold ? interval / 2 : toEnd
    let factor = (sampled + before + after) / sampled
    return isRate ? factor / length : factor
  }
}
