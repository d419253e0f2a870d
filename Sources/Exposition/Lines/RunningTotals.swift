import Model

/// Sums of series whose input gives every event on its own, so that they become counters.
///
/// k6 writes one line for each request, JMeter one row; `rate()` wants a number that only rises.
struct RunningTotals {
  private var totals: [UInt64: Double] = [:]
  private let seriesMax: Int

  /// - Parameter seriesMax: Series kept at most.
  init(seriesMax: Int) { self.seriesMax = seriesMax }

  /// Makes the value of the batch's last sample the running total of its series.
  ///
  /// - Throws: `LineError` at `place` when the series is new and there are enough.
  mutating func accumulate(
    lastOf batch: inout SampleBatch, at place: Range<Int>
  ) throws(LineError) {
    let row = batch.count - 1
    let key = Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])
    let hash = batch.bytes.withView { SpellingMemo.hashOfAnyLength($0[key]) }
    let amount = batch.values[row]
    if let total = totals[hash] {
      totals[hash] = total + amount
      batch.values[row] = total + amount
      return
    }
    guard totals.count < seriesMax else {
      throw LineError(
        .tooManySeries, place, expected: "at most \(seriesMax) series with running totals")
    }
    totals[hash] = amount
  }
}
