import Evaluation
import Incidents
import Model

/// Reads one series as a chart would show it: gauges as they are, counters as rates, sums of
/// summaries as means, on a grid of round moments.
final class WindowReader {
  private let store: SeriesStore
  private var times: [Int64] = []
  private var values: [Double] = []
  private var countTimes: [Int64] = []
  private var countValues: [Double] = []
  /// The times of the last window: most series have the same, and their windows share them.
  private var lastTimes: [Int64] = []

  /// A gauge is shown for so long after its last sample.
  private static let lookBack: Milliseconds = 300_000
  /// Rates are taken over so long.
  private static let rateWindow: Milliseconds = 120_000

  init(_ store: SeriesStore) { self.store = store }

  /// A series that is worth looking at.
  struct Series {
    let number: Int32
    let labels: Labels
    let name: String
    let kind: Kind

    enum Kind {
      case gauge
      case counter
      /// The sum of a summary, divided by the count with these labels.
      case sum(count: Labels)
    }

    /// How the series of a metric are shown, as its name says; nil for those that are not.
    enum Form {
      case gauge, counter, sum

      /// Nil for recorded results, buckets and creation times.
      init?(name: String) {
        guard !name.utf8.contains(UInt8(ascii: ":")), !name.hasSuffix("_bucket"),
          !name.hasSuffix("_created")
        else { return nil }
        let isCounter = name.hasSuffix("_total") || name.hasSuffix("_count")
        self = name.hasSuffix("_sum") ? .sum : isCounter ? .counter : .gauge
      }
    }

    /// A series of a metric of that form.
    init(_ number: Int32, _ labels: Labels, _ name: String, _ form: Form) {
      self.number = number
      self.labels = labels
      self.name = name
      kind =
        switch form {
        case .gauge: .gauge
        case .counter: .counter
        case .sum:
          .sum(count: labels.merging([Labels.metricName: name.dropLast(4) + "_count"]))
        }
    }
  }

  /// The window of a series of `service`; nil when it has no point in it.
  func window(
    _ series: Series, of service: String, from start: Timestamp, to end: Timestamp
  ) -> EvidenceWindow? {
    let step = LiveMeasurements.step(from: start, to: end)
    // The grid does not depend on the window's start, so that windows of one series fit together.
    let round = start.milliseconds / step * step
    let grid = RoundMoments(
      moment: round < start.milliseconds ? round + step : round, end: end.milliseconds, step: step)
    var points: (times: [Int64], values: [Double]) = ([], [])
    let count = Int(max(0, end.milliseconds - round) / step) + 1
    points.times.reserveCapacity(count)
    points.values.reserveCapacity(count)
    switch series.kind {
    case .gauge:
      store.read(series.number, after: start - Self.lookBack, through: end, &times, &values)
      Self.readGauge(grid, times, values, into: &points)
    case .counter:
      store.read(series.number, after: start - Self.rateWindow, through: end, &times, &values)
      Self.accumulate(&times, &values)
      Self.readRate(grid, times, values, into: &points)
    case .sum(let count):
      guard let other = store.knownNumber(of: count) else { return nil }
      let from = start - Self.rateWindow
      store.read(series.number, after: from, through: end, &times, &values)
      store.read(other, after: from, through: end, &countTimes, &countValues)
      Self.accumulate(&times, &values)
      Self.accumulate(&countTimes, &countValues)
      readMean(grid, into: &points)
    }
    guard !points.times.isEmpty else { return nil }
    if points.times == lastTimes { points.times = lastTimes } else { lastTimes = points.times }
    return EvidenceWindow(
      labels: series.labels, title: series.name, service: service, times: points.times,
      values: points.values)
  }

  /// The last sample within the look-back; none after a stale marker.
  private static func readGauge(
    _ grid: RoundMoments, _ times: [Int64], _ values: [Double],
    into points: inout (times: [Int64], values: [Double])
  ) {
    var next = 0
    for moment in grid {
      while next < times.count, times[next] <= moment { next += 1 }
      guard next > 0, times[next - 1] > moment - lookBack,
        !StaleMarker.isStale(values[next - 1])
      else { continue }
      points.times.append(moment)
      points.values.append(values[next - 1])
    }
  }

  /// The increase a second between the first and the last sample of the trailing window.
  private static func readRate(
    _ grid: RoundMoments, _ times: [Int64], _ values: [Double],
    into points: inout (times: [Int64], values: [Double])
  ) {
    var edge = WindowEdges()
    for moment in grid {
      edge.move(to: moment, in: times, width: rateWindow)
      guard let (first, last) = edge.pair else { continue }
      let seconds = Double(times[last] - times[first]) / 1000
      points.times.append(moment)
      points.values.append((values[last] - values[first]) / seconds)
    }
  }

  /// The increase of the sum over that of the count; NaN where nothing was counted.
  private func readMean(
    _ grid: RoundMoments, into points: inout (times: [Int64], values: [Double])
  ) {
    var edge = WindowEdges()
    var countEdge = WindowEdges()
    for moment in grid {
      edge.move(to: moment, in: times, width: Self.rateWindow)
      countEdge.move(to: moment, in: countTimes, width: Self.rateWindow)
      guard let (first, last) = edge.pair, let (from, to) = countEdge.pair else { continue }
      points.times.append(moment)
      points.values.append((values[last] - values[first]) / (countValues[to] - countValues[from]))
    }
  }

  /// Makes a counter's values rise over its resets, and leaves out stale markers.
  private static func accumulate(_ times: inout [Int64], _ values: inout [Double]) {
    var kept = 0
    var lost = 0.0
    var previous = 0.0
    for index in values.indices {
      let value = values[index]
      guard !StaleMarker.isStale(value) else { continue }
      if kept > 0, value < previous { lost += previous }
      previous = value
      times[kept] = times[index]
      values[kept] = value + lost
      kept += 1
    }
    times.removeLast(times.count - kept)
    values.removeLast(values.count - kept)
  }
}

/// Moments of equal distance, from `moment` on through `end`, all in milliseconds.
private struct RoundMoments: Sequence, IteratorProtocol {
  var moment: Int64
  let end: Int64
  let step: Milliseconds

  mutating func next() -> Int64? {
    guard moment <= end else { return nil }
    defer { moment += step }
    return moment
  }
}

/// The first and the last sample of a window that only moves forward.
private struct WindowEdges {
  private var first = 0
  private var end = 0

  /// Indices of the two; nil when the window holds fewer than two samples.
  var pair: (Int, Int)? { end - first >= 2 ? (first, end - 1) : nil }

  mutating func move(to moment: Int64, in times: [Int64], width: Milliseconds) {
    while end < times.count, times[end] <= moment { end += 1 }
    while first < end, times[first] <= moment - width { first += 1 }
  }
}
