public import Model
public import PromQL

/// Answers single PromQL queries over a store: at one moment, or at evenly spaced ones.
///
/// Semantics are those of Prometheus 3: ranges and look-back are open at their old end.
public struct QueryEngine {
  /// Where the samples are.
  public let store: SeriesStore
  /// Semantics that can be chosen.
  public let options: EvaluationOptions
  private let isOver: () -> Bool

  /// An engine over `store`.
  ///
  /// - Parameters:
  ///   - store: Where the samples are.
  ///   - options: Semantics that can be chosen.
  ///   - isOver: Whether the result is wanted no more; asked every 64 steps, those of subqueries too, so
  ///     that a query ends soon after it says so.
  public init(
    store: SeriesStore, options: EvaluationOptions = EvaluationOptions(),
    isOver: @escaping () -> Bool = { false }
  ) {
    self.store = store
    self.options = options
    self.isOver = isOver
  }

  /// The value of an expression at `time`.
  public func instant(
    _ expression: Expression, at time: Timestamp
  ) throws(EvaluationError) -> QueryResult {
    let moment = time.milliseconds
    let run = EvaluationRun(store: store, options: options, isOver: isOver)
    if isOver() { throw .timedOut }
    let planner = Planner(store: store, options: options, shares: false)
    let context = PlanContext(bounds: (moment, moment), step: 0, run: run)
    let grid = StepGrid(start: moment)
    if let text = expression.text { return QueryResult(.string(text)) }
    if expression.type == .rangeVector {
      let operand = try planner.operand(expression, context)
      let matrix = try rangeVector(operand, grid, run)
      return QueryResult(.matrix(matrix), annotations: run.takeAnnotations())
    }
    let root = try planner.plan(expression, context)
    run.beginPass()
    let frame = root.evaluate(grid, run)
    if let failure = frame.failure { throw failure }
    if expression.type == .scalar {
      return QueryResult(.scalar(frame.row(0)[0]), annotations: run.takeAnnotations())
    }
    let vector = try vector(root, frame, time)
    return QueryResult(.vector(vector), annotations: run.takeAnnotations())
  }

  private func vector(
    _ root: Operator, _ frame: Frame, _ time: Timestamp
  ) throws(EvaluationError) -> [VectorSample] {
    var samples: [VectorSample] = []
    var seen: Set<Labels> = []
    for index in frame.order ?? Array(0..<frame.seriesCount) {
      guard let value = frame.value(index, 0) else { continue }
      let labels = root.finalLabels(index)
      guard seen.insert(labels).inserted else { throw .sameLabels }
      samples.append(VectorSample(labels: labels, time: time, value: value))
    }
    return samples
  }

  private func rangeVector(
    _ operand: RangeOperand, _ grid: StepGrid, _ run: EvaluationRun
  ) throws(EvaluationError) -> [MatrixSeries] {
    let source = operand.source
    source.prepare(grid, run)
    if let failure = source.failure, source.failed != 0 { throw failure }
    let end = operand.time(grid.start)
    let view = BlockView()
    var series: [MatrixSeries] = []
    var samples = 0
    for i in source.labels.indices {
      let number = source.ringNumber(i)
      let ring = source.rings.rings[number]
      var points: [MatrixSeries.Point] = []
      let first = ring.firstBlock(endingAfter: end - operand.length)
      for block in first..<max(first, ring.endBlock) {
        ring.load(block, into: view)
        for s in 0..<view.count
        where view.times[s] > end - operand.length && view.times[s] <= end
          && !StaleMarker.isStale(view.values[s])
        {
          let value =
            source.rings.histogram(view.values[s], of: number).map(SampleValue.histogram)
            ?? .float(view.values[s])
          points.append(
            MatrixSeries.Point(time: Timestamp(milliseconds: view.times[s]), value: value))
        }
      }
      guard !points.isEmpty else { continue }
      samples += points.count
      guard samples <= options.sampleLimit else { throw .tooManySamples }
      if isOver() { throw .timedOut }
      let labels = source.dropsName[i] ? source.labels[i].withoutMetadata : source.labels[i]
      series.append(MatrixSeries(labels: labels, points: points))
    }
    return series.sorted { $0.labels < $1.labels }
  }

