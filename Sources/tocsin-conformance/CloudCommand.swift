import ArgumentParser
import Foundation

/// Scores the Microsoft Cloud Monitoring series with the default detector.
struct CloudCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloud",
    abstract: "Scores the Microsoft Cloud Monitoring series; the kit's scorer judges the result.")

  @Argument(help: "The folder of CATEGORY/NAME.csv.", completion: .directory)
  var data: String

  @Argument(help: "Where CATEGORY/NAME.csv with the scores are written.", completion: .directory)
  var output: String

  func run() throws {
    let kit = SeriesKit(root: URL(fileURLWithPath: data, isDirectory: true))
    print(try kit.score(into: URL(fileURLWithPath: output, isDirectory: true)).line)
  }
}
