import Model

/// One series that only rises, with its spelling.
struct Counter {
  /// `name{label="value"}` as batches hold it.
  let key: [UInt8]
  private(set) var value: Double = 0
  /// True until its first sample was written: a 0 goes before it.
  private var isNew = true

  init(_ labels: Labels) {
    var key: [UInt8] = []
    labels.appendSeriesKey(to: &key)
    self.key = key
  }

  mutating func add(_ amount: Double) { value += amount }

  /// Writes the 0 before the first sample; does nothing later.
  mutating func begin(at time: Int64, into batch: inout SampleBatch) {
    guard isNew else { return }
    isNew = false
    write(0, at: time, into: &batch)
  }

  /// Writes the value.
  func write(at time: Int64, into batch: inout SampleBatch) {
    write(value, at: time, into: &batch)
  }

  /// Says that the series ends here.
  func end(at time: Int64, into batch: inout SampleBatch) {
    write(StaleMarker.value, at: time, into: &batch)
  }

  private func write(_ value: Double, at time: Int64, into batch: inout SampleBatch) {
    let start = batch.bytes.count
    batch.bytes += key
    batch.append(key: start..<batch.bytes.count, time: time, value: value)
  }
}
