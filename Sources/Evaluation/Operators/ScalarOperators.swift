import Model

/// A number that is the same at every step.
final class ConstantOperator: Operator {
  let value: Double

  init(_ value: Double, range: Range<Int>) {
    self.value = value
    super.init(range: range)
    addSeries(.empty)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    frame.prepare(series: 1, steps: grid.count)
    frame.row(0).update(repeating: value, count: grid.count)
    frame.masks[0] = grid.fullMask
    frame.defined[0] = grid.fullMask
  }
}

/// A number that is a function of the step's time: `time()`, `vector(time())`.
final class TimeOperator: Operator {
  private let value: (Int64) -> Double

  init(range: Range<Int>, _ value: @escaping (Int64) -> Double) {
    self.value = value
    super.init(range: range)
    addSeries(.empty)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    frame.prepare(series: 1, steps: grid.count)
    for k in 0..<grid.count { frame.row(0)[k] = value(grid.time(k)) }
    frame.masks[0] = grid.fullMask
    frame.defined[0] = grid.fullMask
  }
}

/// `scalar(v)`: the value of a vector's only element; NaN when it has none or several.
final class ScalarOperator: Operator {
  private let operand: Operator

  init(_ operand: Operator, range: Range<Int>) {
    self.operand = operand
    super.init(range: range)
    addSeries(.empty)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    frame.prepare(series: 1, steps: grid.count)
    frame.inheritFailure(input)
    let row = frame.row(0)
    row.update(repeating: .nan, count: grid.count)
    var once: UInt64 = 0
    var twice: UInt64 = 0
    for i in 0..<input.seriesCount {
      for k in SetBits(input.masks[i]) {
        // Histograms are no numbers; they do not count as elements.
        let value = input.row(i)[k]
        guard !HistogramBox.isBoxed(value) else { continue }
        let bit: UInt64 = 1 << UInt64(k)
        twice |= once & bit
        once |= bit
        row[k] = value
      }
    }
    for k in SetBits(twice) { row[k] = .nan }
    frame.masks[0] = grid.fullMask
    frame.defined[0] = grid.fullMask
  }
}

/// The value of another operator under the same labels; `vector(s)`, parentheses.
final class ForwardOperator: Operator {
  private let operand: Operator

  init(_ operand: Operator, range: Range<Int>) {
    self.operand = operand
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    while labels.count < operand.labels.count {
      addSeries(operand.labels[labels.count], dropsName: operand.dropsName[labels.count])
    }
    frame.copy(input)
  }
}

/// `timestamp(v)` of anything but a selector: the time of the step.
final class TimestampOperator: Operator {
  private let operand: Operator
  private var output = SeriesGuard(dropsName: true)

  init(_ operand: Operator, range: Range<Int>) {
    self.operand = operand
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    output.grow(labels: operand.labels, dropsName: operand.dropsName, run, into: self)
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    for i in 0..<labels.count {
      for k in 0..<grid.count { frame.row(i)[k] = Double(grid.time(k)) / 1000 }
      frame.masks[i] = input.masks[i]
      frame.defined[i] = input.defined[i]
    }
    output.merge(frame)
  }
}

/// A vector without elements.
final class NothingOperator: Operator {
  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    frame.prepare(series: 0, steps: grid.count)
  }
}
