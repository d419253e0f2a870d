import Model
import PromQL

/// An operator between a vector and a scalar, or between two scalars.
final class VectorScalarOperator: Operator {
  private let vector: Operator
  private let scalar: Operator
  private let isScalarLeft: Bool
  private let arithmetic: RowArithmetic
  private let mixed: MixedArithmetic
  private var output: SeriesGuard

  /// `isScalarLeft` says on which side of the operator the scalar stands.
  init(
    _ operation: BinaryOperation, vector: Operator, scalar: Operator, isScalarLeft: Bool,
    returnsBool: Bool, range: Range<Int>
  ) {
    self.vector = vector
    self.scalar = scalar
    self.isScalarLeft = isScalarLeft
    arithmetic = RowArithmetic(operation: operation, returnsBool: returnsBool)
    mixed = MixedArithmetic(operation: operation, returnsBool: returnsBool, range: range)
    output = SeriesGuard(dropsName: operation.dropsName || returnsBool)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = vector.evaluate(grid, run)
    let numbers = scalar.evaluate(grid, run)
    output.grow(labels: vector.labels, dropsName: vector.dropsName, run, into: self)
    let isPlain = input.isPlain && !arithmetic.operation.isTrim
    if isPlain && arithmetic.isFilter {
      frame.prepare(showing: input)
    } else {
      frame.prepare(series: labels.count, steps: grid.count)
    }
    frame.inheritFailure(input)
    frame.inheritFailure(numbers)
    for i in 0..<labels.count {
      frame.defined[i] = input.defined[i]
      guard input.masks[i] != 0 else { continue }
      if isPlain {
        frame.masks[i] = apply(to: input.row(i), input.masks[i], numbers.row(0), i)
      } else {
        applyMixed(i, input, numbers, run)
      }
    }
    output.merge(frame)
  }

  /// Computes row `index`; a row that is filtered shows the operand's values already.
  @inline(__always)
  private func apply(
    to row: UnsafePointer<Double>, _ mask: UInt64, _ constants: UnsafePointer<Double>, _ index: Int
  ) -> UInt64 {
    let (a, b) = isScalarLeft ? (constants, row) : (row, constants)
    return arithmetic.isFilter
      ? arithmetic.holding(a, b, frame.stepCount) & mask
      : arithmetic.apply(a, b, mask, frame.stepCount, into: frame.row(index))
  }

  private func applyMixed(_ index: Int, _ input: Frame, _ numbers: Frame, _ run: EvaluationRun) {
    for k in SetBits(input.masks[index]) {
      guard let element = input.value(index, k), let number = numbers.value(0, k) else { continue }
      let result =
        isScalarLeft
        ? mixed.combine(number, element, run, keepsRight: true)
        : mixed.combine(element, number, run)
      if let result { frame.set(index, k, result) }
    }
  }
}
