import Model
import PromQL

/// A selector of a rule, and what the expression around it takes its series for.
struct SelectorUse {
  /// What samples must look like to mean something to the functions above the selector.
  enum Shape {
    case gauge, counter, nativeHistogram
  }

  var matchers: [LabelMatcher]
  var shape: Shape
  /// True where the series are the buckets of a classic histogram.
  var hasBuckets: Bool
}

/// Everything that rules ask of data: their selectors, the labels they speak of, what they write.
struct Demand {
  private(set) var uses: [SelectorUse] = []
  /// Labels that rules group by, match on, copy or replace; sorted.
  private(set) var labelNames: Set<String> = ["instance", "job"]
  /// Expressions that `label_replace` holds against a label.
  private(set) var patterns: [String: [Pattern]] = [:]
  /// Names of series that the rules write themselves.
  private(set) var written: Set<String> = ["ALERTS", "ALERTS_FOR_STATE"]

  private static let counterFunctions: Set<String> = ["rate", "irate", "increase", "resets"]

  /// The demand of all rules of a file.
  init(_ file: RuleFileExpressions) {
    written.formUnion(file.written)
    for expression in file.expressions {
      let mentionsBounds = Self.mentionsBounds(expression)
      collect(expression, .gauge, mentionsBounds: mentionsBounds)
    }
    labelNames.subtract([Labels.metricName, "le", ""])
  }

  /// Where `le` is grouped by or matched on, histograms are classic ones.
  private static func mentionsBounds(_ expression: Expression) -> Bool {
    if case .aggregation(let aggregation) = expression.kind, !aggregation.isWithout,
      aggregation.labels.contains("le")
    {
      return true
    }
    return expression.children.contains(where: mentionsBounds)
  }

  private mutating func collect(
    _ expression: Expression, _ shape: SelectorUse.Shape, mentionsBounds: Bool
  ) {
    var inner = shape
    switch expression.kind {
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      note(selector, shape, mentionsBounds: mentionsBounds)
    case .aggregation(let aggregation): labelNames.formUnion(aggregation.labels)
    case .binary(let binary):
      labelNames.formUnion(binary.matching.labels + binary.matching.include)
    case .call(let call):
      if call.function.name.hasPrefix("histogram_") { inner = .nativeHistogram }
      if Self.counterFunctions.contains(call.function.name), inner == .gauge { inner = .counter }
      noteTexts(of: call)
    default: break
    }
    for child in expression.children {
      collect(child, inner, mentionsBounds: mentionsBounds)
    }
  }

  private mutating func note(
    _ selector: VectorSelector, _ shape: SelectorUse.Shape, mentionsBounds: Bool
  ) {
    let name = selector.metricName ?? ""
    let hasBuckets =
      name.hasSuffix("_bucket") || selector.matchers.contains { $0.name == "le" }
      || (shape == .nativeHistogram && mentionsBounds)
    let isCounter = ["_total", "_count", "_sum", "_bucket"].contains { name.hasSuffix($0) }
    let seen: SelectorUse.Shape =
      hasBuckets || (isCounter && shape == .gauge) ? .counter : shape
    uses.append(SelectorUse(matchers: selector.matchers, shape: seen, hasBuckets: hasBuckets))
  }

  /// `label_replace(v, dst, replacement, src, regex)` and `label_join(v, dst, separator, src…)`.
  private mutating func noteTexts(of call: Call) {
    let texts = call.arguments.dropFirst().map { argument in
      if case .string(let text) = argument.unwrapped.kind { text } else { "" }
    }
    switch call.function.name {
    case "label_replace" where texts.count == 4 && !texts[2].isEmpty:
      labelNames.insert(texts[2])
      if let pattern = try? Pattern(texts[3]) { patterns[texts[2], default: []].append(pattern) }
    case "label_join": labelNames.formUnion(texts.dropFirst(2))
    default: break
    }
  }
}

/// The expressions of a rule file and the names that it writes.
struct RuleFileExpressions {
  var expressions: [Expression]
  var written: [String]
}
