extension SampleBatch {
  /// Adds a row of another batch, with its histogram and start time where it has them.
  ///
  /// - Complexity: O(length of the spelling), and logarithmic in the number of histograms.
  public mutating func append(row: Int, of other: borrowing SampleBatch) {
    let start = bytes.count
    let own = count
    bytes += other.bytes[Int(other.keyStarts[row])..<Int(other.keyEnds[row])]
    append(key: start..<bytes.count, time: other.times[row], value: other.values[row])
    if let found = Self.find(row, among: other.histograms.count, at: { other.histograms[$0].row }) {
      histograms.append((row: own, histogram: other.histograms[found].histogram))
    }
    if let found = Self.find(row, among: other.startTimes.count, at: { other.startTimes[$0].row }) {
      startTimes.append((row: own, time: other.startTimes[found].time))
    }
  }

  /// Where `row` stands in an ascending list of rows; nil when it does not.
  private static func find(_ row: Int, among count: Int, at rowOf: (Int) -> Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if rowOf(middle) < row { low = middle + 1 } else { high = middle }
    }
    return low < count && rowOf(low) == row ? low : nil
  }
}
