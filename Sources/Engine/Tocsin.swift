public import Evaluation
public import Incidents
public import Model
import PromQL
public import Rules

/// The deterministic core: samples, time and commands in, effects out.
///
///     var tocsin = Tocsin(rules: ruleSet)
///     for batch in recording { act(on: tocsin.ingest(batch)) }
///     act(on: tocsin.finish())
///
/// It knows no clock, no file and no randomness: the same samples, times and commands give the same
/// effects, in the same order and with the same ids, however the samples are cut into batches and
/// however many ticks are evaluated at once.
///
/// A tick is evaluated when the watermark has passed it: the newest sample's time, less the lateness
/// that `EngineOptions` allows. Owned by one caller at a time.
public struct Tocsin: ~Copyable {
  /// All series that rules look at.
  public let store: SeriesStore
  /// How the engine runs.
  public let options: EngineOptions
  /// The incidents that are open or watched.
  public internal(set) var book = IncidentBook()
  /// The catalogue and the settings in force.
  public private(set) var context: IncidentContext
  /// Ticks evaluated, those of all groups.
  public internal(set) var tickCount = 0
  /// No tick after this moment is evaluated yet; nil for no bound.
  ///
  /// A live run sets it to the wall clock, so that one sender whose clock is ahead carries nobody's
  /// time away.
  public var horizon: Timestamp?
  /// Time of the oldest sample that the engine began with; nil before there is one.
  public internal(set) var firstTime: Timestamp?

  private(set) var evaluator: Evaluator
  private(set) var groups: [GroupRunner]
  private var allowsManyTicks: Bool
  private var rules: RuleSet
  private var measurements: LiveMeasurements
  let surroundings: AlertSurroundings
  var pendingChanges: [ChangeEvent] = []
  var pendingLogFindings: [LogFinding] = []
  private var diagnostics: [Diagnostic] = []
  var reportedRules: Set<String> = []
  /// Firing alerts whose rules are gone.
  var orphans: [Orphan] = []
  /// The series collected of incidents that are not over, by the incident's id.
  var evidence: [String: [EvidenceWindow]] = [:]
  /// A tick of which the later waves wait for `proceed`.
  private var underWay: TickUnderWay?
  /// What came of a tick while a command was refused; told by the next call.
  private var untold: [Effect] = []
  var gate: TimeGate
  var ahead: ReadAhead
  var foreignAlerts = ForeignAlerts()
  /// What alerting rules have to say since it was last taken; empty unless the options want it.
  private var evaluations: [GroupEvaluation] = []
  /// Whether `takeEvaluations` has something to give; at first as the options say.
  public var keepsEvaluations: Bool {
    didSet { if !keepsEvaluations { evaluations = [] } }
  }

  /// An engine with the rules, catalogue and settings of `rules`.
  ///
  /// A rule that cannot be evaluated is reported as a diagnostic and left out.
  public init(rules: RuleSet, options: EngineOptions = EngineOptions()) {
    self.options = options
    keepsEvaluations = options.keepsEvaluations
    self.rules = rules
    gate = TimeGate(reach: options.gapMax)
    ahead = ReadAhead(length: options.readAhead)
    store = SeriesStore(
      limits: options.limits, retention: options.retention,
      extraRetention: options.evidenceReach, acceptsLateSamples: options.acceptsLateSamples,
      labelsTypeAndUnit: options.evaluation.typeAndUnitLabels)
    surroundings = Self.surroundings(options, store)
    let made = Operation(rules, options, store)
    context = made.context
    evaluator = made.evaluator
    groups = made.groups
    diagnostics = made.failed
    allowsManyTicks = made.allowsManyTicks
    measurements = made.measurements
  }

  /// Puts other rules in the place of those in force, without any state.
  mutating func install(_ rules: RuleSet) {
    let made = Operation(rules, options, store)
    self.rules = rules
    context = made.context
    evaluator = made.evaluator
    groups = made.groups
    diagnostics += made.failed
    allowsManyTicks = made.allowsManyTicks
    measurements = made.measurements
  }

  /// What templates see of this system.
  static func surroundings(
    _ options: EngineOptions, _ store: SeriesStore
  ) -> AlertSurroundings {
    var surroundings = AlertSurroundings()
    surroundings.externalLabels = options.externalLabels
    surroundings.externalURL = options.externalURL
    let queries = TemplateQuery(store: store, options: options.evaluation)
    surroundings.query = { try queries.answer($0, at: $1) }
    return surroundings
  }

