import Analysis
import ArgumentParser
import Engine
import Evaluation
import Model
import Reports
import Rules
import Sources

/// `tocsin diff`: what a change of the rules does to a recording's incidents and alerts.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract:
      "One recording, two rule sets: incidents and alerts gained, lost, earlier, later, graded.",
    discussion: "Exits with 2 when there is any difference.")

  @Argument(help: ArgumentHelp("Rule file or folder as it was.", valueName: "old-rules"))
  var old: String

  @Argument(help: ArgumentHelp("Rule file or folder as it is to be.", valueName: "new-rules"))
  var new: String

  @Argument(help: ArgumentHelp("Recordings, plain or compressed.", valueName: "file"))
  var files: [String]

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Catalogue or rules that go with both; may be repeated.", valueName: "path"))
  var with: [String] = []

  @OptionGroup var features: FeatureOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var timing: TimingOptions

  func run() throws {
    try reporting {
      let engine = timing.engine(features)
      let language = engine.evaluation.language
      var before = Rehearsal(try RuleOptions.load([old] + with, language: language), engine)
      var after = Rehearsal(try RuleOptions.load([new] + with, language: language), engine)
      try Recording(files, input).read { delivery in
        before.take(delivery.batch)
        after.take(delivery.batch)
      }
      before.finish()
      after.finish()
      let difference = Difference(old: before.outcome, new: after.outcome)
      let out = ResultOutput()
      switch output.output {
      case .json: for line in difference.jsonLines() { try out.write(line + "\n") }
      case .human: try out.write(DifferenceText(style: output.style).text(difference))
      }
      try out.flush()
      if !difference.isEmpty { throw ExitStatus.findings }
    }
  }
}
