import ArgumentParser

@main
struct Tocsin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tocsin",
    abstract: "Hears trouble in a stream of metrics and handles it as a good on-call engineer would.",
    version: "0.1.0",
    subcommands: []
  )
}
