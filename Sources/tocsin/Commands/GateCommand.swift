import Analysis
import ArgumentParser
import Foundation
import Incidents
import Model
import Reports
import Rules

/// `tocsin gate`: whether a service is as well after a change as before.
struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Promote, hold or roll back: a service and its dependants before and after a change.",
    discussion: """
      Give one recording that holds the change (or --changed-at), two recordings with --before and \
      --after or --control and --canary, or a live stream with --watch. Exits with 2 unless the \
      verdict is promote.
      """)

  @Argument(
    help: ArgumentHelp("A recording with the change, or with --watch a stream.", valueName: "file"))
  var files: [String] = []

  @Option(name: .long, help: ArgumentHelp("The service that was changed.", valueName: "name"))
  var service: String

  @Option(
    name: [.long, .customLong("control")],
    help: ArgumentHelp("Recordings before the change, or of the old version.", valueName: "file"))
  var before: [String] = []

  @Option(
    name: [.long, .customLong("canary")],
    help: ArgumentHelp("Recordings after the change, or of the new version.", valueName: "file"))
  var after: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("How far before and after the change is looked.", valueName: "duration"))
  var window = DurationArgument(milliseconds: 1_800_000)

  @Option(
    name: .long,
    help: ArgumentHelp("How long the service may take to settle.", valueName: "duration"))
  var settle = DurationArgument(milliseconds: 60_000)

  @Option(
    name: .long,
    help: ArgumentHelp("Watch a live stream for so long after the change.", valueName: "duration"))
  var watch: DurationArgument?

  @Option(name: .long, help: ArgumentHelp("Write JUnit XML to this file.", valueName: "file"))
  var junit: String?

  @OptionGroup var change: ChangeOptions
  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if before.isEmpty != after.isEmpty, watch == nil {
      throw ValidationError("--before and --after belong together, and so --control and --canary")
    }
    if service.isEmpty { throw ValidationError("expected a name for --service, found \"\"") }
    if window.milliseconds <= 0 {
      throw ValidationError("expected a length of time above 0 for --window")
    }
    if files.isEmpty, after.isEmpty { throw ValidationError("a recording is missing") }
  }

  func run() throws {
    try reporting {
      let set = try rules.loadIfThere()
      let context = IncidentContext(catalogue: set.catalogue, settings: set.incidents)
      let judge = GateJudge(
        service: service, context: context, change: change,
        plan: GatePlan(window: window.milliseconds, settle: settle.milliseconds))
      var gate: Gate
      if let watch {
        gate = try judge.watch(files, before: before, input, for: watch.milliseconds)
      } else if after.isEmpty {
        gate = try judge.judge(RecordedSide(files, input))
      } else {
        gate = try judge.judge(
          before: RecordedSide(before, input), after: RecordedSide(after + files, input))
      }
      gate.rollback = gate.change.map(Playbook(context: context).rollback) ?? []
      try write(gate)
      if gate.verdict != .promote { throw ExitStatus.findings }
    }
  }

  private func write(_ gate: Gate) throws {
    let out = ResultOutput()
    try out.write(
      output.output == .json
        ? gate.jsonLine() + "\n" : GateText(style: output.style).text(gate))
    try out.flush()
    if let junit { try ReportWriter(path: junit).write([GateJUnit.text(gate)]) }
  }
}
