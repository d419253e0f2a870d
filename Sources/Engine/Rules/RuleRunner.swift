import Baselines
import Evaluation
import Model
import PromQL
import Rules

/// One rule in operation: its plan, and what it writes or whom it alerts.
final class RuleRunner {
  let rule: Rule
  let group: RuleGroup
  let plan: Plan
  private let store: SeriesStore
  let recorder: Recorder?
  var table: AlertTable?
  /// The result of the last pass, for the labels of its series.
  private var lastResult: Evaluated?
  private(set) var condition: (any RuleCondition)?
  /// The rule's last failure; nil after a tick that went well.
  private(set) var failure: EvaluationError?
  /// What the last pass cost, in ns; 0 where nobody measures.
  var nanoseconds: UInt64 = 0

  /// Makes a rule ready to run.
  ///
  /// - Throws: `EvaluationError` when the expression cannot be evaluated.
  init(
    _ rule: Rule, in group: RuleGroup, grid: String, _ evaluator: Evaluator,
    tellsPending: Bool = true
  ) throws(EvaluationError) {
    self.rule = rule
    self.group = group
    store = evaluator.store
    plan = try evaluator.plan(rule.expression, grid: grid)
    switch rule.kind {
    case .recording(_, let labels):
      recorder = Recorder(name: rule.name, labels: labels, store: store)
      evaluator.noteWrite(rule.name)
    case .alert(let expression):
      recorder = nil
      condition = ExpressionCondition(expression)
    case .threshold(let threshold):
      recorder = nil
      condition = ThresholdCondition(threshold)
    case .baseline(let baseline):
      recorder = nil
      condition = BaselineCondition(baseline)
      for part in BandSeries.allCases { evaluator.noteWrite(part.name(of: rule)) }
    }
    if rule.isAlert {
      var table = AlertTable(rule: rule, group: group.name, limit: group.limit)
      table.tellsPending = tellsPending
      self.table = table
      evaluator.noteWrite("ALERTS")
      evaluator.noteWrite("ALERTS_FOR_STATE")
    }
  }

  /// The series a baseline rule writes beside its alerts.
  enum BandSeries: String, CaseIterable {
    case expected, lower, upper

    func name(of rule: Rule) -> String { "\(rule.name):\(rawValue)" }
  }

  /// What the rule watches: `of`, or what its expression compares with a number.
  var watched: Expression {
    if case .alert(let expression) = rule.kind { return WatchedExpression(expression).operand }
    return rule.expression
  }

  /// Evaluates the rule at the ticks of `grid`, whose times `offset` has been taken from.
  func advance(
    _ grid: StepGrid, offset: Milliseconds, _ evaluator: Evaluator,
    _ surroundings: AlertSurroundings
  ) -> [AlertTransition] {
    let result = evaluator.evaluate(plan)
    failure = result.failure
    if let recorder {
      let failed = recorder.record(result, at: grid)
      if failed != 0 { failure = failure ?? .sameRecordedLabels }
      return []
    }
    return advanceAlerts(result, grid, surroundings)
  }

  private func advanceAlerts(
    _ result: Evaluated, _ grid: StepGrid, _ surroundings: AlertSurroundings
  ) -> [AlertTransition] {
    // Taken out while it is worked on: what stays behind a question mark is copied at every look.
    guard let condition, var table = table.take() else { return [] }
    defer { self.table = table }
    table.bind(seriesCount: result.seriesCount) { result.labels($0) }
    var rows: [AlertRow] = []
    for index in 0..<result.seriesCount {
      // Without data there is nothing to decide; an alert that fires learns it from its absence.
      if result.defined[index] == 0, table.isIdle(index) { continue }
      let row = condition.row(index, of: result, at: grid)
      guard row.isTrue != 0 || !table.isIdle(index) else { continue }
      rows.append(row)
    }
    recordBand(result, grid)
    lastResult = result
    var surroundings = surroundings
    surroundings.measure = { condition.measure($0, $1, $2) }
    let ticks = AlertTicks(
      first: Timestamp(milliseconds: grid.start), interval: grid.step, count: grid.count)
    let wantsSpans = Self.alertSeries.contains(where: store.isSelected(metric:))
    let outcome = table.advance(
      ticks, rows: rows, values: { result.row($0) }, labels: { result.labels($0) },
      in: surroundings, recordsSpans: wantsSpans)
    if let error = outcome.errors.first {
      failure = EvaluationError(code: "alert", error.message)
    }
    record(outcome.spans, ticks)
    return outcome.transitions
  }

