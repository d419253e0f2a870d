import Model

@testable import PromQL

/// A tree spelled out with all its parts, so that two trees are equal when their texts are.
///
/// Positions are left out; matchers are sorted, for their order means nothing. The printer has no
/// part in it.
func structure(of expression: Expression) -> String {
  switch expression.kind {
  case .number(let value):
    return value.isNaN ? "nan" : "\(value.bitPattern)"
  case .string(let text): return "(string \(text.unicodeScalars.map(\.value)))"
  case .vectorSelector(let selector): return structure(of: selector)
  case .matrixSelector(let selector, let range):
    return "(range \(structure(of: selector)) \(structure(of: range)))"
  case .subquery(let subquery):
    let step = subquery.step.map(structure) ?? "-"
    return
      "(subquery \(structure(of: subquery.expression)) \(structure(of: subquery.range)) \(step)"
      + "\(structure(of: subquery.timing)))"
  case .unary(let operation, let operand): return "(\(operation) \(structure(of: operand)))"
  case .binary(let binary):
    let matching = binary.matching
    let fill = [matching.fillLeft, matching.fillRight].map { $0.map { "\($0)" } ?? "-" }
    return "(\(binary.operation)\(binary.returnsBool ? " bool" : "") \(structure(of: binary.left)) "
      + "\(structure(of: binary.right)) \(matching.cardinality) \(matching.isOn) \(matching.labels) "
      + "\(matching.include) \(fill))"
  case .aggregation(let aggregation):
    let parameter = aggregation.parameter.map(structure) ?? "-"
    return "(\(aggregation.operation) \(aggregation.isWithout) \(aggregation.labels) \(parameter) "
      + "\(structure(of: aggregation.expression)))"
  case .call(let call):
    return "(\(call.function.name) \(call.arguments.map(structure).joined(separator: " ")))"
  case .parentheses(let inner): return "(in \(structure(of: inner)))"
  }
}

private func structure(of selector: VectorSelector) -> String {
  let matchers = selector.matchers.map { "\($0)" }.sorted()
  return "(select \(matchers) \(selector.extent)\(structure(of: selector.timing)))"
}

private func structure(of timing: Timing) -> String {
  let offset = timing.offset.map { " offset \(structure(of: $0))" } ?? ""
  switch timing.anchor {
  case .at(let time)?: return "\(offset) @ \(time.milliseconds)"
  case let anchor?: return "\(offset) @ \(anchor)"
  case nil: return offset
  }
}

private func structure(of duration: DurationExpression) -> String {
  switch duration {
  case .literal(let length): "\(length)"
  case .step: "step"
  case .range: "range"
  case .unary(let operation, let operand): "(\(operation) \(structure(of: operand)))"
  case .binary(let operation, let left, let right):
    "(\(operation) \(structure(of: left)) \(structure(of: right)))"
  case .min(let left, let right): "(min \(structure(of: left)) \(structure(of: right)))"
  case .max(let left, let right): "(max \(structure(of: left)) \(structure(of: right)))"
  }
}

/// A short form that shows how operators bind: `(* (- a) b)`.
func grouping(of expression: Expression) -> String {
  switch expression.kind {
  case .unary(let operation, let operand): "(\(operation.rawValue) \(grouping(of: operand)))"
  case .binary(let binary):
    "(\(binary.operation.rawValue) \(grouping(of: binary.left)) \(grouping(of: binary.right)))"
  case .parentheses(let inner): grouping(of: inner)
  default: "\(expression)"
  }
}
