public import Model

/// The series of a store that satisfy some matchers, kept up by looking only at the new ones.
///
///     var roster = SeriesRoster(matchers)
///     store.update(&roster)
///     for number in roster.numbers { store.read(number, after: start, through: end, &times, &values) }
///
/// Unlike a selection it does not make the store keep anything.
public struct SeriesRoster: Sendable {
  /// All of them hold for every series listed.
  public let matchers: [LabelMatcher]
  /// Numbers of the series, in the order of appearance.
  public private(set) var numbers: [Int32] = []
  /// The metric name asked for by equality; nil when the name is open.
  fileprivate let metricName: String?
  /// A label that all of them carry, which tells most others apart; nil when none need have one.
  private let common: Label?
  /// How many series of that name, or of the whole store, were looked at.
  fileprivate var seen = 0

  /// A roster that has not looked at any series yet.
  public init(_ matchers: [LabelMatcher]) {
    self.matchers = matchers
    metricName =
      matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value
    common =
      matchers.first {
        $0.name != Labels.metricName && $0.operation == .equal && !$0.value.isEmpty
      }.map { Label($0.name, $0.value) }
  }

  fileprivate mutating func consider(
    _ count: Int, _ labels: [Labels], number: (Int) -> Int32
  ) {
    for index in seen..<count {
      let number = number(index)
      if let common, !labels[Int(number)].pairs.contains(common) { continue }
      if matchers.allSatisfy({ $0.matches(labels[Int(number)]) }) { numbers.append(number) }
    }
    seen = count
  }
}

extension SeriesStore {
  /// Adds the series to a roster that appeared since its last update.
  ///
  /// - Returns: true when there were any that belong to it.
  /// - Complexity: O(series that are new since the last update)
  @discardableResult
  public func update(_ roster: inout SeriesRoster) -> Bool {
    let before = roster.numbers.count
    if let name = roster.metricName {
      let named = numbers(named: name)
      roster.consider(named.count, labels) { named[$0] }
    } else {
      roster.consider(labels.count, labels) { Int32($0) }
    }
    return roster.numbers.count > before
  }

  /// The labels of series `number` of a roster.
  ///
  /// - Precondition: the number comes from this store.
  public func labels(of number: Int32) -> Labels { labels[Int(number)] }

  /// The number of the series with exactly these labels; nil when there is none.
  public func knownNumber(of labels: Labels) -> Int32? { numberIfKnown(labels) }

  /// True when series `number` holds a sample from before `time`.
  ///
  /// - Precondition: the number comes from this store.
  public func hasSample(_ number: Int32, before time: Timestamp) -> Bool {
    rings.rings[Int(number)].firstTime.map { $0 < time.milliseconds } ?? false
  }

  /// Reads the floats of series `number` with `start` < time ≤ `end`, oldest first.
  ///
  /// `times` (ms) and `values` are replaced; equal in length. Stale markers are among the values,
  /// native histograms are not.
  ///
  /// - Precondition: the number comes from this store.
  public func read(
    _ number: Int32, after start: Timestamp, through end: Timestamp, _ times: inout [Int64],
    _ values: inout [Double]
  ) {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    let ring = rings.rings + Int(number)
    let isPlain = rings.isPlain(Int(number))
    let from = start.milliseconds
    let to = end.milliseconds
    for block in ring.pointee.firstBlock(endingAfter: from)..<ring.pointee.endBlock {
      ring.pointee.load(block, into: rings.view)
      let view = rings.view
      var first = 0
      while first < view.count, view.times[first] <= from { first += 1 }
      var end = view.count
      while end > first, view.times[end - 1] > to { end -= 1 }
      if isPlain {
        times.append(contentsOf: UnsafeBufferPointer(start: view.times + first, count: end - first))
        values.append(
          contentsOf: UnsafeBufferPointer(start: view.values + first, count: end - first))
      } else {
        for index in first..<end where !HistogramBox.isBoxed(view.values[index]) {
          times.append(view.times[index])
          values.append(view.values[index])
        }
      }
      if end < view.count { return }
    }
  }
}
