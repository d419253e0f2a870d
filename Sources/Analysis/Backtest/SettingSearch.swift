import Model
import Rules
import Statistics

/// Tries bounds × `for` × hysteresis on one rule's trace.
///
/// The stretches beyond a bound are found once for each bound and clearing; every `for` is then a
/// matter of their lengths.
struct SettingSearch {
  private let trace: RuleTrace
  private let present: RuleTrace.Setting
  private let windows: [LabelledWindow]
  private let score: ([Score.Span]) -> Score
  private let bounds: [Double]
  /// Clearing as a share of the bound; nil for none.
  private let clearings: [Double?]
  private let holds: [Milliseconds]
  private var found: [(setting: RuleTrace.Setting, clearing: Double?, score: Score)] = []

  init(
    _ trace: RuleTrace, _ present: RuleTrace.Setting, _ windows: [LabelledWindow],
    score: @escaping ([Score.Span]) -> Score
  ) {
    self.trace = trace
    self.present = present
    self.windows = windows
    self.score = score
    bounds = Self.bounds(trace, present, windows)
    let isAbove = trace.direction != .below
    let own = present.clear.map { present.bound == 0 ? 1 : $0 / present.bound }
    clearings = [nil] + (isAbove ? [0.9, 0.75] : [1.1, 1.25]) + (own.map { [$0] } ?? [])
    let steps: [Milliseconds] = [0, 15, 30, 60, 120, 300, 600, 900, 1800].map { $0 * 1000 }
    holds = Set(steps.filter { $0 == 0 || $0 >= trace.interval } + [present.hold]).sorted()
  }

  /// Settings that were tried.
  var tried: Int { found.count }

  /// Tries them all.
  mutating func run() {
    for bound in bounds {
      for clearing in clearings {
        let clear = clearing.map { bound * $0 }
        let runs = trace.runs(beyond: bound, clear: clear)
        for hold in holds {
          let setting = RuleTrace.Setting(bound: bound, clear: clear, hold: hold)
          found.append((setting, clearing, score(trace.firings(runs, hold: hold))))
        }
      }
    }
  }

  /// The best one: highest F1, then the shortest delay, then the least change of what there is; of
  /// bounds that do equally well the present one, or else the middle of the longest row of them.
  func best() -> Backtest.Proposal? {
    let highest = found.map(\.score.f1).max() ?? 0
    guard highest > 0 else { return nil }
    let able = found.filter { $0.score.f1 >= highest - 1e-9 }
    let shortest = able.compactMap(\.score.medianDelay).min() ?? .max
    let quick = able.filter { ($0.score.medianDelay ?? .max) <= shortest }
    let own = quick.filter { $0.setting.clear == present.clear || $0.clearing == nil }
    let pool = own.isEmpty ? quick : own
    let hold = pool.map(\.setting.hold).min { distance($0) < distance($1) } ?? present.hold
    let same = pool.filter { $0.setting.hold == hold }
    let chosen =
      same.first { $0.setting.bound == present.bound && $0.setting.clear == present.clear }
      ?? same.first { $0.setting.bound == present.bound } ?? middle(same)
    return chosen.map { Backtest.Proposal(setting: $0.setting, score: $0.score) }
  }

  private func distance(_ hold: Milliseconds) -> Milliseconds {
    max(hold - present.hold, present.hold - hold)
  }

  /// The middle of the longest row of neighbouring bounds.
  private func middle(
    _ able: [(setting: RuleTrace.Setting, clearing: Double?, score: Score)]
  ) -> (setting: RuleTrace.Setting, clearing: Double?, score: Score)? {
    var best: ArraySlice<Double> = []
    let good = Set(able.map(\.setting.bound))
    var start = 0
    while start < bounds.count {
      var end = start
      while end < bounds.count, good.contains(bounds[end]) { end += 1 }
      if end - start > best.count { best = bounds[start..<end] }
      start = max(end, start + 1)
    }
    guard !best.isEmpty else { return able.first }
    let bound = best[best.startIndex + best.count / 2]
    return able.first { $0.setting.bound == bound }
  }

  /// Scores over all bounds with a `for` and a clearing in the proportion of `clear` to `bound`.
  func curve(
    hold: Milliseconds, clear: Double?, around bound: Double
  ) -> [Backtest.Point] {
    let clearing = clear.map { bound == 0 ? 1 : $0 / bound }
    return bounds.map { bound in
      let runs = trace.runs(beyond: bound, clear: clearing.map { bound * $0 })
      return Backtest.Point(bound: bound, score: score(trace.firings(runs, hold: hold)))
    }
  }

  /// Bounds worth trying: the present one, percentiles of the values in and out of the windows, the
  /// peaks of the windows, and the middles between neighbours.
  private static func bounds(
    _ trace: RuleTrace, _ present: RuleTrace.Setting, _ windows: [LabelledWindow]
  ) -> [Double] {
    var inside: [Double] = []
    var outside: [Double] = []
    for series in trace.series {
      let own = windows.filter { $0.concerns(alert: trace.alert, service: series.service) }
      for (time, value) in zip(series.times, series.values) where value.isFinite {
        let isIn = own.contains {
          $0.start.milliseconds <= time && time <= $0.end.milliseconds
        }
        if isIn { inside.append(value) } else { outside.append(value) }
      }
    }
    let isAbove = trace.direction != .below
    func percentile(_ set: Quantiles, _ share: Double) -> Double {
      set[isAbove ? share : 1 - share]
    }
    let (ins, outs) = (Quantiles(inside), Quantiles(outside))
    var points = [0.05, 0.25, 0.5, 0.75, 0.95].map { percentile(ins, $0) }
    points += [0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1].map { percentile(outs, $0) }
    points += [0.5, 0.8, 1.25, 2].map { $0 * present.bound }
    var sorted = Set(points.filter(\.isFinite).map(short)).union([present.bound]).sorted()
    sorted += zip(sorted, sorted.dropFirst()).map { short(($0 + $1) / 2) }
    sorted = Set(sorted).sorted()
    guard sorted.count > Backtest.boundsMax else { return sorted }
    let step = Double(sorted.count) / Double(Backtest.boundsMax)
    let thinned = (0..<Backtest.boundsMax).map { sorted[Int(Double($0) * step)] }
    return Set(thinned + [present.bound]).sorted()
  }

  /// A number with three significant digits, as a person would write a bound.
  private static func short(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var (up, down) = (1.0, 1.0)
    while value.magnitude * up < 100, up < 1e300 { up *= 10 }
    while value.magnitude / down >= 1000 { down *= 10 }
    return (value * up / down).rounded() * down / up
  }
}
