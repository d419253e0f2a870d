import Evaluation
import PromQL
import Rules

/// Which series the rules of a list write, so that it can be told which of them read what others write.
struct RuleWrites {
  /// The first and the last rule, by number, that writes series of a name.
  private var byName: [String: ClosedRange<Int>] = [:]
  /// The first and the last rule that writes anything.
  private var all: ClosedRange<Int>?
  /// Names of the series that tell of alerts; what begins like them is taken for one of them.
  private static let alerts = "ALERTS"

  init(_ rules: some Sequence<Rule>) {
    for (number, rule) in rules.enumerated() {
      note(rule.isAlert ? Self.alerts : rule.name, number)
      guard case .baseline = rule.kind else { continue }
      for part in RuleRunner.BandSeries.allCases { note(part.name(of: rule), number) }
    }
  }

  private mutating func note(_ name: String, _ number: Int) {
    byName[name] = (byName[name]?.lowerBound ?? number)...number
    all = (all?.lowerBound ?? number)...number
  }

  /// The first and the last rule that writes what `expression` may read; nil when none does.
  func writers(of expression: Expression) -> ClosedRange<Int>? {
    let found = expression.readMetrics.compactMap { name in
      guard let name else { return all }
      return byName[name.hasPrefix(Self.alerts) ? Self.alerts : name]
    }
    guard let first = found.map(\.lowerBound).min(), let last = found.map(\.upperBound).max()
    else { return nil }
    return first...last
  }
}

extension Expression {
  /// Names of the metrics that the expression reads; nil where it may be any.
  fileprivate var readMetrics: [String?] {
    let own: [String?] = selectors.map(\.metricName)
    // Which info series it reads, `info` decides by itself where nothing is said.
    return readsInfo ? own + [nil] : own
  }

  private var readsInfo: Bool {
    if case .call(let call) = kind, call.function.name == "info" { return true }
    return children.contains(where: \.readsInfo)
  }
}
