import ArgumentParser

/// The program: one command for each thing a person wants to know or do.
@main
struct TocsinCommand: AsyncParsableCommand {
  /// The program's version.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "tocsin",
    abstract:
      "Hears trouble in a stream of metrics and handles it as a good on-call engineer would.",
    discussion: """
      Metrics go in as files, pipes or followed files; incidents come out: graded from evidence, with \
      a timeline, a suspected cause, next steps, verified resolution and a report.

      Exit codes: 0 fine, 1 the program failed, 2 incidents at or above --fail-on, 64 wrong usage, \
      65 unusable input, rules or configuration.
      """,
    version: "tocsin \(version)",
    subcommands: [
      ReplayCommand.self, RunCommand.self, QueryCommand.self, ExplainCommand.self,
      CheckCommand.self, TestCommand.self, DiffCommand.self, BacktestCommand.self,
      GateCommand.self, CompareCommand.self, CapacityCommand.self, IncidentCommands.self,
      ChangeCommands.self, DatabaseCommands.self, StatusPageCommand.self,
    ]
  )

  /// Runs the command that the arguments name.
  ///
  /// A command without commands below it is asked at once, which spares a short run the reading of
  /// the whole tree. What it does not plainly take, a mistake or a wish for help, the tree answers.
  static func main() async {
    let arguments = CommandLine.arguments.dropFirst()
    let named = configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    guard let named, named.configuration.subcommands.isEmpty,
      let parsed = try? named.parseAsRoot(Array(arguments.dropFirst())), type(of: parsed) == named,
      var command = parsed as? any AsyncParsableCommand
    else { return await main(nil) }
    do { try await command.run() } catch { exit(withError: error) }
  }
}
