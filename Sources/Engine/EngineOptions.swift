public import Evaluation
public import Model

/// How an engine runs; the defaults are those of a replay.
public struct EngineOptions: Sendable {
  /// Distance of ticks of groups that name none, in ms.
  public var interval: Milliseconds = 15_000
  /// How far expressions of groups that say nothing look into the past of the tick, in ms.
  public var queryOffset: Milliseconds = 0
  /// How long a tick waits for late samples, in ms of event time.
  public var lateness: Milliseconds = 0
  /// Samples that are read on after a tick was due before one for it is late, and twice as many at
  /// most before the tick is evaluated; 0: what comes in one batch with the sample that makes a tick
  /// due is still in time, and the tick is evaluated at once.
  ///
  /// For bounded input: what is late then depends on the order of samples alone.
  public var readAhead = 0
  /// Ticks that are collected before they are evaluated together: 1 for live runs, 64 at most.
  ///
  /// Results do not depend on it.
  public var ticksPerPass = 64
  /// Most values that an operator computes in one pass; with many series a pass has fewer ticks.
  ///
  /// Bounds memory: a value takes 8 bytes. Results do not depend on it.
  public var resultsPerPass = 1 << 20
  /// How much of the past is kept beyond what rules look at, so that incidents can show it, in ms.
  public var evidenceReach: Milliseconds = 3_600_000
  /// Whether the series behind incidents are collected; false where no report or store wants them.
  public var collectsEvidence = true
  /// Whether alerts that became pending are among the effects; false where nobody shows them.
  ///
  /// No other effect depends on it.
  public var tellsPending = true
  /// Longest stretch without a sample whose ticks are all evaluated, in ms; a longer one is skipped
  /// once the series have gone stale.
  public var gapMax: Milliseconds = 86_400_000
  /// Whether `Tocsin.takeEvaluations` has something to give: for who forwards alerts one by one.
  public var keepsEvaluations = false
  /// Labels of this system as others see it, for templates.
  public var externalLabels = Labels.empty
  /// Where this system is reached from outside, for templates.
  public var externalURL = ""
  /// Semantics of expressions.
  public var evaluation = EvaluationOptions()
  /// Bounds on series and labels.
  public var limits = StoreLimits()
  /// No tick after this moment is evaluated; nil for no end.
  public var until: Timestamp?
  /// How long series that no rule selects are kept for queries, in ms; nil: not at all, `.max`: for good.
  ///
  /// Series that rules select are kept as long, or as long as the rules look back if that is longer.
  public var retention: Milliseconds?
  /// Takes samples that come after their tick was evaluated, as long as each series goes forward.
  ///
  /// For live runs, where agents lag behind each other. Later ticks and queries see them.
  public var acceptsLateSamples = false
  /// Whether a tick's effects are given wave by wave (`PassPlan.waves`), the first by the call that made
  /// it due, the others by `Tocsin.proceed`: for live runs, in which what a group of a few quick rules
  /// says need not wait for a group that takes long.
  ///
  /// The effects and their order do not depend on it.
  public var tellsInWaves = false
  /// Threads that evaluate rules which do not depend on each other.
  ///
  /// No effect depends on them.
  public var workers = Workers.one
  /// Nanoseconds of some clock, to measure what evaluation costs; nil measures nothing.
  ///
  /// No effect depends on it.
  public var stopwatch: (@Sendable () -> UInt64)?

  /// The defaults.
  public init() {}

  /// The defaults for a recording, which is there as a whole.
  public static var replay: EngineOptions {
    var options = EngineOptions()
    options.readAhead = 131_072
    return options
  }
}
