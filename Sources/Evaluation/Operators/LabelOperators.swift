import Model

/// `label_replace`, `label_join`: new labels for each element.
final class RelabelOperator: Operator {
  private let operand: Operator
  private let relabel: (Labels) -> (labels: Labels, touchesName: Bool)
  private var outputs: [Labels: Int] = [:]
  private var targets: [Int] = []

  /// `relabel` is asked once for each series.
  init(
    _ operand: Operator, range: Range<Int>,
    _ relabel: @escaping (Labels) -> (labels: Labels, touchesName: Bool)
  ) {
    self.operand = operand
    self.relabel = relabel
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    while targets.count < operand.labels.count {
      let index = targets.count
      let result = relabel(operand.labels[index])
      if let known = outputs[result.labels] {
        targets.append(known)
      } else {
        outputs[result.labels] = labels.count
        targets.append(labels.count)
        addSeries(
          result.labels, dropsName: operand.dropsName[index] && !result.touchesName)
      }
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    for i in 0..<input.seriesCount {
      let output = targets[i]
      frame.fail(frame.masks[output] & input.masks[i], .sameLabels)
      frame.copyRow(from: input, i, input.masks[i] & ~frame.masks[output], to: output)
      frame.defined[output] |= input.defined[i]
    }
  }
}

/// `absent(v)`: one element with value 1 where the vector has none.
final class AbsentOperator: Operator {
  private let operand: Operator
  private let ownsOperand: Bool

  /// `labels` are those that the selector's equality matchers tell; an operand that is owned is
  /// nobody else's.
  init(_ operand: Operator, labels: Labels, range: Range<Int>, ownsOperand: Bool = false) {
    self.operand = operand
    self.ownsOperand = ownsOperand
    super.init(range: range)
    addSeries(labels)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    var present: UInt64 = 0
    for i in 0..<input.seriesCount { present |= input.masks[i] }
    frame.prepare(series: 1, steps: grid.count)
    frame.inheritFailure(input)
    frame.row(0).update(repeating: 1, count: grid.count)
    frame.masks[0] = grid.fullMask & ~present
    frame.defined[0] = grid.fullMask
  }

  override func encodeState(into writer: inout CheckpointWriter) {
    if ownsOperand { operand.encodeState(into: &writer) }
  }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    if ownsOperand { try operand.restoreState(from: &reader) }
  }
}

/// `sort`, `sort_desc`, `sort_by_label`, `sort_by_label_desc`: the order of a single step.
final class SortOperator: Operator {
  private let operand: Operator
  private let precedes: (Labels, Double, Labels, Double) -> Bool
  private let dropsHistograms: Bool

  init(
    _ operand: Operator, dropsHistograms: Bool, range: Range<Int>,
    by precedes: @escaping (Labels, Double, Labels, Double) -> Bool
  ) {
    self.operand = operand
    self.dropsHistograms = dropsHistograms
    self.precedes = precedes
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    while labels.count < operand.labels.count {
      addSeries(operand.labels[labels.count], dropsName: operand.dropsName[labels.count])
    }
    frame.copy(input)
    if dropsHistograms && !frame.isPlain {
      for i in 0..<frame.seriesCount {
        for k in SetBits(frame.masks[i]) where HistogramBox.isBoxed(frame.row(i)[k]) {
          frame.masks[i] &= ~(1 << UInt64(k))
        }
      }
    }
    guard grid.count == 1 else { return }
    frame.order = (0..<frame.seriesCount).filter { frame.masks[$0] & 1 == 1 }.sorted { a, b in
      let x = frame.row(a)[0]
      let y = frame.row(b)[0]
      if precedes(labels[a], x, labels[b], y) { return true }
      if precedes(labels[b], y, labels[a], x) { return false }
      return labels[a] < labels[b]
    }
  }
}
