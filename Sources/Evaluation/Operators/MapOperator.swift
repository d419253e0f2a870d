import Model

/// A function of each element by itself: `abs(v)`, `clamp(v, a, b)`, `hour(v)`, `-v`.
final class MapOperator: Operator {
  /// How an element becomes another one.
  struct Function: Sendable {
    /// The value of a float; nil gives no element.
    ///
    /// `parameters` are the scalar arguments.
    let float: @Sendable (Double, [Double]) -> Double?
    /// The value of a histogram; nil function or nil result gives no element.
    var histogram: (@Sendable (NativeHistogram, [Double]) -> SampleValue?)?
    /// True when the metric's name goes away.
    var dropsName = true
  }

  private let operand: Operator
  private let parameters: [Operator]
  private let function: Function
  private var output: SeriesGuard

  init(_ operand: Operator, parameters: [Operator], _ function: Function, range: Range<Int>) {
    self.operand = operand
    self.parameters = parameters
    self.function = function
    output = SeriesGuard(dropsName: function.dropsName)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    let parameterFrames = parameters.map { $0.evaluate(grid, run) }
    output.grow(labels: operand.labels, dropsName: operand.dropsName, run, into: self)
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    for parameter in parameterFrames { frame.inheritFailure(parameter) }
    var arguments = Array(
      repeating: [Double](repeating: 0, count: parameters.count), count: grid.count)
    for k in 0..<grid.count {
      for p in parameters.indices { arguments[k][p] = parameterFrames[p].row(0)[k] }
    }
    for i in 0..<labels.count {
      let row = frame.row(i)
      let source = input.row(i)
      var mask: UInt64 = 0
      for k in SetBits(input.masks[i]) {
        if let number = HistogramBox.number(source[k]) {
          let histogram = input.histograms[Int(number)]
          if let value = function.histogram?(histogram, arguments[k]) { frame.set(i, k, value) }
        } else if let value = function.float(source[k], arguments[k]) {
          row[k] = value
          mask |= 1 << UInt64(k)
        }
      }
      frame.masks[i] |= mask
      frame.defined[i] = input.defined[i]
    }
    output.merge(frame)
  }
}
