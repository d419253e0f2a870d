import Model

/// How a series stood before an incident: level and scatter of its values, and of stretches of them.
final class Past: Sendable {
  let normal: DeviationScan.Normal
  let stretches: Stretches
  /// The values that it was made from.
  fileprivate let values: [Double]
  /// Values of a stretch.
  fileprivate let length: Int

  /// The past of `history`, with what of the one that was known still holds; nil when too little was
  /// seen.
  fileprivate init?(of history: MetricHistory, knowing known: Past?) {
    length = history.stretchLength
    if let known, known.isMade(of: history.before) {
      values = known.values
      normal = known.normal
      if known.length == length {
        stretches = known.stretches
        return
      }
    } else {
      guard let normal = DeviationScan.Normal(history.before) else { return nil }
      values = Array(history.before)
      self.normal = normal
    }
    guard let stretches = Stretches(of: history.before, length: length) else { return nil }
    self.stretches = stretches
  }

  private func isMade(of other: ArraySlice<Double>) -> Bool {
    values.elementsEqual(other) { $0.bitPattern == $1.bitPattern }
  }

  /// Means of all stretches of a length, whose scatter holds noise, bursts and rhythm of a series.
  struct Stretches: Sendable {
    /// The median of the means.
    let level: Double
    /// Their usual scatter; 0 for a series that stood still.
    let scatter: Double

    /// Nil when too little was seen before the start.
    init?(of past: ArraySlice<Double>, length: Int) {
      guard past.count >= DeviationScan.beforeMin else { return nil }
      let sorted = Self.sortedMeans(of: past, length: length)
      level = Robust.quantile(ofSorted: sorted, 0.5)
      // Between the 5th and the 95th centile lie 3.29 standard deviations of a normal distribution.
      let high = Robust.quantile(ofSorted: sorted, 0.95)
      let spread = (high - Robust.quantile(ofSorted: sorted, 0.05)) / 3.29
      scatter = max(spread, Robust.scatter(ofSorted: sorted, around: level))
    }

    /// The means of all stretches of `length` neighbours, rising.
    private static func sortedMeans(of values: ArraySlice<Double>, length: Int) -> [Double] {
      guard length > 1, values.count >= length else { return values.sorted() }
      var sum = values.prefix(length).reduce(0, +)
      var means = [sum / Double(length)]
      means.reserveCapacity(values.count - length + 1)
      for (next, last) in zip(values.dropFirst(length), values) {
        sum += next - last
        means.append(sum / Double(length))
      }
      means.sort()
      return means
    }
  }
}

/// How series stood before an incident, kept from one look at them to the next.
///
/// Looks come again and again while what was before stays as it was, and sorting it is most of the
/// work of a look. What is kept counts only for the very values it was made from, so findings never
/// depend on it.
struct PastMemory: Sendable {
  private var pasts: [Labels: Past] = [:]

  /// Lets each of `histories` know its past; what is kept of other series is let go.
  mutating func recall(_ histories: inout [MetricHistory]) {
    var next: [Labels: Past] = [:]
    next.reserveCapacity(histories.count)
    for index in histories.indices {
      let metric = histories[index].metric
      let past = Past(of: histories[index], knowing: pasts[metric])
      next[metric] = past
      histories[index].past = past
    }
    pasts = next
  }
}
