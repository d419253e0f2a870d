import ArgumentParser

@main
struct Conformance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tocsin-conformance",
    abstract: "Runs outside test kits against Tocsin's engine and prints \"N passed, N failed\".",
    subcommands: [
      ExpositionCommand.self,
      PromqltestCommand.self,
      RulesCommand.self,
      TemplatesCommand.self,
      RCACommand.self,
      NABCommand.self,
      CloudCommand.self,
      SimulateCommand.self,
      UnitTestsCommand.self,
    ]
  )
}