  /// The newest event time whose ticks may be evaluated; nil before the first sample.
  public var watermark: Timestamp? {
    guard store.newestTime > .min else { return nil }
    // A sample of this very moment may still follow, so the moment itself is not over.
    return Timestamp(milliseconds: store.newestTime) - options.lateness - 1
  }

  /// Takes over a batch of samples and changes, and evaluates what is due.
  ///
  /// Single samples whose time is far ahead of the stream are refused and counted.
  public mutating func ingest(_ batch: borrowing SampleBatch) -> [Effect] {
    pendingChanges += batch.changes
    if !batch.logFindings.isEmpty {
      pendingLogFindings =
        (pendingLogFindings + batch.logFindings).suffix(book.limits.recentLogFindings)
    }
    if gate.admits(batch) { return take(batch) }
    return take(gate.sort(batch))
  }

  /// Takes over the first samples of a stream that has come to a pause, though they are few.
  public mutating func settle() -> [Effect] {
    take(gate.settle(atEnd: false))
  }

  /// What alerting rules had to say after the passes since the last call, in order of evaluation.
  public mutating func takeEvaluations() -> [GroupEvaluation] {
    defer { evaluations = [] }
    return evaluations
  }

  /// Samples refused because their time is far from that of all others.
  public var implausibleCount: Int { gate.refused }

  private mutating func take(_ pieces: [SampleBatch]) -> [Effect] {
    var effects: [Effect] = []
    for piece in pieces { effects += take(piece) }
    return effects
  }

  private mutating func take(_ batch: borrowing SampleBatch) -> [Effect] {
    guard ahead.length > 0, batch.count > ahead.room else {
      return take(batch, rows: 0..<batch.count)
    }
    var effects: [Effect] = []
    var row = 0
    while row < batch.count {
      let end = min(batch.count, row + ahead.room)
      effects += take(batch, rows: row..<end)
      row = end
    }
    return effects
  }

  /// Takes over rows of a batch of which none is behind the next mark.
  private mutating func take(
    _ batch: borrowing SampleBatch, rows: Range<Int>
  ) -> [Effect] {
    let rest = complete()
    return rest + takeNext(batch, rows)
  }

  private mutating func takeNext(
    _ batch: borrowing SampleBatch, _ rows: Range<Int>
  ) -> [Effect] {
    let previous = store.newestTime
    store.ingest(batch, rows: rows)
    if firstTime == nil, let oldest = gate.beginning(of: batch, rows) {
      ahead.note(oldest: oldest)
      if ahead.length == 0 { start() }
    }
    guard let watermark else { return [] }
    // The gate puts a sample behind a gap first; a batch may well span days without one.
    if previous > .min, !rows.isEmpty, store.newestTime > previous,
      batch.times[rows.lowerBound] - previous > options.gapMax
    {
      ahead.clear()
      return skipGap(after: Timestamp(milliseconds: previous), before: watermark)
    }
    guard ahead.length > 0 else { return advance(to: watermark, eagerly: false) }
    guard let due = ahead.pass(rows.count, watermark) else { return [] }
    start()
    store.lateThrough = max(store.lateThrough, lastTick(through: due) ?? .min)
    return advance(to: due, eagerly: false)
  }

  /// Lets all groups begin with the first sample, once there is one.
  private mutating func start() {
    guard firstTime == nil, let oldest = ahead.oldest else { return }
    firstTime = Timestamp(milliseconds: oldest)
    for group in groups { group.start(at: Timestamp(milliseconds: oldest)) }
  }

  /// The last tick of any group up to `time`; nil when there is none.
  private func lastTick(through time: Timestamp) -> Int64? {
    groups.compactMap { group in
      let due = group.due(through: time)
      guard due > 0, let next = group.nextTick else { return group.lastTick?.milliseconds }
      return (next + (due - 1) * group.interval).milliseconds
    }.max()
  }

  /// Evaluates every tick up to `time`, though no sample says that it is over: for live runs, in
  /// which the clock moves an idle stream on, so that staleness and `absent` show.
  public mutating func advance(to time: Timestamp) -> [Effect] {
    let rest = complete()
    gate.advance(to: time.milliseconds)
    return rest + advance(to: time, eagerly: true)
  }

  /// True when a tick's effects were given in part; see `EngineOptions.tellsInWaves`.
  public var isUnderWay: Bool { underWay != nil || !untold.isEmpty }

