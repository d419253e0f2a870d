import Evaluation
import Model
import PromQL
import Rules

/// Finds the clause of an expression that leaves it without an element.
struct Blame {
  let probe: OperandProbe

  /// What keeps `expression` empty, the outermost cause first; empty when it has an element.
  func blockers(of expression: Expression) -> [WhyNot.Blocker] {
    let inner = expression.unwrapped
    guard let elements = probe.vector(inner) else {
      let failure = probe.operand(inner, 0).failure ?? "it failed"
      return [blocker(inner, "\(inner) cannot be evaluated: \(failure)")]
    }
    guard elements.isEmpty else { return [] }
    switch inner.kind {
    case .binary(let binary): return blockers(of: binary, inner)
    case .vectorSelector(let selector): return [noData(selector, inner)]
    case .matrixSelector(let selector, _): return [noData(selector, inner)]
    case .aggregation(let aggregation): return blockers(of: aggregation.expression)
    case .call(let call): return blockers(of: call, inner)
    case .unary(_, let operand): return blockers(of: operand)
    case .subquery(let subquery):
      return [blocker(inner, "\(subquery.expression) gave nothing at any step of \(inner)")]
    case .number, .string, .parentheses: return [blocker(inner, "\(inner) has no element")]
    }
  }

  private func blocker(_ clause: Expression, _ reason: String) -> WhyNot.Blocker {
    WhyNot.Blocker(clause: clause.unwrapped.description, reason: reason)
  }

  // MARK: Operators

  private func blockers(of binary: Binary, _ whole: Expression) -> [WhyNot.Blocker] {
    switch binary.operation {
    case .or: return blockers(of: binary.left) + blockers(of: binary.right)
    case .and:
      let found = blockers(of: binary.left)
      if !found.isEmpty { return found }
      let right = blockers(of: binary.right)
      return right.isEmpty ? [unmatched(binary, whole)] : right
    case .unless:
      let found = blockers(of: binary.left)
      guard found.isEmpty else { return found }
      return [
        blocker(
          binary.right, "\(binary.right) is true and takes away all that \(binary.left) has")
      ]
    case _ where binary.operation.isComparison && !binary.returnsBool:
      return comparison(binary, whole)
    default: return either(binary) ?? [unmatched(binary, whole)]
    }
  }

  /// What keeps an operand empty; nil when both have elements.
  private func either(_ binary: Binary) -> [WhyNot.Blocker]? {
    for side in [binary.left, binary.right] {
      let found = blockers(of: side)
      if !found.isEmpty { return found }
    }
    return nil
  }

  private func comparison(_ binary: Binary, _ whole: Expression) -> [WhyNot.Blocker] {
    if let found = either(binary) { return found }
    let (operand, bound, operation) =
      binary.right.constant.map { (binary.left, $0, binary.operation) }
      ?? binary.left.constant.map { (binary.right, $0, binary.operation.turned) }
      ?? (binary.left, .nan, binary.operation)
    guard bound.isNaN else {
      return [against(bound, operation, operand, whole)]
    }
    var difference = binary
    difference.operation = .subtract
    let distances = probe.vector(Expression(.binary(difference), range: whole.range)) ?? []
    guard let nearest = OperandProbe.nearest(distances, to: 0) else {
      return [unmatched(binary, whole)]
    }
    var found = blocker(
      whole,
      "\(binary.left) \(operation.rawValue) \(binary.right) is false: the two are "
        + "\(plain(nearest.value.magnitude)) apart"
        + (distances.count > 1 ? " at the nearest of \(distances.count)" : "")
        + (nearest.labels.isEmpty ? "" : " (\(nearest.labels))"))
    found.missing = -nearest.value
    return [found]
  }

