import API
import Engine
import Evaluation
import Exposition
import Foundation
import Incidents
import Model
import Reports
import Rules
import Sources
import Storage

/// One run of the engine: input in, effects printed and stored, reports at the end.
struct Session: ~Copyable {
  private(set) var tocsin: Tocsin
  private var printer: EffectPrinter
  private var ledger: IncidentLedger
  private let output: ResultOutput
  private let reports: [ReportWriter]
  private var counts = InputCounts()
  private var progress: ProgressDisplay
  /// Where the inputs go on, when this run goes on where another one ended.
  let resumed: ResumePoint?
  /// How far followed files were read.
  private var positions: [String: FilePosition]
  /// True when something came in that no input can say again.
  var isTouched = false
  private var notifier: Notifier?
  private var forwarding: AlertForwarding?
  private let tell: (borrowing Effect, IncidentContext) -> Void
  /// Whether a store that cannot be written is waited for.
  private let isPatient: Bool
  /// Effects that could not be stored yet, with the responses that some of them come from.
  private var waiting = Waiting()

  /// Most effects that wait for a store before the run gives up.
  private static let waitingMax = 100_000

  /// What a session is made of.
  struct Parts {
    var rules: RuleSet
    var engine: EngineOptions
    var store: Store?
    var reports: [String] = []
    var output: OutputOptions
    /// States that may be gone on from, the best first.
    var checkpoints: [CheckpointFile.Candidate] = []
    /// Whether only what the store did not have is told.
    var tellsNewsOnly = false
    /// Plans who is told of incidents; nil where nobody is.
    var notifier: Notifier?
    /// Forwards alerts; nil where nobody wants them.
    var forwarding: AlertForwarding?
    /// How deliveries fare, which lie outside of the session.
    var deliveries: @Sendable () -> DeliveryFigures = { DeliveryFigures() }
    /// Hears of each effect after it was stored and printed.
    var tell: (borrowing Effect, IncidentContext) -> Void = { _, _ in }
  }

  init(_ parts: Parts) {
    var resume: ResumePoint?
    tocsin = Self.engine(parts, &resume)
    resumed = resume
    positions = resume?.positions ?? [:]
    output = ResultOutput()
    printer = EffectPrinter(parts.output, output, tocsin.context)
    ledger = IncidentLedger(store: parts.store, tellsNewsOnly: parts.tellsNewsOnly)
    reports = parts.reports.map(ReportWriter.init)
    progress = ProgressDisplay(style: parts.output.errorStyle)
    notifier = parts.notifier
    forwarding = parts.forwarding
    tell = parts.tell
    isPatient = parts.tellsNewsOnly
  }

  /// The engine of the first checkpoint that can be read with these rules, or a new one.
  private static func engine(_ parts: Parts, _ resume: inout ResumePoint?) -> Tocsin {
    for candidate in parts.checkpoints {
      do throws(CheckpointError) {
        let tocsin = try Tocsin(
          restoring: candidate.checkpoint, rules: parts.rules, options: parts.engine)
        resume = candidate.resume
        let time = tocsin.watermark.map { "\($0)" } ?? "its beginning"
        StandardError.write("going on from \(candidate.path), which reaches to \(time)")
        return tocsin
      } catch {
        StandardError.write(
          "warning: checkpoint \(candidate.path) cannot be used: \(error)")
      }
    }
    return Tocsin(rules: parts.rules, options: parts.engine)
  }

  /// Begins a live run, which may go on where another one ended.
  mutating func begin() throws {
    try ledger.begin(
      resuming: resumed == nil ? nil : tocsin.book.openIncidents + tocsin.book.watchedIncidents)
  }

  /// The engine's state as it is now, to be written piece by piece, with how far the inputs were read.
  ///
  /// `arrivals` is the part of the journal of arrivals that begins here.
  func draftCheckpoint(inputs: [String], arrivals: Int) -> CheckpointDraft {
    var resume = ResumePoint(inputs: inputs)
    resume.arrivals = arrivals
    resume.positions = positions
    return tocsin.draftCheckpoint(annex: resume.bytes)
  }

  /// Reads recordings to their end, merged by event time.
  mutating func replay(_ files: [String], _ input: InputOptions) throws {
    let recording = try Recording(files, input)
    while let delivery = try recording.next() { try take(delivery) }
    progress.end()
  }

  /// Takes over what was read: reports first, then samples.
  mutating func take(_ delivery: borrowing Delivery) throws {
    for diagnostic in delivery.diagnostics { StandardError.write(diagnostic.description) }
    counts = InputCounts(delivery.progress) ?? counts
    defer {
      for input in delivery.progress { positions[input.path] = input.position }
    }
    try act(on: tocsin.ingest(delivery.batch))
    try actOnRest()
    progress.show(counts, at: tocsin.watermark)
  }

  /// Takes over samples that were pushed: a stream of its own, which waits for nothing.
  ///
  /// Those of a scrape do not settle what is open, as others of the same moment come.
  mutating func take(_ batch: borrowing SampleBatch, settles: Bool = true) throws {
    try act(on: tocsin.ingest(batch))
    try actOnRest()
    guard settles else { return }
    try act(on: tocsin.settle())
    try actOnRest()
  }

