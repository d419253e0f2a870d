import Model
import PromQL

extension Planner {
  /// Functions of histograms, native and classic; nil when `name` is none of them.
  func histogramCall(
    _ name: String, _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator? {
    let question: HistogramOperator.Question
    let vector: Expression
    switch name {
    case "histogram_quantile":
      question = .quantile(try plan(arguments[0], context))
      vector = arguments[1]
    case "histogram_quantiles":
      let label = arguments[1].text ?? ""
      guard !label.isEmpty, label != Labels.metricName else {
        throw EvaluationError(
          code: "bad-label", "invalid label name \(quoted(label))", range: arguments[1].range)
      }
      var φs: [Operator] = []
      for argument in arguments.dropFirst(2) { φs.append(try plan(argument, context)) }
      question = .quantiles(φs, label: label)
      vector = arguments[0]
    case "histogram_fraction":
      question = .fraction(
        lower: try plan(arguments[0], context), upper: try plan(arguments[1], context))
      vector = arguments[2]
    default: return nil
    }
    var inner = context
    inner.findsResets = false
    return HistogramOperator(try plan(vector, inner), question, range: vector.range)
  }

  /// `selector smoothed`: values interpolated at the step.
  func smoothedSelector(
    _ selector: VectorSelector, _ time: ReferenceTime, _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    let source = try samples(selector, time, looksBack: 2 * options.lookback, context)
    let operand = RangeOperand(
      source: source, time: time, length: options.lookback, extent: .smoothed)
    let whole = WholeWindow(
      .interpolation, of: operand, lookback: options.lookback, range: range)
    return WholeWindowOperator(operand, parameters: [], whole: whole, range: range)
  }
}

extension RangeFunction {
  /// The value at the young end of the window: on the line between the samples around it, or the
  /// newest sample's where no later one is in reach.
  fileprivate static let interpolation = RangeFunction(name: "smoothed", keepsName: true) {
    window, remark in
    let samples = window.samples.filter { $0.time > window.start }
    guard let place = samples.lastIndex(where: { $0.time <= window.end }) else { return nil }
    let isFloat = samples.map { sample in
      if case .float = sample.value { return true }
      return false
    }
    guard isFloat.allSatisfy({ $0 == isFloat[0] }) else {
      window.remarkMixedTypes(remark)
      return nil
    }
    let before = samples[place]
    guard before.time < window.end, place + 1 < samples.count else { return before.value }
    let after = samples[place + 1]
    switch (before.value, after.value) {
    case (.float(let a), .float(let b)):
      let value = try? ExtendedRange<Double>.interpolate(
        (before.time, a), (after.time, b), window.end, false)
      return value.map(SampleValue.float)
    case (.histogram(let a), .histogram(let b)):
      do {
        let isCounter = a.counterResetHint != .gauge && b.counterResetHint != .gauge
        return .histogram(
          try ExtendedRange<NativeHistogram>.interpolate(
            (before.time, a), (after.time, b), window.end, isCounter
          ).compacted())
      } catch {
        window.remark(.mixedSchemas, remark)
        return nil
      }
    default: return nil
    }
  }
}
