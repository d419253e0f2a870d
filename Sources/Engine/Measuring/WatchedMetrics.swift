import PromQL
import Rules

/// Which metrics the alerts of a rule set look at, by themselves or through recording rules.
struct WatchedMetrics {
  /// Their names.
  private(set) var names: Set<String> = []
  private var recorded: [String: Expression] = [:]

  /// The metrics that alerts among `rules` look at.
  init(_ rules: [Rule]) {
    for rule in rules where !rule.isAlert { recorded[rule.name] = rule.expression }
    for rule in rules where rule.isAlert { collect(rule.expression) }
  }

  /// Adds the metrics of an expression; a recording rule is followed once, also round a circle.
  private mutating func collect(_ expression: Expression) {
    switch expression.kind {
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      if let name = selector.metricName, names.insert(name).inserted, let inner = recorded[name] {
        collect(inner)
      }
    default: break
    }
    for child in expression.children { collect(child) }
  }
}