  /// Tells of what is told already, then of the later waves of a tick.
  private mutating func actOnRest() throws {
    while tocsin.isUnderWay {
      try output.flush()
      try act(on: tocsin.proceed())
    }
  }

  /// Takes over alerts that another system evaluated.
  mutating func take(foreign alerts: [ForeignAlert], at now: Timestamp) throws {
    try act(on: tocsin.take(foreign: alerts, at: now), at: now)
    isTouched = true
  }

  /// Evaluates no tick beyond `now`, however far ahead the clock of a sender is.
  mutating func hold(at now: Timestamp) { tocsin.horizon = now }

  /// Goes on in a stream that has been silent for `idle` ms beyond what is usual.
  ///
  /// While nothing arrives, event time goes on as the wall clock does, so that staleness and
  /// `absent` show.
  mutating func idle(for idle: Milliseconds) throws {
    try act(on: tocsin.settle())
    try actOnRest()
    guard tocsin.store.newestTime > .min, idle > 0 else { return }
    try act(on: tocsin.advance(to: Timestamp(milliseconds: tocsin.store.newestTime) + idle))
    try actOnRest()
  }

  /// Does what a person asked for.
  ///
  /// - Throws: `CommandError` when it does not fit the incident's state.
  mutating func apply(_ command: IncidentCommand, at time: Timestamp) throws {
    try act(on: try tocsin.apply(command, at: time))
    isTouched = true
  }

  /// Does what people asked for through the store; `note` hears of each before.
  mutating func takeResponses(_ note: (IncidentCommand, Timestamp) -> Void) throws {
    for response in try ledger.pendingResponses() where !waiting.takenUp.contains(response.id) {
      note(response.command, response.time)
      var effects: [Effect] = []
      do throws(CommandError) {
        effects = try tocsin.apply(response.command, at: response.time)
      } catch {
        // What does not fit the incident any more is taken up all the same, or it would come again.
        StandardError.write("warning: \(error)")
      }
      try act(on: effects, takenUp: [response.id])
      isTouched = true
    }
  }

  /// Goes by other rules, and by the routes that `route` gives for their services.
  mutating func reload(
    _ rules: RuleSet, route: (inout Notifier, IncidentContext) -> Void
  ) throws {
    let effects = tocsin.reload(rules: rules)
    isTouched = true
    printer.context = tocsin.context
    if var notifier {
      route(&notifier, tocsin.context)
      self.notifier = notifier
    }
    try act(on: effects)
  }

  /// Answers about silences.
  ///
  /// - Throws: `SilenceRefusal` when the request makes no sense.
  mutating func silences(_ request: SilenceRequest, at now: Timestamp) throws -> String {
    guard var notifier else { throw SilenceRefusal.bad("this run tells nobody of incidents") }
    let answer = try notifier.answer(request, at: now)
    self.notifier = notifier
    return answer
  }

  /// The alerts of incidents that fire, as `query` asks for them.
  ///
  /// - Throws: `SilenceRefusal` when the query makes no sense.
  func alerts(
    _ query: AlertQuery, of incidents: [Incident], at now: Timestamp
  ) throws(SilenceRefusal) -> String {
    guard let notifier else { throw .bad("this run tells nobody of incidents") }
    return try notifier.answer(query, of: incidents, at: now)
  }

  /// Who may be told of incidents.
  var receivers: [String] { notifier?.receivers ?? [] }

  /// Forwards alerts by `forwarding` from now on; nil forwards none.
  mutating func replace(_ forwarding: AlertForwarding?) {
    self.forwarding = forwarding
    tocsin.keepsEvaluations = forwarding != nil
  }

  /// Stores effects and whom they are told, then tells of them.
  ///
  /// `time` is how far event time has come, where the engine's own ticks do not say.
  private mutating func act(
    on effects: [Effect], takenUp: [String] = [], at time: Timestamp? = nil
  ) throws {
    forwarding?.take(tocsin.takeEvaluations())
    waiting.effects += effects
    waiting.takenUp += takenUp
    let before = notifier
    let plan = notifier?.plan(waiting.effects, at: time ?? tocsin.lastTick) ?? Notifier.Plan()
    guard !waiting.isEmpty || !plan.isEmpty else { return }
    let news: News
    do throws(StorageError) {
      news = try ledger.take(waiting.effects, takenUp: waiting.takenUp, plan: plan)
    } catch {
      // What was not stored was told to nobody, so it is planned again.
      notifier = before
      guard isPatient, waiting.effects.count <= Self.waitingMax else { throw error }
      return waiting.report(error)
    }
    notifier?.stored(plan)
    let stored = waiting.end()
    for effect in stored { try show(effect, news) }
    if isPatient { keepDrafts(after: stored) }
  }

  /// Stores what a full or locked store did not take; nothing happens where nothing waits.
  mutating func storeWaiting() throws {
    if waiting.isLate { try act(on: []) }
  }

