import Analysis
import ArgumentParser
import Engine
import Evaluation
import Exposition
import Incidents
import Model
import Reports
import Sources
import Storage

/// `tocsin replay`: a recording in event time, as fast as the machine can.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replay recorded metrics in event time; incidents come out.",
    discussion: """
      Several files are merged by time; - is standard input. With a disturbance the recording is \
      replayed twice, as it is and disturbed, and the rules that do not stand it are named.

      What no flag says is taken from TOCSIN_RULES, TOCSIN_INTERVAL, TOCSIN_LATENESS, \
      TOCSIN_ENABLE_FEATURE, TOCSIN_FAIL_ON and TOCSIN_OUTPUT, then from the configuration file.
      """)

  @Argument(help: ArgumentHelp("Recordings, plain or compressed.", valueName: "file"))
  var files: [String] = []

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var run: RunOptions
  @OptionGroup(title: "Disturbance: which rules turn flaky, late or silent?")
  var disturbance: DisturbanceOptions

  @OptionGroup var layers: LayerOptions

  @Flag(name: .long, help: "Print what is held in memory, and what it cost, to standard error.")
  var stats = false

  func validate() throws {
    if files.isEmpty && input.logs.isEmpty {
      throw ValidationError("name a recording, or a log with --logs")
    }
  }

  func run() async throws {
    try reporting {
      if let shaking = disturbance.settings { return try disturb(shaking) }
      let settings = try layers.settings(rules, run)
      try ReportWriter.checkPlaces(run.report)
      var engine = run.engine(settings.engine)
      // A person reads of incidents; of alerts that wait only a program does.
      engine.tellsPending = output.output == .json
      var session = Session(
        Session.Parts(
          rules: try settings.rules(), engine: engine, store: try run.openStore(),
          reports: run.report, output: output))
      try session.replay(files, input)
      let summary = try session.finish()
      if stats { StandardError.raw(session.statistics()) }
      session.end()
      try run.check(summary)
    }
  }

  /// Compares the recording's outcome with that under a disturbance.
  private func disturb(_ settings: Disturbance.Settings) throws {
    let layered = try layers.settings(rules, run)
    let set = try layered.rules()
    var engine = layered.engine
    // Samples that a disturbance delays must be late here where they would be in a live run.
    engine.readAhead = 0
    var calm = Rehearsal(set, engine)
    var shaken = Rehearsal(set, engine)
    var way = Disturbance(settings)
    try Recording(files, input).read { delivery in
      calm.take(delivery.batch)
      shaken.take(way.pass(delivery.batch))
    }
    shaken.take(way.rest())
    calm.finish()
    shaken.finish()
    let stability = Stability(
      undisturbed: calm.outcome, disturbed: shaken.outcome,
      tolerance: engine.interval)
    let out = ResultOutput()
    switch output.output {
    case .json: for line in stability.jsonLines(way.counts) { try out.write(line + "\n") }
    case .human: try out.write(StabilityText(style: output.style).text(stability, way.counts))
    }
    try out.flush()
  }
}
