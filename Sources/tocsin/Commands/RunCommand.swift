import ArgumentParser
import Model

/// `tocsin run`: metrics as they come, incidents at once.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Watch a live stream: standard input, pipes and followed files.",
    discussion: "Incidents go to standard output and to the store, ./tocsin.sqlite unless named.")

  @Argument(help: ArgumentHelp("Inputs; - or none is standard input.", valueName: "file"))
  var files: [String] = ["-"]

  @Flag(name: .long, help: "Follow files as they grow, through rotation and truncation.")
  var follow = false

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var run: RunOptions

  func run() async throws {
    try reporting {
      var options = run
      options.store = options.store ?? "tocsin.sqlite"
      let stop = StopSignal()
      var session = try Session(
        rules: rules.load(), options: options, output: output, isLive: true)
      try session.run(LiveFeed(files, input, follows: follow)) { stop.isRaised }
      try options.check(try session.finish())
    }
  }
}
