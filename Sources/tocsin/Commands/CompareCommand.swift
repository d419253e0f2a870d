import Analysis
import ArgumentParser
import Exposition
import Foundation
import LoadTests
import Model
import Reports

/// `tocsin compare`: two load tests, and which endpoints got worse.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Two load tests: which endpoints got worse, by how much, how sure; the load curve.",
    discussion: """
      Reads results of k6 (CSV, JSON lines), JMeter (CSV), Locust (stats and history CSV), Gatling \
      (simulation.log as text), vegeta (encode to JSON or CSV) and wrk2 (--latency). A folder stands \
      for all result files in it. What may be chance is unknown, not the same. Exits with 2 when an \
      endpoint got worse.
      """)

  @Argument(help: ArgumentHelp("The run before, a file or a folder.", valueName: "base"))
  var base: String

  @Argument(help: ArgumentHelp("The run after, a file or a folder.", valueName: "candidate"))
  var candidate: String

  @Option(
    name: .long, help: ArgumentHelp("Smallest change of a percentile.", valueName: "percent"))
  var latency: ShareArgument?

  @Option(
    name: .long, help: ArgumentHelp("Smallest change of an error ratio.", valueName: "percent"))
  var errors: ShareArgument?

  @Option(name: .long, help: ArgumentHelp("Write a page to this HTML file.", valueName: "file"))
  var report: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reporting {
      if let report { try ReportWriter.checkPlaces([report]) }
      var limits = LoadComparison.Limits()
      if let latency { limits.latency = latency.share }
      if let errors { limits.errorShare = errors.share }
      let comparison = LoadComparison(
        base: try LoadTestFiles.read(base), candidate: try LoadTestFiles.read(candidate),
        limits: limits)
      let out = ResultOutput()
      switch output.output {
      case .json: for line in comparison.jsonLines() { try out.write(line + "\n") }
      case .human: try out.write(LoadComparisonText(style: output.style).text(comparison))
      }
      try out.flush()
      if let report {
        try ReportWriter(path: report).write([LoadComparisonHTML.render(comparison)])
      }
      if comparison.isWorse { throw ExitStatus.findings }
    }
  }
}

/// Reads the files of one run of a load test.
enum LoadTestFiles {
  static func read(_ path: String) throws -> LoadTest {
    var reader = LoadTestReader()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure.unusable("error: no such file \"\(path)\"")
    }
    var files = [path]
    if isFolder.boolValue {
      files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        .map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw CommandFailure.unusable("error: cannot read \"\(file)\"")
      }
      let plain = PlainBytes.of([UInt8](data), bytesMax: LoadTestReader.bytesMax)
      if let trouble = plain.trouble { StandardError.write("\(file): warning: \(trouble)") }
      do throws(LoadTestReader.Failure) {
        try reader.read(plain.bytes, named: file)
      } catch {
        // A folder of results holds other files too.
        guard isFolder.boolValue, case .unknownFormat = error else {
          throw CommandFailure.unusable(error.message)
        }
      }
    }
    guard let test = reader.test(), test.requests > 0 else {
      throw CommandFailure.unusable("error: no request in \"\(path)\"")
    }
    if test.badLines > 0 {
      StandardError.write("warning: \(counted(test.badLines, "line")) of \(path) could not be read")
    }
    return test
  }
}
