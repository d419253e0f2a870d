public import Evaluation
public import Model
public import Rules

/// How a rule group does: what `/api/v1/rules` of Prometheus tells of one.
public struct GroupStatus: Sendable {
  /// The group's name.
  public var name: String
  /// The file it came from; nil for text that came from no file.
  public var file: String?
  /// Distance of its ticks, in ms.
  public var interval: Milliseconds
  /// Most alerts or series of one rule; 0 is no limit.
  public var limit: Int
  /// The last tick that was evaluated; nil before the first.
  public var lastEvaluation: Timestamp?
  /// What the last pass cost, in ns; 0 where nobody measures.
  public var evaluationNanoseconds: UInt64
  /// Its rules, in order.
  public var rules: [RuleStatus]
}

/// How one rule does.
public struct RuleStatus: Sendable {
  /// Whether the last tick went well.
  public enum Health: String, Sendable {
    /// It was never evaluated.
    case unknown
    /// It gave a result.
    case ok
    /// It failed; `lastError` says why.
    case err
  }

  /// The rule.
  public var rule: Rule
  /// Whether the last tick went well.
  public var health: Health
  /// Why it failed; nil unless `health` is `err`.
  public var lastError: String?
  /// What the last pass cost, in ns; 0 where nobody measures.
  public var evaluationNanoseconds: UInt64
  /// Its alerts that are pending or firing, by labels; none of a recording rule.
  public var alerts: [ActiveAlert]

  /// The rule's state: that of its gravest alert.
  public var state: AlertState {
    if alerts.contains(where: { $0.state == .firing }) { return .firing }
    return alerts.isEmpty ? .inactive : .pending
  }
}

extension Tocsin {
  /// How all groups do, in the order of their files.
  ///
  /// Expands the annotations of every active alert: for people and their tools, not for each tick.
  public func groupStatus() -> [GroupStatus] {
    groups.map { group in
      let lastTick = group.lastTick
      return GroupStatus(
        name: group.group.name, file: group.group.file, interval: group.interval,
        limit: group.group.limit, lastEvaluation: lastTick,
        evaluationNanoseconds: group.runners.reduce(0) { $0 + $1.nanoseconds },
        rules: group.runners.map { runner in
          RuleStatus(
            rule: runner.rule,
            health: lastTick == nil ? .unknown : runner.failure == nil ? .ok : .err,
            lastError: runner.failure?.message, evaluationNanoseconds: runner.nanoseconds,
            alerts: runner.activeAlerts(in: surroundings))
        })
    }
  }

  /// Answers single queries over what is held now.
  public var queries: QueryEngine { QueryEngine(store: store, options: options.evaluation) }
}
