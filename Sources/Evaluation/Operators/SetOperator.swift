import Model
import PromQL

/// `and`, `or` and `unless`: which elements stay depends on whether the other side has a match.
final class SetOperator: Operator {
  private let operation: BinaryOperation
  private let left: Operator
  private let right: Operator
  private var table: MatchTable
  private var leftOutputs: [Int] = []
  private var rightOutputs: [Int] = []

  init(
    _ operation: BinaryOperation, _ matching: Matching, left: Operator, right: Operator,
    range: Range<Int>
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    table = MatchTable(matching)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let leftFrame = left.evaluate(grid, run)
    let rightFrame = right.evaluate(grid, run)
    table.grow(many: left.labels, ones: right.labels)
    while leftOutputs.count < left.labels.count {
      let index = leftOutputs.count
      leftOutputs.append(labels.count)
      addSeries(left.labels[index], dropsName: left.dropsName[index])
    }
    while operation == .or, rightOutputs.count < right.labels.count {
      let index = rightOutputs.count
      rightOutputs.append(labels.count)
      addSeries(right.labels[index], dropsName: right.dropsName[index])
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(leftFrame)
    frame.inheritFailure(rightFrame)
    for group in table.groups {
      apply(group, leftFrame, rightFrame)
    }
  }

  private func apply(_ group: MatchTable.Group, _ leftFrame: Frame, _ rightFrame: Frame) {
    let rightUnion = group.ones.reduce(UInt64(0)) { $0 | rightFrame.masks[$1] }
    let rightDefined = group.ones.reduce(UInt64(0)) { $0 | rightFrame.defined[$1] }
    var leftUnion: UInt64 = 0
    for index in group.many {
      let mask = leftFrame.masks[index]
      leftUnion |= mask
      switch operation {
      case .and:
        emit(
          leftFrame, index, mask & rightUnion, leftFrame.defined[index] & rightDefined,
          leftOutputs[index])
      case .unless:
        emit(leftFrame, index, mask & ~rightUnion, leftFrame.defined[index], leftOutputs[index])
      default: emit(leftFrame, index, mask, leftFrame.defined[index], leftOutputs[index])
      }
    }
    guard operation == .or else { return }
    for index in group.ones {
      emit(
        rightFrame, index, rightFrame.masks[index] & ~leftUnion, rightFrame.defined[index],
        rightOutputs[index])
    }
  }

  private func emit(
    _ source: Frame, _ index: Int, _ mask: UInt64, _ defined: UInt64, _ output: Int
  ) {
    frame.copyRow(from: source, index, mask, to: output)
    frame.defined[output] |= defined
  }

  override func encodeState(into writer: inout CheckpointWriter) {
    encodeTable(into: &writer)
    table.encode(into: &writer)
    writer.write(numbers: leftOutputs)
    writer.write(numbers: rightOutputs)
  }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    try restoreTable(from: &reader)
    try table.restore(from: &reader, outputCount: labels.count)
    leftOutputs = try reader.numbers(below: labels.count)
    rightOutputs = try reader.numbers(below: labels.count)
    guard (leftOutputs + rightOutputs).allSatisfy({ $0 >= 0 }) else { throw reader.failure() }
  }
}
