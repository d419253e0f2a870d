public import Evaluation
import Incidents
public import Model
public import Rules
import Statistics

/// How well each rule finds labelled trouble, and which setting would find it better.
public struct Backtest: Sendable {
  /// One rule's result.
  public struct Result: Sendable {
    /// The rule's group.
    public var group: String
    /// The alert's name.
    public var alert: String
    /// What it watches.
    public var expression: String
    /// True when values above the bound are bad, false when those below; nil without a bound.
    public var isAbove: Bool?
    /// The rule as it is; nil for rules without a bound.
    public var setting: RuleTrace.Setting?
    /// How the rule did in the replay.
    public var score: Score
    /// A setting that does better; nil when none does, or the rule has no bound to move.
    public var proposal: Proposal?
    /// Scores over all bounds, `for` and `clear` as proposed, or else as they are; by bound.
    public var curve: [Point]
  }

  /// A setting with what it would have done.
  public struct Proposal: Sendable {
    /// The setting.
    public var setting: RuleTrace.Setting
    /// What it would have done.
    public var score: Score
  }

  /// A point of a curve.
  public struct Point: Sendable {
    /// The bound.
    public var bound: Double
    /// What it would have done.
    public var score: Score
  }

  /// Every alert rule, by group and then in the order of the file.
  public private(set) var results: [Result] = []
  /// Rules whose expression could not be evaluated over the whole recording, with the reason.
  public private(set) var failures: [(alert: String, reason: String)] = []
  /// The labels that were held against.
  public let windows: [LabelledWindow]
  /// Settings that were tried, over all rules.
  public private(set) var tried = 0

  /// Bounds that are tried for a rule, at most.
  static let boundsMax = 40
  /// Better means at least this much more F1, or equal F1 and a shorter delay.
  static let gainMin = 0.005

  /// Judges every rule of `rules` by what it did (`outcome`) and might have done on a recording.
  ///
  /// - Parameters:
  ///   - rules: The rules that were replayed.
  ///   - outcome: What came of the replay.
  ///   - windows: The trouble that ought to be found.
  ///   - store: Every sample of the recording.
  ///   - interval: Ticks of groups that name no interval, in ms.
  ///   - span: The recording's first and last moment.
  public init(
    _ rules: RuleSet, outcome: Outcome, windows: [LabelledWindow], store: SeriesStore,
    interval: Milliseconds, span: ClosedRange<Timestamp>
  ) {
    self.windows = windows.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    let context = IncidentContext(catalogue: rules.catalogue, settings: rules.incidents)
    let engine = QueryEngine(store: store)
    let firings = Dictionary(grouping: outcome.firings) { $0.group + "\u{0}" + $0.alert }
    for group in rules.groups {
      for rule in group.rules where rule.isAlert {
        do throws(EvaluationError) {
          let trace = try RuleTrace(
            rule, in: group, interval: group.interval ?? interval, from: span.lowerBound,
            to: span.upperBound, engine, context)
          judge(
            trace, firings[group.name + "\u{0}" + rule.name] ?? [],
            length: span.upperBound - span.lowerBound, end: span.upperBound)
        } catch {
          failures.append((rule.name, error.message))
        }
      }
    }
  }

  private mutating func judge(
    _ trace: RuleTrace, _ firings: [Outcome.Firing], length: Milliseconds, end: Timestamp
  ) {
    let spans = firings.map {
      Score.Span(start: $0.start, end: $0.end ?? end, service: $0.service)
    }
    let services = trace.services.union(spans.map(\.service))
    let windows = windows
    func score(_ spans: [Score.Span]) -> Score {
      Score(spans, of: trace.alert, watching: services, against: windows, over: length)
    }
    var result = Result(
      group: trace.group, alert: trace.alert, expression: trace.expression,
      isAbove: trace.direction.map { $0 == .above }, setting: trace.setting, score: score(spans),
      curve: [])
    if let present = trace.setting, result.score.windows > 0 {
      var search = SettingSearch(trace, present, windows, score: score)
      search.run()
      tried += search.tried
      let found = search.best()
      if let found, Self.isBetter(found.score, than: result.score) { result.proposal = found }
      let shown = result.proposal?.setting ?? present
      result.curve = search.curve(hold: shown.hold, clear: shown.clear, around: shown.bound)
    }
    results.append(result)
  }

  private static func isBetter(_ new: Score, than old: Score) -> Bool {
    if new.f1 > old.f1 + gainMin { return true }
    guard abs(new.f1 - old.f1) <= gainMin, new.f1 > 0 else { return false }
    return (new.medianDelay ?? .max) < (old.medianDelay ?? .max)
  }
}
