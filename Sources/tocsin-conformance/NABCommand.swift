import ArgumentParser
import Foundation

/// Scores the series of the Numenta Anomaly Benchmark with the default detector.
struct NABCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nab",
    abstract: "Scores the Numenta Anomaly Benchmark's series; the kit's scorer judges the result.")

  @Argument(help: "The folder of CATEGORY/NAME.csv.", completion: .directory)
  var data: String

  @Argument(help: "Where CATEGORY/NAME.csv with the scores are written.", completion: .directory)
  var output: String

  func run() throws {
    let kit = SeriesKit(root: URL(fileURLWithPath: data, isDirectory: true))
    print(try kit.score(into: URL(fileURLWithPath: output, isDirectory: true)).line)
  }
}
