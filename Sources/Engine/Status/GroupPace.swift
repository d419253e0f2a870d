public import Model
import Rules

/// How a rule group keeps up: for gauges that are read every few seconds, so nothing of its rules.
public struct GroupPace: Hashable, Sendable {
  /// The group's name.
  public var name: String
  /// The file it came from; nil for text that came from no file.
  public var file: String?
  /// Distance of its ticks, in ms.
  public var interval: Milliseconds
  /// The last tick that was evaluated; nil before the first.
  public var lastEvaluation: Timestamp?
  /// What the last pass cost, in ns; 0 where nobody measures.
  public var evaluationNanoseconds: UInt64
  /// How long its next tick is due already in event time, in ms; 0 when it is not.
  public var delay: Milliseconds
  /// Its rules.
  public var rules: Int
  /// Its rules whose last evaluation failed.
  public var failingRules: Int
}

extension Tocsin {
  /// How all groups keep up, in the order of their files.
  ///
  /// - Complexity: O(rules)
  public func groupPaces() -> [GroupPace] {
    groups.map { group in
      var pace = GroupPace(
        name: group.group.name, file: group.group.file, interval: group.interval,
        lastEvaluation: group.lastTick, evaluationNanoseconds: 0, delay: 0,
        rules: group.runners.count, failingRules: 0)
      for runner in group.runners {
        pace.evaluationNanoseconds += runner.nanoseconds
        if runner.failure != nil { pace.failingRules += 1 }
      }
      if let next = group.nextTick, let watermark { pace.delay = max(0, watermark - next) }
      return pace
    }
  }
}
