import Model

/// All samples of one window, for functions that need to see each of them.
///
/// The buffers belong to the operator and are valid during the call. With an extended range they
/// also hold the samples within the look-back before the window and (smoothed) behind it.
struct RangeWindow {
  /// One sample.
  struct Sample {
    var time: Int64
    var value: SampleValue
  }

  /// Times of the floats, rising.
  var times: UnsafeBufferPointer<Int64>
  /// Values of the floats.
  var values: UnsafeBufferPointer<Double>
  /// Histograms in the window with their times, rising.
  var histograms: ArraySlice<TimedHistogram>
  /// Start timestamps of the samples that have one, by sample time; empty for most series.
  var starts: [Int64: Int64]
  /// Young end of the window, closed, in milliseconds.
  var end: Int64
  /// Length of the window in milliseconds; it is open at its old end.
  var length: Int64
  /// Which samples beside those inside the window are there.
  var extent: RangeOperand.RangeExtent
  /// The step's own time.
  var evaluationTime: Int64
  /// The function's scalar arguments.
  var parameters: [Double]
  /// Labels of the series, for remarks.
  var labels: Labels

  /// Old end of the window, open.
  var start: Int64 { end &- length }
  /// True when no sample is in the window.
  var isEmpty: Bool { times.isEmpty && histograms.isEmpty }
  /// True when floats and histograms are in the window.
  var isMixed: Bool { !times.isEmpty && !histograms.isEmpty }
  /// The metric's name, for remarks; "" when the series has none.
  var metricName: String { labels.metricName ?? "" }

  /// Floats and histograms by rising time.
  var samples: [Sample] {
    var merged: [Sample] = []
    merged.reserveCapacity(times.count + histograms.count)
    var next = histograms.startIndex
    for i in times.indices {
      while next < histograms.endIndex, histograms[next].time < times[i] {
        merged.append(
          Sample(time: histograms[next].time, value: .histogram(histograms[next].histogram)))
        next += 1
      }
      merged.append(Sample(time: times[i], value: .float(values[i])))
    }
    for timed in histograms[next...] {
      merged.append(Sample(time: timed.time, value: .histogram(timed.histogram)))
    }
    return merged
  }

  /// True when start timestamps tell that a counter began anew between two neighbours.
  ///
  /// Either the newer one's counting began between them, or exactly at the older one, which itself
  /// began before: the samples are then deltas. 0 stands for an unknown start.
  func restarted(between older: Int64, and newer: Int64) -> Bool {
    guard let start = starts[newer], start != 0 else { return false }
    if start > older { return start < newer }
    guard start == older, let before = starts[older] else { return false }
    return before != 0 && before < older
  }

  /// True when a sample claims to count from a time at which an older sample counted otherwise.
  func overlaps(_ older: Int64, _ newer: Int64) -> Bool {
    guard let start = starts[newer], start != 0 else { return false }
    return start < older && start != (starts[older] ?? 0)
  }

  /// The start of counting behind the sample at `first`, where it lies inside the window.
  func startInside(before first: Int64) -> Int64? {
    guard let begin = starts[first], begin != 0, begin > start, begin < first else { return nil }
    return begin
  }
}

/// A histogram sample in a window.
struct TimedHistogram {
  var time: Int64
  var histogram: NativeHistogram
}

/// Says something about a window: how grave, and what.
typealias Remark = (Annotation.Level, String) -> Void

extension RangeWindow {
  /// Remarks that floats and histograms cannot go together.
  func remarkMixedTypes(_ remark: Remark) {
    remark(
      .warning,
      "encountered a mix of histograms and floats for metric name \(quoted(metricName))")
  }

  /// Makes a remark on the histograms of the window.
  func remark(_ fact: HistogramRemark, _ remark: Remark) {
    remark(fact.level, fact.message(metricName: metricName))
  }

  /// Remarks that histograms are not what a function of counters or of gauges takes.
  func remarkWrongKind(isCounter: Bool, _ remark: Remark) {
    let kind = isCounter ? "counter" : "gauge"
    remark(.warning, "this native histogram metric is not a \(kind): \(quoted(metricName))")
  }
}
