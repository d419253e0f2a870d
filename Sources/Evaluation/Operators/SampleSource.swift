import Model

/// Where a window reads its samples: the series of a selector, or the results of a subquery.
class SampleSource {
  /// The rings that `ringNumber` points into.
  let rings: RingSet
  /// Labels of the series, growing like an operator's.
  final var labels: [Labels] = []
  /// Series whose metric name is to be removed at the end.
  final var dropsName: [Bool] = []
  /// Steps whose evaluation failed, and why.
  final var failed: UInt64 = 0
  final var failure: EvaluationError?

  init(rings: RingSet) {
    self.rings = rings
  }

  /// Sees to it that samples up to the last of `ends` less `timing` are there.
  func prepare(_ grid: StepGrid, _ run: EvaluationRun) {
    preconditionFailure("\(type(of: self)) prepares nothing")
  }

  /// Hands what failed on to an operator's frame.
  final func passFailure(to frame: Frame) {
    guard failed != 0, let failure else { return }
    frame.fail(failed, failure)
  }

  /// The histogram that a value of ring `number` stands for; nil for a float.
  func histogram(_ value: Double, of number: Int) -> NativeHistogram? {
    rings.histogram(value, of: number)
  }

  /// Number of the ring that holds series `index`, one below `ringCount`.
  func ringNumber(_ index: Int) -> Int {
    preconditionFailure("\(type(of: self)) has no rings")
  }

  /// `ringNumber` of every series, of which there may be more than labels yet.
  var ringNumbers: [Int32] { preconditionFailure("\(type(of: self)) has no rings") }

  /// Series that have a ring by now; `labels` may yet have to grow to so many.
  var ringCount: Int { preconditionFailure("\(type(of: self)) has no rings") }
}

/// The samples of the series that a selector chooses.
final class SelectedSamples: SampleSource {
  private let selection: Selection
  private let findsResets: Bool

  /// `findsResets` has counter reset hints made out where samples do not say: Prometheus does so
  /// below functions that need no buckets.
  init(_ selection: Selection, in store: SeriesStore, findsResets: Bool) {
    self.selection = selection
    self.findsResets = findsResets
    super.init(rings: store.rings)
  }

  override func prepare(_ grid: StepGrid, _ run: EvaluationRun) {
    for number in selection.series[labels.count...] {
      labels.append(run.store.labels[Int(number)])
      dropsName.append(false)
    }
  }

  override func histogram(_ value: Double, of number: Int) -> NativeHistogram? {
    findsResets ? rings.hintedHistogram(value, of: number) : rings.histogram(value, of: number)
  }

  override func ringNumber(_ index: Int) -> Int { Int(selection.series[index]) }

  override var ringNumbers: [Int32] { selection.series }

  override var ringCount: Int { selection.series.count }
}

/// The time a selector looks at, for each step: `@` and `offset` resolved.
struct ReferenceTime: Hashable {
  /// Milliseconds into the past.
  var offset: Int64 = 0
  /// The fixed time of `@`.
  var anchor: Int64?

  @inline(__always)
  func callAsFunction(_ time: Int64) -> Int64 { (anchor ?? time) &- offset }
}
