extension CheckpointWriter {
  /// Adds the samples of a batch; changes and metadata are not among them.
  public mutating func write(samplesOf batch: borrowing SampleBatch) {
    write(count: batch.count)
    for row in 0..<batch.count {
      write(block: batch.bytes[Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])])
      write(batch.times[row])
      write(batch.values[row])
    }
    write(count: batch.histograms.count)
    for (row, histogram) in batch.histograms {
      write(count: row)
      write(histogram)
    }
    write(count: batch.startTimes.count)
    for (row, time) in batch.startTimes {
      write(count: row)
      write(time)
    }
  }
}

extension CheckpointReader {
  /// The samples of a batch.
  public mutating func batch() throws(CheckpointError) -> SampleBatch {
    var batch = SampleBatch()
    let rows = try count()
    for _ in 0..<rows {
      let key = try block()
      let start = batch.bytes.count
      batch.bytes += key
      batch.append(
        key: start..<batch.bytes.count, time: try int64(), value: try double())
    }
    for _ in 0..<(try count()) {
      batch.histograms.append((row: try count(atMost: rows - 1), histogram: try histogram()))
    }
    for _ in 0..<(try count()) {
      batch.startTimes.append((row: try count(atMost: rows - 1), time: try int64()))
    }
    return batch
  }
}