  /// Alerts that are pending or firing after the last pass, by labels.
  func activeAlerts(in surroundings: AlertSurroundings) -> [ActiveAlert] {
    guard let table, let condition else { return [] }
    var surroundings = surroundings
    surroundings.measure = { condition.measure($0, $1, $2) }
    return table.active(in: surroundings)
  }

  /// What a baseline rule's detectors said last, a sentence for each series, the most unusual first.
  var baselineSentences: [String] {
    guard let condition = condition as? BaselineCondition, let lastResult else { return [] }
    let judged = (0..<lastResult.seriesCount).compactMap {
      index -> (score: Double, text: String)? in
      guard let text = condition.explanation(index) else { return nil }
      let labels = lastResult.labels(index).removing(Labels.metricName)
      return (condition.band(index).last?.verdict.score ?? 0, "\(labels): \(text)")
    }
    let ranked = judged.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }
    return ranked.prefix(Explanation.elementsMax).map(\.element.text)
  }

  /// Alerts that others must hear of at `time`, by labels.
  func tellingAlerts(at time: Timestamp, in surroundings: AlertSurroundings) -> [ActiveAlert] {
    guard let table, let condition else { return [] }
    var surroundings = surroundings
    surroundings.measure = { condition.measure($0, $1, $2) }
    return table.telling(at: time, in: surroundings)
  }

  /// The output series whose labels an alert carries; nil when there is none.
  func seriesIndex(of alert: Labels) -> Int? {
    if let series = table?.series(of: alert) { return series }
    guard let lastResult else { return nil }
    return (0..<lastResult.seriesCount).first { index in
      lastResult.labels(index).pairs.allSatisfy {
        $0.name == Labels.metricName || alert[$0.name] == $0.value
      }
    }
  }

  private static let alertSeries = ["ALERTS", "ALERTS_FOR_STATE"]

  /// Writes the series ALERTS and ALERTS_FOR_STATE, with a stale marker at the end of a stretch.
  private func record(_ spans: [AlertSpan], _ ticks: AlertTicks) {
    var starts: Set<SpanStart> = []
    for span in spans where !span.ticks.isEmpty {
      starts.insert(SpanStart(labels: span.labels, tick: span.ticks.lowerBound))
    }
    for span in spans {
      record(span, value: 1, as: span.alertsLabels, ticks, isOver: span.isOver)
      // From pending to firing this series goes on.
      let goesOn = starts.contains(SpanStart(labels: span.labels, tick: span.ticks.upperBound))
      record(
        span, value: span.forStateValue, as: span.forStateLabels, ticks,
        isOver: span.isOver && !goesOn)
    }
  }

  private struct SpanStart: Hashable {
    var labels: Labels
    var tick: Int
  }

  private func record(
    _ span: AlertSpan, value: Double, as labels: Labels, _ ticks: AlertTicks, isOver: Bool
  ) {
    var samples = span.ticks.map {
      (time: ticks[$0].milliseconds, value: SampleValue.float(value))
    }
    if isOver {
      let end = ticks[span.ticks.upperBound].milliseconds
      samples.append((end, .float(StaleMarker.value)))
    }
    if !samples.isEmpty { store.record(labels, samples) }
  }

  /// Writes what a baseline expects as series of their own.
  private func recordBand(_ result: Evaluated, _ grid: StepGrid) {
    guard let condition = condition as? BaselineCondition else { return }
    for index in 0..<result.seriesCount where result.masks[index] != 0 {
      let labels = result.labels(index)
      for part in BandSeries.allCases {
        let samples = condition.band(index).compactMap { time, verdict in
          let value =
            switch part {
            case .expected: verdict.expected
            case .lower: verdict.lower
            case .upper: verdict.upper
            }
          return value.map { (time: time.milliseconds, value: SampleValue.float($0)) }
        }
        guard !samples.isEmpty else { continue }
        store.record(labels.merging([Labels.metricName: part.name(of: rule)]), samples)
      }
    }
  }
}

extension EvaluationError {
  fileprivate static var sameRecordedLabels: EvaluationError {
    EvaluationError(
      code: "duplicate-series",
      "vector contains metrics with the same labelset after applying rule labels")
  }
}
