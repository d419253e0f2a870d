public import Model

extension SeriesStore {
  /// Labels of the series that satisfy any of `selectors` and have a sample in `from ... to`, sorted.
  ///
  /// Whole blocks count: a series may be listed whose samples lie just outside. No selector stands for
  /// all series.
  /// - Complexity: O(series of the metric names asked for).
  public func series(
    matching selectors: [[LabelMatcher]], from: Timestamp, to: Timestamp
  ) -> [Labels] {
    var numbers: Set<Int32> = []
    for matchers in selectors.isEmpty ? [[]] : selectors {
      for number in choose(matchers).series where hasSamples(number, from, to) {
        numbers.insert(number)
      }
    }
    return numbers.map { labels[Int($0)] }.sorted()
  }

  /// Number of series of each metric name.
  public func seriesCounts() -> [String: Int] {
    metricNames().reduce(into: [:]) { $0[$1] = numbers(named: $1).count }
  }

  private func hasSamples(_ number: Int32, _ from: Timestamp, _ to: Timestamp) -> Bool {
    let ring = rings.rings[Int(number)]
    guard !ring.isEmpty, ring.lastTime >= from.milliseconds else { return false }
    let block = ring.firstBlock(endingAfter: from.milliseconds - 1)
    guard block < ring.endBlock else { return false }
    let view = BlockView()
    ring.load(block, into: view)
    return view.times[0] <= to.milliseconds
  }
}
