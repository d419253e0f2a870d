import Model

/// What extended ranges need of a sample's value.
protocol RangeReading {
  /// True when a counter began anew between `previous` and this value.
  func isReset(since previous: Self) -> Bool
  /// True when a line can be drawn from one value to the other.
  func goes(with other: Self) -> Bool
  func plus(_ other: Self) throws(HistogramError) -> Self
  func minus(_ other: Self) throws(HistogramError) -> Self
  func times(_ factor: Double) -> Self
}

extension Double: RangeReading {
  func isReset(since previous: Double) -> Bool { self < previous }
  func goes(with other: Double) -> Bool { true }
  func plus(_ other: Double) -> Double { self + other }
  func minus(_ other: Double) -> Double { self - other }
  func times(_ factor: Double) -> Double { self * factor }
}

extension NativeHistogram: RangeReading {
  func goes(with other: NativeHistogram) -> Bool { usesCustomBounds == other.usesCustomBounds }

  func plus(_ other: NativeHistogram) throws(HistogramError) -> NativeHistogram {
    var result = self
    try result.add(other)
    return result
  }

  func minus(_ other: NativeHistogram) throws(HistogramError) -> NativeHistogram {
    var result = self
    try result.subtract(other)
    return result
  }

  func times(_ factor: Double) -> NativeHistogram {
    var result = self
    result.multiply(by: factor)
    return result
  }
}

/// Samples in and around a window whose ends get values of their own.
struct ExtendedRange<Reading: RangeReading> {
  /// Samples by rising time.
  var points: [(time: Int64, value: Reading)]
  /// Old end of the window.
  var start: Int64
  /// Young end of the window.
  var end: Int64
  /// True to interpolate at the ends; false to take the samples at or before them.
  var isSmoothed: Bool
  /// True when falling values mean that counting began anew.
  var isCounter: Bool

  /// The numbers of the first and last sample that matter; nil when the window is empty.
  var bounds: (first: Int, last: Int)? {
    guard !points.isEmpty else { return nil }
    var last = points.count - 1
    let first = max(0, (points[..<last].firstIndex { $0.time > start } ?? last) - 1)
    if isSmoothed { last = points[..<last].firstIndex { $0.time >= end } ?? last }
    guard points[last].time > start, points[first].time <= end else { return nil }
    return (first, last)
  }

  /// The difference between the values at both ends, plus what resets took away.
  ///
  /// A value that is interpolated across a reset stands behind the reset.
  func difference() throws(HistogramError) -> Reading? {
    guard let (first, last) = bounds else { return nil }
    var left = points[first].value
    let isLeftInside = isSmoothed && points[first].time < start && first < last
    if isLeftInside {
      left = try Self.interpolate(points[first], points[first + 1], start, isCounter)
    }
    var right = points[last].value
    if isSmoothed, last > 0, points[last].time > end {
      right = try Self.interpolate(points[last - 1], points[last], end, isCounter)
    }
    var result = try right.minus(left)
    guard isCounter else { return result }
    for i in stride(from: first + (isLeftInside ? 2 : 1), through: last, by: 1)
    where points[i].value.isReset(since: points[i - 1].value) {
      result = try result.plus(points[i - 1].value)
    }
    return result
  }

  /// The value at `time` on the line between two samples; behind a reset, the line from zero.
  static func interpolate(
    _ a: (time: Int64, value: Reading), _ b: (time: Int64, value: Reading), _ time: Int64,
    _ isCounter: Bool
  ) throws(HistogramError) -> Reading {
    guard a.value.goes(with: b.value) else { throw .incompatibleSchemas }
    let share = Double(time - a.time) / Double(b.time - a.time)
    if isCounter, b.value.isReset(since: a.value) { return b.value.times(share) }
    return try a.value.plus(try b.value.minus(a.value).times(share))
  }
}

extension RangeFunction {
  /// `rate`, `increase` and `delta` over an `anchored` or `smoothed` range.
  static func extended(
    _ window: RangeWindow, isCounter: Bool, isRate: Bool, _ remark: Remark
  ) -> SampleValue? {
    guard !window.isMixed else {
      window.remarkMixedTypes(remark)
      return nil
    }
    let factor = isRate ? 1000 / Double(window.length) : 1
    if window.histograms.isEmpty {
      let range = ExtendedRange<Double>(
        points: window.times.indices.map { (window.times[$0], window.values[$0]) },
        start: window.start, end: window.end, isSmoothed: window.extent == .smoothed,
        isCounter: isCounter)
      // Floats always combine.
      return (try? range.difference()).flatMap { $0 }.map { .float($0 * factor) }
    }
    let range = ExtendedRange<NativeHistogram>(
      points: window.histograms.map { ($0.time, $0.histogram) }, start: window.start,
      end: window.end, isSmoothed: window.extent == .smoothed, isCounter: isCounter)
    guard let (first, last) = range.bounds else { return nil }
    let isGauge = range.points[first...last].map { $0.value.counterResetHint == .gauge }
    if isCounter ? isGauge.contains(true) : !(isGauge[0] && isGauge[isGauge.count - 1]) {
      window.remarkWrongKind(isCounter: isCounter, remark)
    }
    do {
      guard var result = try range.difference() else { return nil }
      result.multiply(by: factor)
      result.counterResetHint = .gauge
      return .histogram(result.compacted())
    } catch {
      window.remark(.mixedSchemas, remark)
      return nil
    }
  }
}
