import Model

/// A function over a sliding window, computed from what enters and leaves the window.
///
/// Series that hold more than plain floats, and windows whose accumulator asks for it, go to
/// `whole`, which looks at all samples of the window.
final class WindowOperator: Operator {
  private let operand: RangeOperand
  private let parameter: Operator?
  private let whole: WholeWindow
  private let kernel: WindowKernel

  init(
    _ operand: RangeOperand, parameter: Operator?, kernel: WindowKernel,
    whole: WholeWindow, range: Range<Int>
  ) {
    self.operand = operand
    self.parameter = parameter
    self.kernel = kernel
    self.whole = whole
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let source = operand.source
    source.prepare(grid, run)
    let parameters = parameter.map { [$0.evaluate(grid, run)] } ?? []
    whole.output.grow(
      labels: source.labels, dropsName: source.dropsName, run, into: self)
    frame.prepare(series: source.labels.count, steps: grid.count)
    source.passFailure(to: frame)
    for parameter in parameters { frame.inheritFailure(parameter) }
    let pass = WindowPass(
      operand: operand, grid: grid, frame: frame, parameters: parameters.first?.row(0),
      head: run.head, tail: run.tail)
    for (index, steps) in kernel.slide(pass) {
      whole.compute(
        index, source.ringNumber(index), grid, parameters, run, steps: steps, into: frame)
    }
    whole.remarkNames(frame, run)
    whole.output.merge(frame)
  }

  override func encodeState(into writer: inout CheckpointWriter) {
    kernel.encode(operand, &writer)
  }

  override func captureState(_ snapshot: SeriesSnapshot) -> CapturedState {
    // The rings of a subquery are its own, and no snapshot is of them.
    operand.source is SelectedSamples
      ? kernel.capture(operand, snapshot) : super.captureState(snapshot)
  }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    try kernel.restore(operand, &reader)
  }
}

/// A range vector as an operand: whose samples, seen from where, over what length.
struct RangeOperand {
  var source: SampleSource
  var time: ReferenceTime
  /// In milliseconds, above 0.
  var length: Int64
  var extent = RangeExtent.inside

  /// Which samples beside those inside the window a function may look at.
  enum RangeExtent {
    case inside, anchored, smoothed
  }
}
