import Evaluation
import Model
import PromQL
import Rules

/// How groups are evaluated: whether many ticks at a time, and in which order at one tick.
struct PassPlan {
  /// True when every rule reads only what earlier rules write.
  ///
  /// A rule that reads what a later rule (or itself) writes sees, at each tick, what was written at the
  /// tick before; several ticks at once would hide it.
  let allowsManyTicks: Bool
  /// The wave of each group.
  ///
  /// At a tick the groups of wave 0 are evaluated and told of first, then those of wave 1, and so on;
  /// within a wave they go by their order in the files.
  ///
  /// A group that only alerts has a wave by its interval, shorter ones first, so that a group that looks
  /// each second need not wait for one that looks at everything each minute. What a group writes may be
  /// read by any other, and by the measures of an incident: one that writes is of wave 0.
  let waves: [Int]

  init(_ groups: [RuleGroup], defaultInterval: Milliseconds) {
    allowsManyTicks = Self.allowsManyTicks(groups)
    waves = Self.waves(groups, defaultInterval)
  }

  private static func waves(_ groups: [RuleGroup], _ defaultInterval: Milliseconds) -> [Int] {
    let selectors = groups.flatMap(\.rules).flatMap { $0.expression.selectors }
    let readsAlerts = selectors.contains { $0.metricName?.hasPrefix("ALERTS") ?? true }
    let intervals = groups.map { $0.interval ?? defaultInterval }
    let ranks = Set(intervals).sorted()
    return zip(groups, intervals).map { group, interval in
      let onlyAlerts = group.rules.allSatisfy { rule in
        switch rule.kind {
        case .alert, .threshold: true
        case .recording, .baseline: false
        }
      }
      return onlyAlerts && !readsAlerts ? ranks.firstIndex(of: interval) ?? 0 : 0
    }
  }

  private static func allowsManyTicks(_ groups: [RuleGroup]) -> Bool {
    let rules = groups.flatMap(\.rules)
    let writes = RuleWrites(rules)
    return rules.enumerated().allSatisfy { number, rule in
      writes.writers(of: rule.expression).map { $0.upperBound < number } ?? true
    }
  }
}
