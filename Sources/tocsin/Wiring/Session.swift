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
  private var tocsin: Tocsin
  private var printer: EffectPrinter
  private var ledger: IncidentLedger
  private let output: ResultOutput
  private let reports: [ReportWriter]
  private var counts = InputCounts()
  private var progress: ProgressDisplay

  init(rules: RuleSet, options: RunOptions, output form: OutputOptions, isLive: Bool) throws {
    tocsin = Tocsin(rules: rules, options: options.engine(isLive: isLive))
    output = ResultOutput()
    printer = EffectPrinter(form, output, tocsin.context)
    ledger = IncidentLedger(
      store: try options.store.map { try Store.open(path: $0, mode: .create) })
    reports = options.report.map(ReportWriter.init)
    progress = ProgressDisplay(style: form.errorStyle)
  }

  /// Reads recordings to their end, merged by event time.
  mutating func replay(_ files: [String], _ input: InputOptions) throws {
    let recording = try Recording(files, input)
    while let delivery = try recording.next() { try take(delivery) }
    progress.end()
  }

  /// Takes over what was read: reports first, then samples.
  private mutating func take(_ delivery: borrowing Delivery) throws {
    for diagnostic in delivery.diagnostics { StandardError.write(diagnostic.description) }
    counts = InputCounts(delivery.progress) ?? counts
    try act(on: tocsin.ingest(delivery.batch))
    progress.show(counts, at: tocsin.watermark)
  }

  /// Takes over live input until it ends or `shouldStop` says so.
  ///
  /// While nothing arrives, event time goes on as the wall clock does, so that staleness and
  /// `absent` show.
  mutating func run(_ feed: LiveFeed, until shouldStop: () -> Bool) throws {
    var lastArrival = wallClock()
    while !shouldStop() {
      switch try feed.next(waitingAtMost: 250) {
      case .ended: return
      case .delivered:
        lastArrival = wallClock()
        try take(feed.delivery)
      case .timedOut:
        try act(on: tocsin.settle())
        let idle = wallClock() - lastArrival - Self.patience
        guard tocsin.store.newestTime > .min, idle > 0 else { continue }
        try act(on: tocsin.advance(to: Timestamp(milliseconds: tocsin.store.newestTime) + idle))
      }
      try takeResponses()
      try output.flush()
    }
  }

  /// How long a silent stream is waited for before event time goes on without it, in ms: the samples
  /// of one moment do not all arrive at once.
  private static let patience: Milliseconds = 2000

  /// Does what people asked for through the store.
  private mutating func takeResponses() throws {
    for response in try ledger.pendingResponses() {
      var effects: [Effect] = []
      do throws(CommandError) {
        effects = try tocsin.apply(response.command, at: response.time)
      } catch {
        // What does not fit the incident any more is taken up all the same, or it would come again.
        StandardError.write("warning: \(error)")
      }
      try ledger.take(effects, takenUp: [response.id])
      for effect in effects { try printer.print(effect) }
    }
  }

  /// Stores effects, then tells of them.
  private mutating func act(on effects: [Effect]) throws {
    guard !effects.isEmpty else { return }
    try ledger.take(effects)
    for effect in effects { try printer.print(effect) }
  }

  /// Evaluates what is left, writes reports and the summary.
  mutating func finish() throws -> RunSummary {
    try act(on: tocsin.finish())
    let end = Timestamp(milliseconds: max(tocsin.store.newestTime, 0))
    let summary = RunSummary(
      start: tocsin.firstTime ?? end, end: end, samples: Int64(counts.samples),
      series: Int64(tocsin.store.seriesCount), ticks: Int64(tocsin.tickCount),
      badLines: Int64(counts.badLines), incidents: ledger.incidents)
    try printer.finish(summary)
    let texts = ledger.incidents.map {
      tocsin.report(on: $0, evidence: ledger.evidence(of: $0), changes: ledger.changes)
    }
    for writer in reports { try writer.write(texts) }
    return summary
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