  /// Goes on with a tick that is under way: what the groups of its next wave say.
  ///
  /// Every other call that changes the engine goes on to the end of the tick first.
  public mutating func proceed() -> [Effect] {
    let before = untold
    untold = []
    guard before.isEmpty, let tick = underWay else { return before }
    underWay = nil
    return finish(tick) + takeDiagnostics()
  }

  /// All that is left of a tick that is under way.
  mutating func complete() -> [Effect] {
    var effects: [Effect] = []
    while isUnderWay { effects += proceed() }
    return effects
  }

  /// Evaluates what is left at the end of a recording, its last moment included.
  public mutating func finish() -> [Effect] {
    var effects = complete() + take(gate.settle(atEnd: true))
    start()
    if store.newestTime > .min {
      effects += complete()
      effects += advance(to: Timestamp(milliseconds: store.newestTime), eagerly: true)
    }
    effects += complete()
    effects += applyChanges(through: Timestamp(milliseconds: .max))
    for incident in book.openIncidents { effects += collectEvidence(incident) }
    return effects + takeDiagnostics()
  }

  /// Takes over alerts that another system evaluated; they join incidents as its own do.
  ///
  /// - Parameters:
  ///   - alerts: Firing ones and, with an end that has passed, those that are over.
  ///   - time: When they arrived; what was said before stays as it is.
  /// - Returns: What came of them.
  public mutating func take(foreign alerts: [ForeignAlert], at time: Timestamp) -> [Effect] {
    let rest = complete()
    let now = max(time, watermark ?? time)
    let found = foreignAlerts.take(alerts, at: now)
    guard !found.isEmpty else { return rest }
    return rest + apply(found.map(TimedTransition.init(foreign:)), ticks: [now])
  }

  /// Does what a person asked for.
  ///
  /// - Throws: `CommandError` when the command does not fit the incident's state.
  public mutating func apply(
    _ command: IncidentCommand, at time: Timestamp
  ) throws(CommandError) -> [Effect] {
    let rest = complete()
    do throws(CommandError) {
      let changes = try book.apply(command: command, at: time, context: context)
      return rest + changes.map(Effect.incident)
    } catch {
      // A command that is refused takes nothing of the tick with it.
      untold = rest
      throw error
    }
  }

  /// A report of an incident from the series kept with it and the changes of the run.
  public func report(
    on incident: Incident, evidence: [EvidenceWindow], changes: [ChangeEvent]
  ) -> Report {
    ReportBuilder(context: context).report(
      of: incident, at: watermark ?? incident.openedAt, windows: evidence,
      changes: changes)
  }
}

// MARK: - Passes

extension Tocsin {
  private mutating func advance(to wanted: Timestamp, eagerly: Bool) -> [Effect] {
    let time = [options.until, horizon].compactMap(\.self).reduce(wanted, min)
    var effects: [Effect] = []
    let batch = eagerly ? 1 : min(Int64(options.ticksPerPass), ticksMax)
    while let end = passEnd(through: time, atLeast: batch) {
      effects += complete() + pass(through: end)
    }
    if groups.isEmpty {
      effects += applyChanges(through: time)
      let expired =
        takeOrphans(at: time) + foreignAlerts.expire(at: time).map(TimedTransition.init(foreign:))
      effects += apply(expired, ticks: [time])
      store.trim(to: time.milliseconds)
      forgetSeries(at: time)
    }
    return effects + takeDiagnostics()
  }

  /// Most ticks of one pass: fewer with many series, so that a column of results stays small.
  private var ticksMax: Int64 {
    guard allowsManyTicks else { return 1 }
    let fitting = options.resultsPerPass / max(1, store.seriesCount)
    return Int64(min(StepGrid.limit, max(1, fitting)))
  }

  /// Where the next pass ends: no group has more ticks in it than it may, and one has as many as
  /// wanted.
  private func passEnd(through time: Timestamp, atLeast wanted: Int64) -> Timestamp? {
    var end = time
    var most: Int64 = 0
    let limit = ticksMax
    for group in groups {
      guard let next = group.nextTick else { continue }
      let waiting = underWay?.holds(group) == true ? Int64(1) : 0
      most = max(most, group.due(through: time) - waiting)
      end = min(end, next + ((limit + waiting) * group.interval - 1))
    }
    return most >= wanted ? end : nil
  }

