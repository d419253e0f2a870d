import Engine
import Evaluation
import Exposition
import Foundation
import Incidents
import Model
import Reports
import Rules
import Storage

/// One run of the engine: input in, effects printed and stored, reports at the end.
struct Session: ~Copyable {
  private var tocsin: Tocsin
  private var printer: EffectPrinter
  private var ledger: IncidentLedger
  private let output: ResultOutput
  private let reports: [ReportWriter]
  private var counts = InputCounts()
  private var firstTime: Timestamp?

  /// What was read so far.
  struct InputCounts {
    var bytes = 0
    var samples = 0
    var badLines = 0
  }

  init(rules: RuleSet, options: RunOptions, output form: OutputOptions, isLive: Bool) throws {
    tocsin = Tocsin(rules: rules, options: options.engine(isLive: isLive))
    output = ResultOutput()
    printer = EffectPrinter(form, output, tocsin.context)
    ledger = IncidentLedger(store: try options.store.map { try Store.open(path: $0, mode: .create) })
    reports = options.report.map(ReportWriter.init)
  }

  /// Reads recordings to their end.
  mutating func replay(_ files: [String], _ input: InputOptions) throws {
    for file in files {
      try read(file, input)
    }
  }

  private mutating func read(_ file: String, _ input: InputOptions) throws {
    guard let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
    else { throw CommandFailure.unusable("\(file): error: no such file, or it cannot be read") }
    var decoder = SampleDecoder(try input.decoder(for: file))
    var batch = SampleBatch()
    while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
      decoder.feed([UInt8](data), arrival: Timestamp(milliseconds: 0))
      while decoder.next(into: &batch) { try take(batch) }
    }
    decoder.finish()
    while decoder.next(into: &batch) { try take(batch) }
    for diagnostic in decoder.takeDiagnostics() { StandardError.write(diagnostic.description) }
    counts.bytes += decoder.counts.bytes
    counts.badLines += decoder.counts.badLinesTotal
    if decoder.hasFailed { throw ExitStatus.unusable }
  }

  private mutating func take(_ batch: borrowing SampleBatch) throws {
    counts.samples += batch.count
    if firstTime == nil, let first = batch.times.min() { firstTime = Timestamp(milliseconds: first) }
    try act(on: tocsin.ingest(batch))
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
      start: firstTime ?? end, end: end, samples: Int64(counts.samples),
      series: Int64(tocsin.store.seriesCount), ticks: Int64(tocsin.tickCount),
      badLines: Int64(counts.badLines), incidents: ledger.incidents)
    try printer.finish(summary)
    let texts = ledger.incidents.map { tocsin.report(on: $0, evidence: ledger.evidence(of: $0)) }
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
      duplicate       \(counts.duplicate), conflicting \(counts.conflicting)
      over limits     \(counts.overLimit) samples of \(counts.seriesRefused) series
      unreadable      \(self.counts.badLines) lines, \(counts.malformed) samples
      ticks           \(tocsin.tickCount)

      """
  }

  private func rounded(_ value: Double) -> String { String(format: "%.1f", value) }
}
