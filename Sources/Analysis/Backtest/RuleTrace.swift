import Evaluation
import Incidents
public import Model
import PromQL
public import Rules

/// What a rule watches over a whole recording: one value a tick for each series.
public struct RuleTrace: Sendable {
  /// A bound that a rule holds its values against, with what delays and keeps its alert.
  public struct Setting: Hashable, Sendable {
    /// The bound; a value equal to it has not crossed it, unless the rule says so.
    public var bound: Double
    /// The alert stays until the value is back beyond this; nil: beyond the bound.
    public var clear: Double?
    /// The rule's `for`, in ms.
    public var hold: Milliseconds

    /// A setting.
    public init(bound: Double, clear: Double? = nil, hold: Milliseconds) {
      self.bound = bound
      self.clear = clear
      self.hold = hold
    }
  }

  /// One series, with the service it belongs to.
  struct Series: Sendable {
    var service: String?
    var times: [Int64]
    var values: [Double]
  }

  /// The rule's group.
  public let group: String
  /// The alert's name.
  public let alert: String
  /// What is watched, in canonical notation.
  public let expression: String
  /// Whether values above or below the bound are bad; nil for rules without a bound.
  public let direction: ThresholdRule.Direction?
  /// The rule as it is; nil for rules without a bound.
  public let setting: Setting?
  /// Distance of the ticks, in ms.
  public let interval: Milliseconds

  let keepFiring: Milliseconds
  let series: [Series]

  /// Services that the rule watches; nil stands for none known.
  var services: Set<String?> { Set(series.map(\.service)) }

  /// Reads what `rule` watches, from the first tick of its group at or after `start` to `end`.
  ///
  /// - Throws: `EvaluationError` when the expression cannot be evaluated.
  init(
    _ rule: Rule, in group: RuleGroup, interval: Milliseconds, from start: Timestamp,
    to end: Timestamp, _ engine: QueryEngine, _ context: IncidentContext
  ) throws(EvaluationError) {
    self.group = group.name
    alert = rule.name
    self.interval = interval
    keepFiring = rule.timing.keepFiring
    let watched: Expression
    switch rule.kind {
    case .threshold(let threshold):
      watched = threshold.of
      direction = threshold.levels.isEmpty ? nil : threshold.direction
      setting = threshold.levels.first.map {
        Setting(bound: $0.bound, clear: threshold.clear, hold: rule.timing.hold)
      }
    case .alert(let expression):
      let observed = WatchedExpression(expression)
      watched = observed.operand
      // A condition with a second clause is more than its bound.
      let isBare = Self.isComparison(expression)
      direction =
        switch observed.operation {
        case .greater, .greaterOrEqual: isBare ? .above : nil
        case .less, .lessOrEqual: isBare ? .below : nil
        default: nil
        }
      let isBounded = direction != nil
      setting = observed.bound.flatMap {
        isBounded ? Setting(bound: $0, hold: rule.timing.hold) : nil
      }
    case .baseline(let baseline):
      (watched, direction, setting) = (baseline.of, nil, nil)
    case .recording(let expression, _):
      (watched, direction, setting) = (expression, nil, nil)
    }
    expression = watched.description
    let rest = start.milliseconds % interval
    let first = Timestamp(milliseconds: start.milliseconds - rest + (rest > 0 ? interval : 0))
    guard first <= end,
      case .matrix(let matrix) = try engine.range(
        watched, start: first, end: end, step: interval
      ).value
    else {
      series = []
      return
    }
    series = matrix.map { series in
      var row = Series(service: context.service(of: series.labels), times: [], values: [])
      for point in series.points {
        guard case .float(let value) = point.value else { continue }
        row.times.append(point.time.milliseconds)
        row.values.append(value)
      }
      return row
    }
  }

  private static func isComparison(_ expression: Expression) -> Bool {
    guard case .binary(let binary) = expression.unwrapped.kind else { return false }
    return binary.operation.isComparison && !binary.returnsBool
  }

  // MARK: Trying a setting

  /// A stretch of one series in which a condition holds.
  struct Run {
    var start: Int64
    /// The last tick at which it holds.
    var last: Int64
    /// The first tick at which it no longer does.
    var end: Int64
  }

  /// The stretches in which each series is beyond `bound`, and stays beyond `clear`.
  ///
  /// - Complexity: O(values).
  func runs(beyond bound: Double, clear: Double?) -> [[Run]] {
    let isAbove = direction != .below
    let stay = clear ?? bound
    return series.map { series in
      var runs: [Run] = []
      var open: Run?
      for (time, value) in zip(series.times, series.values) {
        // A tick without a value ends the stretch.
        if let run = open, time - run.last > interval {
          runs.append(Run(start: run.start, last: run.last, end: run.last + interval))
          open = nil
        }
        let limit = open == nil ? bound : stay
        guard isAbove ? value > limit : value < limit else {
          if var run = open {
            run.end = time
            runs.append(run)
          }
          open = nil
          continue
        }
        if open == nil { open = Run(start: time, last: time, end: time + interval) }
        open?.last = time
        open?.end = time + interval
      }
      if let run = open { runs.append(run) }
      return runs
    }
  }

  /// The firings that stretches give under a `for`: each from when it fires to when it is over.
  func firings(_ runs: [[Run]], hold: Milliseconds) -> [Score.Span] {
    var spans: [Score.Span] = []
    for (series, runs) in zip(series, runs) {
      var last: Score.Span?
      for run in runs {
        if let open = last, run.start <= open.end.milliseconds, keepFiring > 0 {
          // Still kept by keep_firing_for: the same firing goes on.
          last?.end = Timestamp(milliseconds: run.end + keepFiring)
          continue
        }
        if let open = last { spans.append(open) }
        last = nil
        guard run.last - run.start >= hold else { continue }
        last = Score.Span(
          start: Timestamp(milliseconds: run.start + rounded(hold)),
          end: Timestamp(milliseconds: run.end + keepFiring), service: series.service)
      }
      if let open = last { spans.append(open) }
    }
    return spans
  }

  /// A length of time up to whole ticks.
  private func rounded(_ length: Milliseconds) -> Milliseconds {
    (length + interval - 1) / interval * interval
  }
}