  private mutating func pass(through end: Timestamp) -> [Effect] {
    evaluator.beginRound()
    var ticks: Set<Timestamp> = []
    var waves: Set<Int> = []
    for group in groups {
      let due = group.due(through: end)
      guard due > 0, let first = group.nextTick else { continue }
      for tick in 0..<due { ticks.insert(first + tick * group.interval) }
      tickCount += Int(due)
      waves.insert(group.wave)
    }
    var found: [TimedTransition] = []
    if let first = ticks.min() { found += takeOrphans(at: first) }
    if let last = ticks.max() {
      found += foreignAlerts.expire(at: last).map(TimedTransition.init(foreign:))
    }
    // Effects are in order of time first, so only a tick that is alone can be told in waves.
    guard options.tellsInWaves, ticks.count == 1, let tick = ticks.first else {
      found += evaluate(through: end) { _ in true }
      let effects = apply(TimedTransition.sorted(found), ticks: ticks.sorted())
      close(through: end, lastTick: ticks.max())
      return effects
    }
    found += evaluate(through: end) { $0 == 0 }
    let effects = apply(TimedTransition.sorted(found), ticks: [tick])
    let rest = TickUnderWay(
      tick: tick, end: end, waves: waves.subtracting([0]).sorted(by: >))
    if rest.waves.isEmpty { close(through: end, lastTick: tick) } else { underWay = rest }
    return effects
  }

  /// Evaluates the groups of the next wave; the tick stays under way while others wait.
  private mutating func finish(_ tick: TickUnderWay) -> [Effect] {
    var rest = tick
    let wave = rest.waves.removeLast()
    let found = evaluate(through: tick.end) { $0 == wave }
    let effects = applyWave(TimedTransition.sorted(found)[...], at: tick.tick)
    if rest.waves.isEmpty {
      close(through: tick.end, lastTick: tick.tick)
    } else {
      underWay = rest
    }
    return effects
  }

  /// Evaluates the groups of some waves that are due.
  private mutating func evaluate(
    through end: Timestamp, _ isWanted: (Int) -> Bool
  ) -> [TimedTransition] {
    var found: [TimedTransition] = []
    for (number, group) in groups.enumerated() where isWanted(group.wave) {
      guard group.due(through: end) > 0 else { continue }
      for (rule, transition) in group.advance(through: end, evaluator, surroundings) {
        found.append(
          TimedTransition(wave: group.wave, group: number, rule: rule, transition: transition))
      }
      if keepsEvaluations, let last = evaluation(ofGroup: number) {
        evaluations.append(last)
      }
    }
    noteFailures()
    return found
  }

  /// The pass through `end` is over.
  private mutating func close(through end: Timestamp, lastTick: Timestamp?) {
    // What lies between the last tick and the watermark is due at the next tick only. Who reads ahead
    // says that exactly, so that it does not show which ticks were evaluated together.
    let closed = ahead.length > 0 ? lastTick ?? end : end
    store.evaluatedThrough = max(store.evaluatedThrough, closed.milliseconds)
    store.trim(to: end.milliseconds)
    forgetSeries(at: end)
  }

  /// Forgets series that ended long ago, when they are many, and goes on without them.
  ///
  /// Timers, baselines and all else that rules remember is kept by labels, and given up only long after
  /// its series ended. Windows are filled again
  /// from the samples that are held, which reach as far back as any rule looks.
  private mutating func forgetSeries(at time: Timestamp) {
    guard store.isForgettingDue(at: time) else { return }
    var states = CheckpointWriter()
    encodeRules(into: &states)
    guard store.forgetSeries(at: time) else { return }
    let told = diagnostics
    install(rules)
    // What cannot be planned was told when the rules were installed first.
    diagnostics = told
    do throws(CheckpointError) {
      var reader = CheckpointReader(states.bytes, section: "rules")
      try restoreRules(from: &reader)
    } catch {
      // This very program wrote the bytes a moment ago.
      preconditionFailure("its own state cannot be read: \(error)")
    }
    for group in groups { for runner in group.runners { runner.condition?.forget(at: time) } }
  }

  /// Hands transitions to the incident book, tick by tick and wave by wave.
  private mutating func apply(_ found: [TimedTransition], ticks: [Timestamp]) -> [Effect] {
    var effects: [Effect] = []
    var rest = found[...]
    for tick in ticks {
      if !pendingChanges.isEmpty { effects += applyChanges(through: tick) }
      if !pendingLogFindings.isEmpty { effects += applyLogFindings(through: tick) }
      var now = rest.prefix { $0.transition.time == tick }
      rest = rest.dropFirst(now.count)
      let first = now.prefix { $0.wave == 0 }
      now = now.dropFirst(first.count)
      if !first.isEmpty || !book.isIdle { effects += hand(first.map(\.transition), at: tick) }
      while let wave = now.first?.wave {
        let next = now.prefix { $0.wave == wave }
        now = now.dropFirst(next.count)
        effects += applyWave(next, at: tick)
      }
    }
    return effects
  }

