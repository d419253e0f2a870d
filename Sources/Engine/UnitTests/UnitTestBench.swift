import Evaluation
import Incidents
import Model
import PromQL
import Rules

/// The engine under test: rules in operation over samples that become visible as time goes on.
struct UnitTestBench {
  /// A rule that gave an error.
  struct Failure: Error {
    var rule: Rule
    var error: EvaluationError
  }

  /// Where the samples are.
  let store: SeriesStore
  /// The incidents so far.
  private(set) var book = IncidentBook()
  private let evaluator: Evaluator
  private let groups: [GroupRunner]
  private let surroundings: AlertSurroundings
  private let context: IncidentContext
  private let measurements: LiveMeasurements?
  private let interval: Milliseconds
  private let ticksPerPass: Int64
  private var input: [Input]
  private var nextTick: Timestamp

  /// A series of the test, and how much of it is visible.
  private struct Input {
    var series: ScriptStorage.Series
    var taken = 0
  }

  /// A bench for one test.
  ///
  /// - Parameters:
  ///   - test: What is loaded, and when it begins.
  ///   - rules: The catalogue and the settings that incidents follow.
  ///   - groups: In the order of evaluation.
  ///   - options: `interval` is the distance of the ticks of every group.
  /// - Throws: `Failure` for the first rule that cannot be evaluated.
  init(
    _ test: UnitTest, _ rules: RuleSet, groups: [RuleGroup], options: EngineOptions
  ) throws(Failure) {
    interval = options.interval
    nextTick = test.start
    store = SeriesStore(limits: options.limits, retention: .max)
    let evaluator = Evaluator(store: store, options: options.evaluation)
    self.evaluator = evaluator
    var failure: Failure?
    self.groups = groups.map { group in
      var group = group
      group.interval = options.interval
      return GroupRunner(group, options, evaluator) { rule, error in
        failure = failure ?? Failure(rule: rule, error: error)
      }
    }
    context = IncidentContext(catalogue: rules.catalogue, settings: rules.incidents)
    measurements =
      test.incidents.isEmpty ? nil : LiveMeasurements(context, evaluator, groups: self.groups)
    surroundings = Tocsin.surroundings(options, store)
    let looksAhead = groups.contains { $0.rules.contains { $0.looksAhead } }
    ticksPerPass =
      PassPlan(groups, defaultInterval: options.interval).allowsManyTicks && !looksAhead
      ? Int64(StepGrid.limit) : 1
    var storage = ScriptStorage()
    storage.add(
      Script.Load(
        gap: test.interval, convertsClassicHistograms: false,
        series: test.series.filter { !$0.isStartTimes },
        startTimes: test.series.filter(\.isStartTimes)))
    input = storage.series.map { series in
      var series = series
      let shift = test.start.milliseconds
      for index in series.samples.indices {
        series.samples[index].time = series.samples[index].time + shift
        series.samples[index].startTime = series.samples[index].startTime.map { $0 + shift }
      }
      return Input(series: series)
    }
    for group in self.groups { group.start(exactlyAt: test.start) }
    if let failure { throw failure }
  }

  /// Evaluates every tick up to `time`.
  ///
  /// - Throws: `Failure` of the first rule with an error, by group, then by rule.
  mutating func advance(through time: Timestamp) throws(Failure) {
    while nextTick <= time {
      let count = min(ticksPerPass, (time - nextTick) / interval + 1)
      let ticks = (0..<count).map { nextTick + $0 * interval }
      let last = nextTick + (count - 1) * interval
      show(through: last)
      var found: [AlertTransition] = []
      evaluator.beginRound()
      for group in groups {
        found += group.advance(through: last, evaluator, surroundings).map(\.transition)
        for runner in group.runners {
          if let error = runner.failure { throw Failure(rule: runner.rule, error: error) }
        }
      }
      nextTick = last + interval
      correlate(found, at: ticks)
    }
  }

  /// Makes the samples up to `time` visible.
  private mutating func show(through time: Timestamp) {
    for index in input.indices {
      let samples = input[index].series.samples
      let start = input[index].taken
      let new = samples[start...].prefix { $0.time <= time }
      guard !new.isEmpty else { continue }
      let labels = input[index].series.labels
      store.record(labels, new.map { (time: $0.time.milliseconds, value: $0.value) })
      for sample in new {
        guard let start = sample.startTime else { continue }
        store.setStart(start.milliseconds, at: sample.time.milliseconds, of: labels)
      }
      input[index].taken = new.endIndex
    }
  }

  /// Hands the transitions of a pass to the incident book, tick by tick.
  private mutating func correlate(_ found: [AlertTransition], at ticks: [Timestamp]) {
    guard let measurements else { return }
    for tick in ticks {
      let now = found.filter { $0.time == tick }
      guard !now.isEmpty || !book.isIdle else { continue }
      _ = book.apply(now, at: tick, context: context, measuring: measurements)
      _ = book.advance(to: tick, context: context, measuring: measurements)
    }
  }

  /// The alerts called `name` that fire after the last tick.
  func firing(_ name: String) -> [UnitTest.Alert] {
    groups.flatMap(\.runners).filter { $0.rule.isAlert && $0.rule.name == name }
      .flatMap { $0.activeAlerts(in: surroundings) }
      .filter { $0.state == .firing }
      .map { UnitTest.Alert(labels: $0.labels, annotations: $0.annotations) }
  }

  /// The incidents after the last tick, those that are resolved and still watched included.
  var incidents: [Incident] { book.openIncidents + book.watchedIncidents }
}

extension Rule {
  /// True when the expression may look at what comes after its tick; true too often does no harm.
  fileprivate var looksAhead: Bool {
    let text = "\(expression)"
    return text.contains("@") || text.contains("offset -") || text.contains("smoothed")
  }
}