  /// Effects that wait for the store.
  ///
  /// While there are any, no state may be saved: it would be of a moment after them, and they would be
  /// lost with the program.
  var waitingCount: Int { waiting.isLate ? max(1, waiting.effects.count) : 0 }

  /// Keeps what the reports on incidents that have just ended propose, from what the store has of
  /// them: the run that ends an incident may not be the one that saw it begin.
  private func keepDrafts(after effects: [Effect]) {
    for effect in effects {
      guard case .incident(let change) = effect, change.kind == .resolved else { continue }
      do throws(StorageError) {
        let kept = try ledger.kept(of: change.incident)
        try ledger.keepDrafts(
          of: tocsin.report(on: change.incident, evidence: kept.evidence, changes: kept.changes))
      } catch {
        StandardError.write("warning: the drafted action items were not kept: \(error)")
      }
    }
  }

  private mutating func show(_ effect: Effect, _ news: News) throws {
    guard let effect = news.part(of: effect) else { return }
    try printer.print(effect)
    tell(effect, tocsin.context)
  }

  /// Hands what was printed to the system.
  func flush() throws { try output.flush() }

  /// Writes reports and the summary; what is left is evaluated when the input `isOver`, else it is
  /// left for the run that goes on from here.
  mutating func finish(isOver: Bool = true) throws -> RunSummary {
    if isOver { try act(on: tocsin.finish()) }
    let end = Timestamp(milliseconds: max(tocsin.store.newestTime, 0))
    var summary = RunSummary(
      start: tocsin.firstTime ?? end, end: end, samples: Int64(counts.samples),
      series: Int64(tocsin.store.seriesCount), ticks: Int64(tocsin.tickCount),
      badLines: Int64(counts.badLines), incidents: ledger.incidents)
    summary.lateSamples = Int64(tocsin.store.counts.late)
    summary.conflictingSamples = Int64(tocsin.store.counts.conflicting)
    try printer.finish(summary)
    if let losses = losses(summary) { StandardError.write("warning: \(losses)") }
    if counts.samples > 0, tocsin.store.counts.stored == 0 {
      StandardError.write(
        "warning: no rule looks at the \(counted(Int64(counts.samples), "sample")); "
          + "do the rules name its metrics?"
      )
    }
    let texts = ledger.incidents.map {
      tocsin.report(on: $0, evidence: ledger.evidence(of: $0), changes: ledger.changes)
    }
    if !isPatient {
      for report in texts where report.state == .resolved { try ledger.keepDrafts(of: report) }
    }
    for writer in reports { try writer.write(texts) }
    return summary
  }

  /// Ends the session where the program ends: lets go of the store and leaves the engine's memory to
  /// the system, which takes it back whole instead of piece by piece.
  consuming func end() {
    _ = Unmanaged.passRetained(Remains(tocsin))
  }

  /// What nobody frees.
  private final class Remains {
    private let tocsin: Tocsin

    init(_ tocsin: consuming Tocsin) { self.tocsin = tocsin }
  }

  /// What of the input was left out, in one sentence; nil when all of it was used.
  private func losses(_ summary: RunSummary) -> String? {
    let counts = tocsin.store.counts
    let parts = [
      (summary.badLines, "line", "could not be read"),
      (summary.lateSamples, "sample", "came too late"),
      (summary.conflictingSamples, "sample", "contradicted an earlier one of the same time"),
      (Int64(counts.malformed), "sample", "had a malformed series"),
      (Int64(counts.overLimit), "sample", "exceeded a limit"),
      (Int64(tocsin.implausibleCount), "sample", "had a time far from all others"),
    ].filter { $0.0 > 0 }.map { "\(counted($0.0, $0.1)) \($0.2)" }
    return parts.isEmpty ? nil : "left out: " + parts.joined(separator: ", ")
  }

  /// What is held and what it cost, for `--stats`.
  func statistics() -> String {
    let usage = tocsin.store.usage()
    let counts = tocsin.store.counts
    let perSample = Double(usage.sampleBytes) / Double(max(1, usage.samples))
    let fixed = Double(usage.ringBytes + usage.indexBytes) / Double(max(1, usage.series))
    return """
      series          \(usage.series)
      samples read    \(self.counts.samples)
      samples held    \(usage.samples)
      bytes a sample  \(rounded(perSample))
      bytes a series  \(rounded(fixed)) beside its samples
      stored          \(counts.stored)
      unselected      \(counts.unselected)
      late            \(counts.late), reordered \(counts.reordered)
      implausible     \(tocsin.implausibleCount) of a time far from all others
      duplicate       \(counts.duplicate), conflicting \(counts.conflicting)
      over limits     \(counts.overLimit) samples of \(counts.seriesRefused) series
      unreadable      \(self.counts.badLines) lines, \(counts.malformed) samples
      ticks           \(tocsin.tickCount)

      """
  }

  private func rounded(_ value: Double) -> String { String(format: "%.1f", value) }
}
