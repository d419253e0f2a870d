import Model

/// A function over all samples of a window.
struct RangeFunction: Sendable {
  /// As PromQL calls it.
  let name: String
  /// True when the result keeps the metric's name (`last_over_time`).
  var keepsName = false
  /// The value for a window of at least one sample; nil gives no element.
  let evaluate: @Sendable (RangeWindow, Remark) -> SampleValue?
  /// Why the scalar arguments cannot be used; nil when they can.
  var refusal: (@Sendable ([Double]) -> String?)?
}

/// Collects the samples of windows and applies a function to them, step by step.
final class WholeWindow {
  let function: RangeFunction
  var output: SeriesGuard
  private let operand: RangeOperand
  private let lookback: Int64
  private let range: Range<Int>
  private var namesChecked = 0
  private var unnamed: [Int] = []
  private var times: [Int64] = []
  private var values: [Double] = []
  private var histograms: [TimedHistogram] = []

  init(_ function: RangeFunction, of operand: RangeOperand, lookback: Int64, range: Range<Int>) {
    self.function = function
    self.operand = operand
    self.lookback = lookback
    self.range = range
    output = SeriesGuard(dropsName: !function.keepsName)
  }

  /// Fills row `index` of `frame` from ring `number`, at the steps of `steps`.
  func compute(
    _ index: Int, _ number: Int, _ grid: StepGrid, _ parameters: [Frame], _ run: EvaluationRun,
    steps: UInt64 = .max, into frame: Frame
  ) {
    let ring = operand.source.rings.rings[number]
    let first = operand.time(grid.start)
    // Extended ranges also look at the newest sample at or before the start, within the look-back,
    // and (smoothed) at the first one after the end.
    let reach = operand.extent == .inside ? 0 : lookback
    let future = operand.extent == .smoothed ? lookback : 0
    collect(
      ring, number, from: first &- operand.length &- reach,
      through: operand.time(grid.last) &+ future, run)
    guard !times.isEmpty || !histograms.isEmpty else { return }
    var low = 0
    var high = 0
    var lowHistogram = 0
    var highHistogram = 0
    let starts = operand.source.rings.starts(of: number, isUsed: run.options.usesStartTimes)
    times.withUnsafeBufferPointer { times in
      values.withUnsafeBufferPointer { values in
        for k in 0..<grid.count {
          let end = operand.time(grid.time(k))
          let start = end &- operand.length &- reach
          while high < times.count, times[high] <= end &+ future { high += 1 }
          while low < high, times[low] <= start { low += 1 }
          while highHistogram < histograms.count, histograms[highHistogram].time <= end &+ future {
            highHistogram += 1
          }
          while lowHistogram < highHistogram, histograms[lowHistogram].time <= start {
            lowHistogram += 1
          }
          guard steps >> UInt64(k) & 1 == 1 else { continue }
          let window = RangeWindow(
            times: UnsafeBufferPointer(rebasing: times[low..<high]),
            values: UnsafeBufferPointer(rebasing: values[low..<high]),
            histograms: histograms[lowHistogram..<highHistogram], starts: starts, end: end,
            length: operand.length, extent: operand.extent, evaluationTime: grid.time(k),
            parameters: parameters.map { $0.row(0)[k] }, labels: operand.source.labels[index])
          guard !window.isEmpty else { continue }
          if let refusal = function.refusal?(window.parameters) {
            frame.fail(
              1 << UInt64(k), EvaluationError(code: "bad-parameter", refusal, range: range))
            continue
          }
          let value = function.evaluate(window) { level, message in
            run.annotate(Annotation(level, message, range: range))
          }
          if let value { frame.set(index, k, value) }
        }
      }
    }
  }

  /// Remarks on series that gave a float and are no counters, by their names or by their types.
  func remarkNames(_ frame: Frame, _ run: EvaluationRun) {
    guard function.name == "rate" || function.name == "increase" else { return }
    let labels = operand.source.labels
    while namesChecked < labels.count {
      if !isCounter(labels[namesChecked], run) { unnamed.append(namesChecked) }
      namesChecked += 1
    }
    unnamed.removeAll { index in
      let row = frame.row(index)
      guard frame.masks[index] != 0,
        frame.isPlain
          || SetBits(frame.masks[index]).contains(where: { !HistogramBox.isBoxed(row[$0]) })
      else { return false }
      let reason =
        run.options.typeAndUnitLabels
        ? "__type__ label is not set to \"counter\" or \"histogram\", got "
          + quoted(labels[index][Labels.metricType] ?? "")
        : "name does not end in _total/_sum/_count/_bucket"
      run.annotate(
        Annotation(
          .info,
          "metric might not be a counter, \(reason): \(quoted(labels[index].metricName ?? ""))",
          range: range))
      return true
    }
  }

  /// True for a counter, as far as can be told, and for a series without a name.
  private func isCounter(_ labels: Labels, _ run: EvaluationRun) -> Bool {
    guard let name = labels.metricName else { return true }
    guard run.options.typeAndUnitLabels else {
      return ["_total", "_sum", "_count", "_bucket"].contains { name.hasSuffix($0) }
    }
    return ["counter", "histogram"].contains(labels[Labels.metricType])
  }

  /// Reads the samples in `(from, through]`, without stale markers, into the scratch arrays.
  private func collect(
    _ ring: Ring, _ number: Int, from: Int64, through: Int64, _ run: EvaluationRun
  ) {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    histograms.removeAll(keepingCapacity: true)
    let source = operand.source
    let view = run.head
    for block in ring.firstBlock(
      endingAfter: from)..<max(ring.firstBlock(endingAfter: from), ring.endBlock)
    {
      ring.load(block, into: view)
      for i in 0..<view.count where view.times[i] > from {
        guard view.times[i] <= through else { return }
        let value = view.values[i]
        guard !StaleMarker.isStale(value) else { continue }
        if let histogram = source.histogram(value, of: number) {
          histograms.append(TimedHistogram(time: view.times[i], histogram: histogram))
        } else {
          times.append(view.times[i])
          values.append(value)
        }
      }
    }
  }
}

/// A function over windows that always looks at all samples.
final class WholeWindowOperator: Operator {
  private let operand: RangeOperand
  private let parameters: [Operator]
  private let whole: WholeWindow

  init(
    _ operand: RangeOperand, parameters: [Operator], whole: WholeWindow, range: Range<Int>
  ) {
    self.operand = operand
    self.parameters = parameters
    self.whole = whole
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let source = operand.source
    source.prepare(grid, run)
    let parameterFrames = parameters.map { $0.evaluate(grid, run) }
    whole.output.grow(
      labels: source.labels, dropsName: source.dropsName, run, into: self)
    frame.prepare(series: labels.count, steps: grid.count)
    source.passFailure(to: frame)
    for parameter in parameterFrames { frame.inheritFailure(parameter) }
    for i in 0..<labels.count {
      whole.compute(i, source.ringNumber(i), grid, parameterFrames, run, into: frame)
    }
    whole.remarkNames(frame, run)
    whole.output.merge(frame)
  }
}
