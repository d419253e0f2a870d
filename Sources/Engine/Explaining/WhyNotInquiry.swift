import Evaluation
import Model
import PromQL
import Rules

/// The work behind `Tocsin.whyNot`: takes a rule's condition apart at one tick.
struct WhyNotInquiry {
  let rule: Rule
  let runner: RuleRunner
  let group: GroupRunner
  let tick: Timestamp
  let probe: OperandProbe
  let surroundings: AlertSurroundings

  /// How far back the condition is looked at, in ms, unless `for` is longer.
  static let historyLength: Milliseconds = 3_600_000

  init(
    _ runner: RuleRunner, _ group: GroupRunner, at tick: Timestamp, _ engine: QueryEngine,
    _ surroundings: AlertSurroundings
  ) {
    rule = runner.rule
    self.runner = runner
    self.group = group
    self.tick = tick
    probe = OperandProbe(engine: engine, time: tick - group.offset)
    self.surroundings = surroundings
  }

  func answer() -> WhyNot {
    let active = runner.activeAlerts(in: surroundings)
    let state: WhyNot.State =
      active.contains { $0.state == .firing } ? .firing : active.isEmpty ? .inactive : .pending
    let history = history()
    var blockers: [WhyNot.Blocker] = []
    switch state {
    case .firing: break
    case .pending: blockers = active.map(waiting)
    case .inactive: blockers = silence()
    }
    var operands = operands()
    for index in operands.indices {
      let expression = operands[index].expression
      operands[index].isBlocking = blockers.contains { $0.clause == expression }
    }
    return WhyNot(
      group: runner.group.name, alert: rule.name, location: rule.location, tick: tick,
      state: state, hold: rule.timing.hold, operands: operands, blockers: blockers,
      history: history)
  }

  // MARK: Operands

  private func operands() -> [WhyNot.Operand] {
    var operands: [WhyNot.Operand] = []
    func visit(_ expression: Expression, _ depth: Int) {
      let inner = expression.unwrapped
      guard inner.constant == nil, inner.type != .string else { return }
      operands.append(probe.operand(inner, depth))
      for child in inner.children { visit(child, depth + 1) }
    }
    visit(rule.expression, 0)
    return operands
  }

  // MARK: What blocks

  /// `for` has not run out.
  private func waiting(_ alert: ActiveAlert) -> WhyNot.Blocker {
    let held = tick - alert.activeSince
    let missing = max(0, rule.timing.hold - held)
    return WhyNot.Blocker(
      clause: "for: \(spelled(rule.timing.hold))",
      reason: "\(alert.labels) is true since \(alert.activeSince), for \(spelled(held)) of the "
        + "\(spelled(rule.timing.hold)) that for asks: \(spelled(missing)) are missing",
      value: alert.value, missingTime: missing)
  }

  private func silence() -> [WhyNot.Blocker] {
    switch rule.kind {
    case .alert(let expression), .recording(let expression, _):
      return Blame(probe: probe).blockers(of: expression)
    case .threshold(let threshold):
      let found = Blame(probe: probe).blockers(of: threshold.of)
      return found.isEmpty ? [below(threshold)] : found
    case .baseline(let baseline):
      let found = Blame(probe: probe).blockers(of: baseline.of)
      return found.isEmpty ? within(baseline) : found
    }
  }

  /// The value has not crossed the first level.
  private func below(_ threshold: ThresholdRule) -> WhyNot.Blocker {
    let clause = threshold.of.unwrapped.description
    let values = probe.vector(threshold.of) ?? []
    guard let bound = threshold.levels.first?.bound ?? threshold.exhausts?.at,
      let nearest = OperandProbe.nearest(values, to: bound)
    else {
      return WhyNot.Blocker(clause: clause, reason: "\(clause) has no number to compare")
    }
    let side = threshold.direction == .above ? "above" : "below"
    var reason =
      "\(clause) must be \(side) \(plain(bound)) and is \(plain(nearest.value))"
      + (values.count > 1 ? ", the nearest of \(values.count) (\(nearest.labels))" : "")
      + ": \(plain((bound - nearest.value).magnitude)) are missing"
    if threshold.levels.isEmpty, let exhausts = threshold.exhausts {
      reason =
        "\(clause) is \(plain(nearest.value)), and its trend does not reach "
        + "\(plain(exhausts.at)) within \(spelled(exhausts.within))"
    }
    return WhyNot.Blocker(
      clause: clause, reason: reason, value: nearest.value, bound: bound,
      missing: bound - nearest.value)
  }

  /// The value is inside what its baseline takes for normal.
  private func within(_ baseline: BaselineRule) -> [WhyNot.Blocker] {
    let clause = baseline.of.unwrapped.description
    return (probe.vector(baseline.of) ?? []).prefix(Explanation.elementsMax).map { sample in
      var blocker = WhyNot.Blocker(clause: clause, reason: "", value: sample.value)
      let labels = sample.labels.removing(Labels.metricName)
      let measure = runner.seriesIndex(of: labels).flatMap { index in
        runner.condition?.measure(index, tick, sample.value)
      }
      guard let measure, let lower = measure.lower, let upper = measure.upper else {
        let asked = baseline.learn.map { "; learn asks for \(spelled($0))" } ?? ""
        blocker.reason =
          "\(sample.labels) is \(plain(sample.value)); its baseline is still learning\(asked)"
        return blocker
      }
      let bound = baseline.direction == .below ? lower : upper
      blocker.bound = bound
      blocker.missing = bound - sample.value
      blocker.reason =
        "\(sample.labels) is \(plain(sample.value)), within the band \(plain(lower)) … "
        + "\(plain(upper)): \(plain((bound - sample.value).magnitude)) to its edge"
        + (measure.score.map { ", score \(plain($0)) of 1" } ?? "")
      return blocker
    }
  }

  // MARK: History

  private func history() -> WhyNot.History {
    let length = max(Self.historyLength, 2 * rule.timing.hold)
    let first = tick - length
    let ticks = Int(length / group.interval) + 1
    var history = WhyNot.History(length: length, ticks: ticks, trueTicks: 0, longest: 0)
    let start = tick - Int64(ticks - 1) * group.interval
    guard start >= first else { return history }
    var anyTrue: Set<Int64> = []
    for series in probe.range(rule.expression, from: start, step: group.interval) {
      var begin: Int64?
      var last = Int64.min
      for (time, value) in series where isTrue(value) {
        anyTrue.insert(time)
        if begin == nil || time - last > group.interval { begin = time }
        last = time
        history.longest = max(history.longest, time - (begin ?? time))
      }
    }
    history.trueTicks = anyTrue.count
    history.lastTrue = anyTrue.max().map { Timestamp(milliseconds: $0) + group.offset }
    return history
  }

  /// Whether a value of the expression means that the condition holds, as far as one value can tell.
  private func isTrue(_ value: Double) -> Bool {
    switch rule.kind {
    case .alert, .recording: true
    case .threshold(let threshold): threshold.isTrue(value)
    case .baseline: false
    }
  }
}

/// `milliseconds` as rule files write them: `45s`, `1m30s`.
func spelled(_ milliseconds: Milliseconds) -> String { PrometheusDuration.text(milliseconds) }

/// A number in its shortest form, without a point where there is nothing behind it.
func plain(_ value: Double) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
