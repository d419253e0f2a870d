import ArgumentParser
import Engine
import Evaluation
import Exposition
import Incidents
import Model
import Storage

/// `tocsin replay`: a recording in event time, as fast as the machine can.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replay recorded metrics in event time; incidents come out.",
    discussion: "Several files are merged by time; - is standard input.")

  @Argument(help: ArgumentHelp("Recordings, plain or compressed.", valueName: "file"))
  var files: [String]

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var run: RunOptions

  @Flag(name: .long, help: "Print what is held in memory, and what it cost, to standard error.")
  var stats = false

  func run() async throws {
    try reporting {
      var session = Session(
        Session.Parts(
          rules: try rules.load(), engine: run.engine(), store: try run.openStore(),
          reports: run.report, output: output))
      try session.replay(files, input)
      let summary = try session.finish()
      if stats { StandardError.raw(session.statistics()) }
      try run.check(summary)
    }
  }
}
