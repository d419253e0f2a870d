import ArgumentParser
import Foundation

@main
struct Fixtures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tocsin-fixtures",
    abstract: "Writes recordings of metrics with a known outcome, the same bytes every time.",
    subcommands: [WriteStories.self, WriteFleet.self, WriteCardinalityBomb.self])
}

struct WriteStories: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Writes the committed recordings, not compressed.")

  @Argument(help: "The folder that gets a folder for each recording.")
  var folder: String

  @Option(help: "Only this recording; can be repeated.")
  var only: [String] = []

  func validate() throws {
    let names = stories.map { $0.name }
    for name in only where !names.contains(name) {
      throw ValidationError("no recording \"\(name)\"; there are \(names.joined(separator: ", "))")
    }
  }

  func run() throws {
    let root = URL(filePath: folder, directoryHint: .isDirectory)
    for story in stories where only.isEmpty || only.contains(story.name) {
      let target = root.appending(path: story.name, directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      for (name, bytes) in story.files() {
        try Data(bytes).write(to: target.appending(path: name))
      }
    }
  }
}

struct WriteFleet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "Streams the benchmarks' recording of a fleet of hosts to standard output.")

  @Option(help: "Hosts; each has ten series.")
  var hosts = 1000

  @Option(help: "Steps of 15 seconds.")
  var steps = 360

  @Option(help: "Where the random numbers start.")
  var seed: UInt64 = 7

  @Option(help: "The format to write.")
  var format = StreamFormat.prometheus

  func run() throws {
    var output = Output()
    var fleet = Fleet(hosts: hosts, steps: steps, seed: seed, format: format)
    try fleet.write(to: &output)
  }
}

struct WriteCardinalityBomb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cardinality-bomb",
    abstract: "Streams label sets that never come twice to standard output.")

  @Option(help: "New label sets in all.")
  var series = 5_000_000

  @Option(help: "New label sets in each second of event time.")
  var perSecond = 10_000

  @Option(help: "Where the random numbers start.")
  var seed: UInt64 = 7

  func validate() throws {
    guard perSecond > 0 else { throw ValidationError("--per-second wants a positive number") }
  }

  func run() throws {
    var output = Output()
    var bomb = CardinalityBomb(series: series, perSecond: perSecond, seed: seed)
    try bomb.write(to: &output)
  }
}