  /// Hands a later wave of a tick to the incident book, where it has something to say.
  private mutating func applyWave(
    _ found: ArraySlice<TimedTransition>, at tick: Timestamp
  ) -> [Effect] {
    found.isEmpty ? [] : hand(found.map(\.transition), at: tick)
  }

  private mutating func hand(_ now: [AlertTransition], at tick: Timestamp) -> [Effect] {
    var effects = now.map(Effect.alert)
    let changes =
      book.apply(now, at: tick, context: context, measuring: measurements)
      + book.advance(to: tick, context: context, measuring: measurements)
    for change in changes {
      effects.append(.incident(change))
      if change.kind != .updated { effects += collectEvidence(change.incident, at: tick) }
    }
    return effects
  }

  private mutating func applyChanges(through time: Timestamp) -> [Effect] {
    let due = pendingChanges.filter { $0.time <= time }.sorted {
      ($0.time, $0.id) < ($1.time, $1.id)
    }
    guard !due.isEmpty else { return [] }
    pendingChanges.removeAll { $0.time <= time }
    var effects: [Effect] = []
    for change in due {
      effects.append(.change(change))
      effects += book.apply(change: change, at: change.time, context: context)
        .map(Effect.incident)
    }
    return effects
  }

  /// Hands what logs began to say to the incident book.
  private mutating func applyLogFindings(through time: Timestamp) -> [Effect] {
    let due = pendingLogFindings.filter { $0.time <= time }.sorted {
      ($0.time, $0.id) < ($1.time, $1.id)
    }
    guard !due.isEmpty else { return [] }
    pendingLogFindings.removeAll { $0.time <= time }
    var effects: [Effect] = []
    for finding in due {
      effects += book.apply(log: finding, at: time, context: context).map(Effect.incident)
    }
    return effects
  }

  /// After a long silence: lets everything go stale, then begins anew before the next sample.
  private mutating func skipGap(after last: Timestamp, before watermark: Timestamp) -> [Effect] {
    start()
    let settled = last + options.gapMax / 24
    let effects = advance(to: settled, eagerly: true) + complete()
    diagnostics.append(
      Diagnostic(
        .warning, code: "gap",
        "no sample between \(last) and \(Timestamp(milliseconds: store.newestTime)); the ticks in between are skipped"
      ))
    for group in groups { group.start(at: Timestamp(milliseconds: store.newestTime)) }
    return effects + advance(to: watermark, eagerly: false)
  }

  /// The ends of firing alerts whose rules are gone.
  private mutating func takeOrphans(at time: Timestamp) -> [TimedTransition] {
    defer { orphans = [] }
    return orphans.map { TimedTransition(foreign: $0.ending(at: time)) }
  }

  private mutating func noteFailures() {
    for group in groups {
      for runner in group.runners {
        guard let failure = runner.failure, reportedRules.insert(runner.rule.identity).inserted
        else { continue }
        diagnostics.append(
          Diagnostic(
            .warning, code: failure.code,
            "rule \(quoted(runner.rule.name)) failed: \(failure.message)", at: runner.rule.location)
        )
      }
    }
  }

  mutating func takeDiagnostics() -> [Effect] {
    if let diagnostic = gate.takeDiagnostic() { diagnostics.append(diagnostic) }
    let all = diagnostics + store.takeDiagnostics()
    diagnostics = []
    return all.map(Effect.diagnostic)
  }
}

// MARK: - Evidence

extension Tocsin {
  /// Reads what the alerts of an incident watched since the last time, and adds it to what is there.
  private mutating func collectEvidence(
    _ incident: Incident, at tick: Timestamp? = nil
  ) -> [Effect] {
    guard options.collectsEvidence else { return [] }
    let now = tick ?? watermark ?? incident.openedAt
    let margin = context.settings.evidenceMargin
    // Alerts may have joined since; their past is read from the beginning again. Of what is older than
    // the series are kept for, a part may still be there: how much, depends on the passes.
    let start = max(incident.start - margin, now - options.evidenceReach)
    let found = measurements.evidence(for: incident, from: start, to: now)
    let windows = (evidence[incident.id] ?? []).merging(found)
    evidence[incident.id] = incident.state == .resolved ? nil : windows
    return [.evidence(incident: incident.id, windows)]
  }
}