  /// The values of an expression at `start`, `start + step`, … up to `end`, sorted by labels.
  ///
  /// - Precondition: `step` is positive and `end` is not before `start`.
  public func range(
    _ expression: Expression, start: Timestamp, end: Timestamp, step: Milliseconds
  ) throws(EvaluationError) -> QueryResult {
    precondition(step > 0 && start <= end, "a range from \(start) to \(end) by \(step) ms")
    let run = EvaluationRun(store: store, options: options, isOver: isOver)
    let planner = Planner(store: store, options: options, shares: false)
    guard expression.type == .scalar || expression.type == .instantVector else {
      throw EvaluationError(
        code: "type",
        "invalid expression type \"\(expression.type.rawValue)\" for range query, "
          + "must be Scalar or instant Vector",
        range: expression.range)
    }
    let context = PlanContext(
      bounds: (start.milliseconds, end.milliseconds), step: step, run: run)
    let root = try planner.plan(expression, context)
    var collector = MatrixCollector()
    var next = start.milliseconds
    while next <= end.milliseconds {
      if isOver() { throw .timedOut }
      let count = min(Int64(StepGrid.limit), (end.milliseconds - next) / step + 1)
      let grid = StepGrid(start: next, step: step, count: Int(count))
      run.beginPass()
      let frame = root.evaluate(grid, run)
      if let failure = frame.failure { throw failure }
      try collector.add(root, frame, grid)
      guard collector.samples <= options.sampleLimit else { throw .tooManySamples }
      next += count * step
    }
    return QueryResult(.matrix(collector.series), annotations: run.takeAnnotations())
  }
}

/// Gathers the frames of a range query into series.
private struct MatrixCollector {
  private var numbers: [Labels: Int] = [:]
  private var found: [MatrixSeries] = []
  /// Samples gathered so far.
  private(set) var samples = 0

  mutating func add(
    _ root: Operator, _ frame: Frame, _ grid: StepGrid
  ) throws(EvaluationError) {
    for i in 0..<frame.seriesCount where frame.masks[i] != 0 {
      let labels = root.finalLabels(i)
      let number = numbers[labels] ?? found.count
      if number == found.count {
        numbers[labels] = number
        found.append(MatrixSeries(labels: labels, points: []))
      }
      samples += frame.masks[i].nonzeroBitCount
      let isInOrder = found[number].points.last.map { $0.time.milliseconds < grid.start } ?? true
      for k in SetBits(frame.masks[i]) {
        guard let value = frame.value(i, k) else { continue }
        let point = MatrixSeries.Point(
          time: Timestamp(milliseconds: grid.time(k)), value: value)
        found[number].points.append(point)
      }
      if !isInOrder { try merge(number) }
    }
  }

  /// Two operators' series with one set of labels share the result where they do not overlap.
  private mutating func merge(_ number: Int) throws(EvaluationError) {
    found[number].points.sort { $0.time < $1.time }
    for i in found[number].points.indices.dropFirst()
    where found[number].points[i].time == found[number].points[i - 1].time {
      throw .sameLabels
    }
  }

  /// Sorted by labels.
  var series: [MatrixSeries] { found.sorted { $0.labels < $1.labels } }
}

extension Operator {
  /// The labels of output series `index` as the query's user sees them.
  func finalLabels(_ index: Int) -> Labels {
    dropsName[index] ? labels[index].withoutMetadata : labels[index]
  }
}

extension EvaluationError {
  /// Whoever asked does not wait any longer.
  static let timedOut = EvaluationError(
    code: "timeout", "query timed out in expression evaluation")

  /// The result would not fit into `EvaluationOptions.sampleLimit`.
  static let tooManySamples = EvaluationError(
    code: "too-many-samples",
    "query processing would load too many samples into memory in query execution")
}
