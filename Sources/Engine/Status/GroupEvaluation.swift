public import Model
public import Rules

/// What the alerting rules of a group have to say after its last tick: for who forwards alerts.
public struct GroupEvaluation: Sendable {
  /// The group's name.
  public var name: String
  /// The file it came from; nil for text that came from no file.
  public var file: String?
  /// The tick.
  public var time: Timestamp
  /// Distance of its ticks, in ms.
  public var interval: Milliseconds
  /// Its alerting rules that gave a result, in order.
  public var rules: [AlertingRule]

  /// An alerting rule after a tick.
  public struct AlertingRule: Sendable {
    /// The rule.
    public var rule: Rule
    /// Its alerts that fire or were resolved not long ago, by labels.
    public var alerts: [ActiveAlert]
  }
}

extension Tocsin {
  /// The newest tick that was evaluated, of all groups; nil before the first.
  public var lastTick: Timestamp? { groups.compactMap(\.lastTick).max() }

  /// The oldest tick that was not evaluated yet, of all groups; nil before the first sample.
  public var nextTick: Timestamp? { groups.compactMap(\.nextTick).min() }

  /// What the group at `index` has to say after its last tick; nil before the first.
  func evaluation(ofGroup index: Int) -> GroupEvaluation? {
    let group = groups[index]
    guard let time = group.lastTick else { return nil }
    return GroupEvaluation(
      name: group.group.name, file: group.group.file, time: time, interval: group.interval,
      rules: group.runners.compactMap { runner in
        // A rule that failed says nothing new; its alerts stay as they are.
        guard runner.rule.isAlert, runner.failure == nil else { return nil }
        return GroupEvaluation.AlertingRule(
          rule: runner.rule, alerts: runner.tellingAlerts(at: time, in: surroundings))
      })
  }
}
