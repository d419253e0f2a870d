public import Model

/// How the rules stand a disturbance: which stay as they are, which turn late, flaky or silent.
public struct Stability: Sendable {
  /// What became of a rule, the gravest last.
  public enum Verdict: String, Sendable, CaseIterable, Comparable {
    /// Every alert comes and goes as before, give or take the tolerance.
    case steady
    /// Alerts come, but later.
    case late
    /// Alerts break off, come more than once, or come without cause.
    case flaky
    /// Alerts do not come at all.
    case silent

    /// By gravity.
    public static func < (a: Verdict, b: Verdict) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// One rule.
  public struct Rule: Sendable {
    /// The rule's group.
    public var group: String
    /// The alert's name.
    public var alert: String
    /// What became of it.
    public var verdict: Verdict
    /// Stretches in which it fired without the disturbance.
    public var before: Int
    /// Stretches in which it fired under the disturbance.
    public var after: Int
    /// By how much the latest stretch began later, in ms; 0 when none did.
    public var latest: Milliseconds
    /// Stretches that did not come.
    public var lost: Int
    /// Stretches that came without a counterpart.
    public var gained: Int
    /// Stretches that ended early by more than the tolerance.
    public var brokenOff: Int
  }

  /// Every rule that fired in either run: the gravest first, then by group and name.
  public private(set) var rules: [Rule] = []
  /// Incidents without and under the disturbance.
  public let incidents: (before: Int, after: Int)

  /// Compares the outcome of a run with that of the same run under a disturbance.
  ///
  /// Shifts of up to `tolerance` ms, one tick of the rules, are no difference.
  public init(undisturbed: Outcome, disturbed: Outcome, tolerance: Milliseconds) {
    incidents = (undisturbed.incidents.count, disturbed.incidents.count)
    struct Key: Hashable {
      var group: String
      var alert: String
    }
    func key(_ firing: Outcome.Firing) -> Key { Key(group: firing.group, alert: firing.alert) }
    let before = Dictionary(grouping: undisturbed.firings, by: key)
    let after = Dictionary(grouping: disturbed.firings, by: key)
    var changes: [Key: [Difference.Change<Outcome.Firing>]] = [:]
    for change in Difference(old: undisturbed, new: disturbed).alerts {
      guard let firing = change.old ?? change.new else { continue }
      changes[key(firing), default: []].append(change)
    }
    rules = Set(before.keys).union(after.keys).map { key in
      Self.rule(
        key.group, key.alert, before[key]?.count ?? 0, after[key]?.count ?? 0, changes[key] ?? [],
        tolerance)
    }
    rules.sort {
      ($1.verdict, $0.group, $0.alert) < ($0.verdict, $1.group, $1.alert)
    }
  }

  private static func rule(
    _ group: String, _ alert: String, _ before: Int, _ after: Int,
    _ changes: [Difference.Change<Outcome.Firing>], _ tolerance: Milliseconds
  ) -> Rule {
    var rule = Rule(
      group: group, alert: alert, verdict: .steady, before: before, after: after,
      latest: max(0, changes.map(\.startShift).max() ?? 0),
      lost: changes.count { $0.new == nil }, gained: changes.count { $0.old == nil },
      brokenOff: changes.count { ($0.endShift ?? 0) < -tolerance })
    if before > 0, after == 0 {
      rule.verdict = .silent
    } else if rule.lost + rule.gained + rule.brokenOff > 0 {
      rule.verdict = .flaky
    } else if rule.latest > tolerance {
      rule.verdict = .late
    }
    return rule
  }

  /// One JSON event a line: `stability.rule` for each rule, and at last `stability.summary`.
  public func jsonLines(_ counts: Disturbance.Counts) -> [String] {
    let lines = rules.map { rule in
      Self.line("stability.rule") { json in
        json.field("group", rule.group)
        json.field("alert", rule.alert)
        json.field("verdict", rule.verdict.rawValue)
        json.field("firings_before", rule.before)
        json.field("firings_after", rule.after)
        json.field("later_seconds", Double(rule.latest) / 1000)
        json.field("lost", rule.lost)
        json.field("gained", rule.gained)
        json.field("broken_off", rule.brokenOff)
      }
    }
    let summary = Self.line("stability.summary") { json in
      for verdict in Verdict.allCases {
        json.field(verdict.rawValue, rules.count { $0.verdict == verdict })
      }
      json.field("incidents_before", incidents.before)
      json.field("incidents_after", incidents.after)
      json.field("samples", counts.samples)
      json.field("dropped", counts.dropped)
      json.field("duplicated", counts.duplicated)
      json.field("overtaken", counts.overtaken)
    }
    return lines + [summary]
  }

  private static func line(_ event: String, _ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", event)
      body(&json)
    }
    return json.text
  }
}
