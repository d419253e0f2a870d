import ArgumentParser
import Engine
import Evaluation
import Incidents
import Model
import PromQL
import Rules

/// How the engine runs and where incidents go.
struct RunOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("SQLite file for incidents; made if missing.", valueName: "path"))
  var store: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write reports to this file, Markdown or by its ending HTML; may be repeated.",
      valueName: "file"))
  var report: [String] = []

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp("Exit with 2 when an incident reached this level.", valueName: "severity"))
  var failOn: Severity?

  @Option(
    name: .long,
    help: ArgumentHelp("Ticks of rule groups that name no interval.", valueName: "duration"))
  var interval = DurationArgument(milliseconds: 15_000)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How long a tick waits for late samples, in event time.", valueName: "duration"))
  var lateness = DurationArgument(milliseconds: 0)

  @Option(name: .long, help: ArgumentHelp("Most series held.", valueName: "number"))
  var maxSeries: Int?

  /// The engine's options.
  func engine(isLive: Bool) -> EngineOptions {
    var options = EngineOptions()
    options.interval = interval.milliseconds
    options.lateness = lateness.milliseconds
    if isLive { options.ticksPerPass = 1 }
    options.collectsEvidence = store != nil || !report.isEmpty
    if let maxSeries { options.limits.series = maxSeries }
    return options
  }

  /// Ends with 2 when an incident is as grave as `--fail-on` says.
  func check(_ summary: RunSummary) throws {
    guard let failOn, summary.incidents.contains(where: { $0.peakSeverity >= failOn })
    else { return }
    throw ExitStatus.findings
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

  var defaultValueDescription: String { "\(milliseconds / 1000)s" }
}
