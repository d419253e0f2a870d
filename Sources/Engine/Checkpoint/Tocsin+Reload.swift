import Evaluation
import Incidents
import Model
public import Rules

/// A firing alert whose rule is gone: it ends at the next tick.
struct Orphan {
  var group: String
  var labels: Labels
  var value: Double
  var activeSince: Timestamp

  func encode(into writer: inout CheckpointWriter) {
    writer.write(group)
    writer.write(labels)
    writer.write(value)
    writer.write(activeSince)
  }

  init(group: String, _ entry: AlertTable.Checkpoint.Entry) {
    self.group = group
    labels = entry.labels
    value = entry.machine.value
    activeSince = entry.machine.activeSince
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    group = try reader.text()
    labels = try reader.labels()
    value = try reader.double()
    activeSince = try reader.time()
  }

  /// The end of the alert: nobody knows whether its trouble is over.
  func ending(at time: Timestamp) -> AlertTransition {
    AlertTransition(
      time: time, kind: .resolved, ending: .vanished, group: group,
      alert: labels["alertname"] ?? "", labels: labels, value: value,
      activeSince: min(activeSince, time))
  }
}

extension Tocsin {
  /// Runs with other rules from now on, all of them or (when it is not called) none.
  ///
  /// Rules of equal group name and identity keep pending timers, learned baselines and hysteresis, and
  /// groups of equal interval their ticks, so that none is missed. Others begin anew. Firing alerts of
  /// rules that are gone end at the next tick, as vanished.
  /// - Returns: Diagnostics of rules that cannot be evaluated, after what was left of a tick.
  public mutating func reload(rules: RuleSet) -> [Effect] {
    let rest = complete()
    var windows = CheckpointWriter()
    evaluator.encodeState(into: &windows)
    var states = CheckpointWriter()
    encodeRules(into: &states)
    store.releaseSelections()
    install(rules)
    book.forgetGrades()
    do throws(CheckpointError) {
      var reader = CheckpointReader(windows.bytes, section: "windows")
      try evaluator.restoreState(from: &reader)
      var rules = CheckpointReader(states.bytes, section: "rules")
      try restoreRules(from: &rules)
    } catch {
      // This very program wrote the bytes a moment ago.
      preconditionFailure("its own state cannot be read: \(error)")
    }
    startNewGroups()
    return rest + takeDiagnostics()
  }

  /// Lets groups that have no past begin where time is.
  mutating func startNewGroups() {
    guard firstTime != nil else { return }
    let evaluated = store.evaluatedThrough
    let start = evaluated > .min ? evaluated + 1 : store.newestTime
    for group in groups where group.nextTick == nil {
      group.start(at: Timestamp(milliseconds: start))
    }
  }

  // MARK: The state of rules

  /// Writes ticks and rules of all groups.
  func encodeRules(into writer: inout CheckpointWriter) {
    writer.write(count: groups.count)
    for group in groups {
      writer.write(group.group.name)
      writer.write(group.interval)
      writer.write(group.nextTick)
      writer.write(group.lastTick)
      writer.write(count: group.runners.count)
      for runner in group.runners {
        writer.write(runner.rule.identity)
        writer.nested {
          runner.encodeState(at: group.lastTick ?? Timestamp(milliseconds: 0), into: &$0)
        }
      }
    }
  }

  /// Reads what `encodeRules` wrote into groups and rules that are still the same.
  mutating func restoreRules(from reader: inout CheckpointReader) throws(CheckpointError) {
    // Of equal ones the first takes the first state.
    var rules: [String: [RuleRunner]] = [:]
    var waiting: [String: [GroupRunner]] = [:]
    for group in groups.reversed() {
      waiting["\(group.interval) \(group.group.name)", default: []].append(group)
      for runner in group.runners.reversed() {
        rules["\(runner.rule.identity) \(group.group.name)", default: []].append(runner)
      }
    }
    for _ in 0..<(try reader.count()) {
      let name = try reader.text()
      let interval = try reader.int64()
      let (next, last) = (try reader.optionalTime(), try reader.optionalTime())
      if let group = waiting["\(interval) \(name)"]?.popLast() {
        group.resume(next: next, last: last)
      }
      for _ in 0..<(try reader.count()) {
        let identity = try reader.text()
        var state = try reader.nested()
        if let runner = rules["\(identity) \(name)"]?.popLast() {
          try runner.restoreState(from: &state)
        } else {
          for entry in try AlertTable.Checkpoint(from: &state).entries
          where entry.machine.state == .firing {
            orphans.append(Orphan(group: name, entry))
          }
        }
      }
    }
  }
}
