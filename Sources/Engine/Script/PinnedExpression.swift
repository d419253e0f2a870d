public import Model
public import PromQL

extension Expression {
  /// The expression with `@ time` at each selector and subquery that has no fixed time.
  ///
  /// What is below a subquery keeps its times: the subquery's own time decides them.
  ///
  /// - Parameter time: When.
  /// - Returns: An expression with one result at any time of evaluation; nil when a function in it
  ///   looks at the time of evaluation itself.
  public func pinned(at time: Timestamp) -> Expression? {
    var copy = self
    switch kind {
    case .number, .string: break
    case .vectorSelector(let selector):
      guard let pinned = selector.pinned(at: time) else { return nil }
      copy.kind = .vectorSelector(pinned)
    case .matrixSelector(let selector, let range):
      guard let pinned = selector.pinned(at: time), !range.dependsOnQuery else { return nil }
      copy.kind = .matrixSelector(pinned, range: range)
    case .subquery(var subquery):
      // The whole of it is looked at, though nothing below it changes.
      guard subquery.expression.pinned(at: time) != nil, !subquery.range.dependsOnQuery,
        subquery.step?.dependsOnQuery != true, let timing = subquery.timing.pinned(at: time)
      else { return nil }
      subquery.timing = timing
      copy.kind = .subquery(subquery)
    case .unary(let operation, let operand):
      guard let operand = operand.pinned(at: time) else { return nil }
      copy.kind = .unary(operation, operand)
    case .binary(var binary):
      guard let left = binary.left.pinned(at: time), let right = binary.right.pinned(at: time)
      else { return nil }
      (binary.left, binary.right) = (left, right)
      copy.kind = .binary(binary)
    case .aggregation(var aggregation):
      guard let inner = aggregation.expression.pinned(at: time) else { return nil }
      aggregation.expression = inner
      if let parameter = aggregation.parameter {
        guard let parameter = parameter.pinned(at: time) else { return nil }
        aggregation.parameter = parameter
      }
      copy.kind = .aggregation(aggregation)
    case .call(var call):
      guard !functionsOfTime.contains(call.function.name) else { return nil }
      let arguments = call.arguments.compactMap { $0.pinned(at: time) }
      guard arguments.count == call.arguments.count else { return nil }
      call.arguments = arguments
      copy.kind = .call(call)
    case .parentheses(let inner):
      guard let inner = inner.pinned(at: time) else { return nil }
      copy.kind = .parentheses(inner)
    }
    return copy
  }
}

/// Functions whose result changes with the time of evaluation though their arguments do not.
private let functionsOfTime: Set<String> = [
  "time", "timestamp", "predict_linear", "minute", "hour", "day_of_week", "day_of_month",
  "day_of_year", "days_in_month", "month", "year", "start", "end", "range", "step",
]

extension VectorSelector {
  fileprivate func pinned(at time: Timestamp) -> VectorSelector? {
    guard let timing = timing.pinned(at: time) else { return nil }
    var copy = self
    copy.timing = timing
    return copy
  }
}

extension Timing {
  fileprivate func pinned(at time: Timestamp) -> Timing? {
    if offset?.dependsOnQuery == true { return nil }
    var copy = self
    // In an instant query start() and end() are its time.
    if case .at = anchor { return copy }
    copy.anchor = .at(time)
    return copy
  }
}

extension DurationExpression {
  /// True when `step()` or `range()` is in it.
  fileprivate var dependsOnQuery: Bool {
    switch self {
    case .literal: false
    case .step, .range: true
    case .unary(_, let operand): operand.dependsOnQuery
    case .binary(_, let a, let b), .min(let a, let b), .max(let a, let b):
      a.dependsOnQuery || b.dependsOnQuery
    }
  }
}
