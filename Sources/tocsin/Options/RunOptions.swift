import ArgumentParser
import Engine
import Evaluation
import Incidents
import Model
import PromQL
import Rules
import Storage

/// How the engine runs and where incidents go.
struct RunOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("SQLite file for incidents; made if missing.", valueName: "path"))
  var store: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write reports to this file, by its ending HTML, JSON or Markdown; may be repeated.",
      valueName: "file"))
  var report: [String] = []

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp("Exit with 2 when an incident reached this level.", valueName: "severity"))
  var failOn: Severity?

  @OptionGroup var timing: TimingOptions

  @Option(name: .long, help: ArgumentHelp("Most series held.", valueName: "number"))
  var maxSeries: Int?

  func validate() throws {
    try ReportWriter.checkEndings(report)
    if let maxSeries, maxSeries < 1 {
      throw ValidationError("expected at least 1 for --max-series, found \(maxSeries)")
    }
  }

  /// The engine's options for a replay.
  func engine(_ base: EngineOptions) -> EngineOptions {
    var options = base
    options.workers = .ofThisMachine
    options.collectsEvidence = store != nil || !report.isEmpty
    if let maxSeries { options.limits.series = maxSeries }
    return options
  }

  /// The store that was named; nil when none was.
  func openStore() throws -> Store? {
    try store.map { try Store.open(path: $0, mode: .create) }
  }

  /// Ends with 2 when an incident is as grave as `--fail-on` says.
  func check(_ summary: RunSummary) throws {
    let failOn = failOn ?? EnvironmentLayer.ofThisProcess.failOn
    guard let failOn, summary.incidents.contains(where: { $0.peakSeverity >= failOn })
    else { return }
    throw ExitStatus.findings
  }
}

/// When rules are evaluated.
struct TimingOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ticks of rule groups that name no interval; default 15s.", valueName: "duration"))
  var interval: DurationArgument?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How long a tick waits for late samples, in event time; default 0s.", valueName: "duration"))
  var lateness: DurationArgument?

  func validate() throws {
    if let interval, interval.milliseconds <= 0 {
      throw ValidationError("expected a length of time above 0 for --interval")
    }
  }

  /// The defaults of the engine with these times and `features`.
  func engine(_ features: FeatureOptions) -> EngineOptions {
    var options = EngineOptions.replay
    options.evaluation = features.evaluation
    if let interval { options.interval = interval.milliseconds }
    if let lateness { options.lateness = lateness.milliseconds }
    return options
  }
}

/// A duration of the command line: `30s`, `5m`, `1h30m`.
struct DurationArgument: ExpressibleByArgument {
  var milliseconds: Milliseconds

  init(milliseconds: Milliseconds) {
    self.milliseconds = milliseconds
  }

  init?(argument: String) {
    guard case .success(let duration) = PrometheusDuration.parse(argument) else { return nil }
    milliseconds = duration
  }

  var defaultValueDescription: String { PrometheusDuration.text(milliseconds) }
}
