import Model
import PromQL

extension Planner {
  /// `info(v)` and `info(v, {…})`.
  func info(
    _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    var matchers: [LabelMatcher] = []
    if arguments.count > 1, case .vectorSelector(let selector) = arguments[1].unwrapped.kind {
      matchers = selector.matchers
    }
    let names = matchers.filter { $0.name == Labels.metricName }
    let isOpen = names.allSatisfy { $0.operation == .notEqual || $0.operation == .notMatches }
    do throws(PatternError) {
      if names.isEmpty {
        matchers.append(LabelMatcher(Labels.metricName, equals: "target_info"))
      } else if isOpen {
        matchers.append(try LabelMatcher(Labels.metricName, .matches, ".+_info"))
      }
    } catch {
      throw EvaluationError(code: "bad-pattern", "\(error)", range: range)
    }
    // Info series are looked at when the elements' own samples are.
    let time = try arguments[0].sampleTime(context) ?? ReferenceTime()
    let selector = VectorSelector(matchers: matchers)
    let source = try samples(selector, time, looksBack: options.lookback, context)
    let values = SelectorOperator(
      source, at: time, lookback: options.lookback, output: .value, range: range)
    let times = SelectorOperator(
      source, at: time, lookback: options.lookback, output: .timestamp, range: range)
    return InfoOperator(
      try plan(arguments[0], context), info: values, infoTimes: times, matchers: matchers,
      range: range)
  }
}

extension Expression {
  /// The time that the first selector of the expression looks at; nil without a selector.
  func sampleTime(_ context: PlanContext) throws(EvaluationError) -> ReferenceTime? {
    switch kind {
    case .number, .string: return nil
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      return try context.reference(selector.timing)
    case .subquery(let subquery):
      let outer = try context.reference(subquery.timing)
      guard let inner = try subquery.expression.sampleTime(context) else { return nil }
      if inner.anchor != nil { return inner }
      return ReferenceTime(offset: outer.offset &+ inner.offset, anchor: outer.anchor)
    case .unary(_, let operand), .parentheses(let operand):
      return try operand.sampleTime(context)
    case .binary(let binary):
      if let time = try binary.left.sampleTime(context) { return time }
      return try binary.right.sampleTime(context)
    case .aggregation(let aggregation): return try aggregation.expression.sampleTime(context)
    case .call(let call):
      for argument in call.arguments {
        if let time = try argument.sampleTime(context) { return time }
      }
      return nil
    }
  }
}
