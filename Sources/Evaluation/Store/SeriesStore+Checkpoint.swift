public import Model

/// A store as bytes: what was counted, then all series in their order, in pieces of some megabytes.
///
/// The index of spellings is not among it: it is found again as the stream goes by, a look-up by
/// labels for each spelling, and would be half of the bytes.
extension SeriesStore {
  /// Writes everything but the series.
  public func encodeHead(into writer: inout CheckpointWriter) {
    writer.write(count: labels.count)
    writer.write(newestTime)
    writer.write(evaluatedThrough)
    writer.write(lateThrough)
    for count in counts.all { writer.write(count: count) }
    writer.write(count: reportedCodes.count)
    for code in reportedCodes.sorted() { writer.write(code) }
    writer.write(count: metadata.count)
    for (_, entry) in metadata.sorted(by: { $0.key < $1.key }) {
      for text in [entry.name, entry.type, entry.unit, entry.help] { writer.write(text) }
    }
  }

  /// Reads what `encodeHead` wrote; the store is empty, its selections are made.
  ///
  /// - Returns: the number of series that follow.
  public func restoreHead(from reader: inout CheckpointReader) throws(CheckpointError) -> Int {
    let count = try reader.count(atMost: Int(Int32.max))
    newestTime = try reader.int64()
    evaluatedThrough = try reader.int64()
    lateThrough = try reader.int64()
    var all: [Int] = []
    for _ in counts.all { all.append(try reader.count(atMost: .max)) }
    counts.all = all
    for _ in 0..<(try reader.count()) { reportedCodes.insert(try reader.text()) }
    for _ in 0..<(try reader.count()) {
      let entry = MetricMetadata(
        name: try reader.text(), type: try reader.text(), unit: try reader.text(),
        help: try reader.text())
      metadata[entry.name] = entry
    }
    return count
  }

  /// Reads a piece of series, all of it.
  public func restoreSeries(from reader: inout CheckpointReader) throws(CheckpointError) {
    while !reader.isAtEnd {
      let labels = try reader.labels()
      guard let number = register(labels) else { throw reader.failure() }
      try rings.restore(Int(number), from: &reader)
    }
  }

  /// Makes room for series that will be restored, `count` of them as the checkpoint says.
  ///
  /// Bounded, since nobody has counted them yet.
  public func prepareForSeries(_ count: Int) {
    reserve(min(count, 1 << 22))
  }
}

extension StoreCounts {
  /// All counts in a fixed order.
  fileprivate var all: [Int] {
    get {
      [
        stored, unselected, reordered, late, duplicate, conflicting, overLimit, malformed,
        seriesRefused,
      ]
    }
    set {
      stored = newValue[0]
      unselected = newValue[1]
      reordered = newValue[2]
      late = newValue[3]
      duplicate = newValue[4]
      conflicting = newValue[5]
      overLimit = newValue[6]
      malformed = newValue[7]
      seriesRefused = newValue[8]
    }
  }
}