  private func against(
    _ bound: Double, _ operation: BinaryOperation, _ operand: Expression, _ whole: Expression
  ) -> WhyNot.Blocker {
    let elements = probe.vector(operand) ?? []
    guard let nearest = OperandProbe.nearest(elements, to: bound) else {
      return blocker(whole, "\(operand) has no number to compare with \(plain(bound))")
    }
    var found = blocker(
      whole,
      "\(operand) \(operation.rawValue) \(plain(bound)) is false: "
        + (elements.count > 1 ? "the nearest of \(elements.count) is " : "it is ")
        + plain(nearest.value) + (nearest.labels.isEmpty ? "" : " (\(nearest.labels))")
        + (nearest.value == bound
          ? ", the bound itself" : ", \(plain((bound - nearest.value).magnitude)) are missing"))
    found.value = nearest.value
    found.bound = bound
    found.missing = bound - nearest.value
    return found
  }

  private func unmatched(_ binary: Binary, _ whole: Expression) -> WhyNot.Blocker {
    let (left, right) = (probe.vector(binary.left) ?? [], probe.vector(binary.right) ?? [])
    let by =
      binary.matching.isOn
      ? "on (\(binary.matching.labels.joined(separator: ", ")))"
      : binary.matching.labels.isEmpty
        ? "by all labels" : "ignoring (\(binary.matching.labels.joined(separator: ", ")))"
    let example = left.first.flatMap { a in right.first.map { "\(a.labels) and \($0.labels)" } }
    return blocker(
      whole,
      "no element of \(binary.left) has a partner in \(binary.right), matched \(by)"
        + (example.map { ": \($0)" } ?? ""))
  }

  // MARK: Data

  private func blockers(of call: Call, _ whole: Expression) -> [WhyNot.Blocker] {
    if call.function.name.hasPrefix("absent"), let operand = call.arguments.first {
      return [blocker(whole, "\(operand) has data, so \(whole) is empty")]
    }
    for argument in call.arguments where argument.constant == nil && argument.type != .string {
      let found = blockers(of: argument)
      if !found.isEmpty { return found }
      guard let data = probe.data(of: argument.unwrapped), data.series > 0 else { continue }
      return [
        blocker(
          argument,
          "\(call.function.name) needs more samples: \(argument) has \(counts(data.samples)) of "
            + "each series in \(spelled(data.reach))")
      ]
    }
    return [blocker(whole, "\(whole) has no element")]
  }

  private func counts(_ range: ClosedRange<Int>) -> String {
    range.lowerBound == range.upperBound
      ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }

  /// Why a selector finds nothing: the name, a matcher, or the time.
  private func noData(_ selector: VectorSelector, _ whole: Expression) -> WhyNot.Blocker {
    let all = probe.engine.store.allLabels
    func matching(_ matchers: [LabelMatcher]) -> Int {
      all.count { labels in matchers.allSatisfy { $0.matches(labels[$0.name] ?? "") } }
    }
    if matching(selector.matchers) > 0 {
      let data = probe.data(of: whole)
      guard let newest = data?.newest else {
        return blocker(whole, "\(whole) has no sample in the hour before")
      }
      return blocker(
        whole,
        "\(whole) has no sample in the last \(spelled(data?.reach ?? 0)): the newest is of "
          + "\(newest), \(spelled(probe.time - newest)) before")
    }
    if let name = selector.metricName {
      let count = all.count { $0.metricName == name }
      guard count > 0 else { return blocker(whole, "no series is called \(quoted(name))") }
      let name = LabelMatcher(Labels.metricName, equals: name)
      for matcher in selector.matchers where matcher.name != Labels.metricName {
        if matching([name, matcher]) == 0 {
          return blocker(
            whole, "none of the \(count) series of that name matches \(matcher.description)")
        }
      }
    }
    return blocker(whole, "no series matches all of \(whole)")
  }
}

extension BinaryOperation {
  /// The comparison with its sides exchanged.
  fileprivate var turned: BinaryOperation {
    switch self {
    case .greater: .less
    case .less: .greater
    case .greaterOrEqual: .lessOrEqual
    case .lessOrEqual: .greaterOrEqual
    default: self
    }
  }
}
