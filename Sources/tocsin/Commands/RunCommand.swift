import ArgumentParser
import Model

/// `tocsin run`: metrics as they come, incidents at once.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Watch a live stream: standard input, pipes, followed files, pushes over HTTP.",
    discussion: """
      Incidents go to standard output and to the store, ./tocsin.sqlite unless named. With --listen \
      it is a server that agents push to and people look at.
      """)

  @Argument(
    help: ArgumentHelp(
      "Inputs; - is standard input, which is also read when there is no other input.",
      valueName: "file"))
  var files: [String] = []

  @Flag(
    name: .long,
    help: "Follow files through rotation and truncation, and named pipes past a writer's end."
  )
  var follow = false

  @OptionGroup var live: LiveOptions
  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var run: RunOptions

  func run() async throws {
    Memory.settle()
    try await reporting {
      let configuration = try live.configuration(rules: rules, run: run)
      if live.printConfig { return try live.print(configuration) }
      try ReportWriter.checkPlaces(run.report)
      let signals = await TrappedSignals.trap()
      let live = try LiveRun(
        configuration,
        read: { [live, rules, run] in try live.configuration(rules: rules, run: run) },
        files: files, follows: follow, takesOver: self.live.takesOver, input: input, output: output,
        reports: run.report)
      try run.check(try await live.run(signals: signals))
    }
  }
}
