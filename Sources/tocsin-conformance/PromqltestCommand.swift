import ArgumentParser
import Engine
import Foundation

/// `promqltest [--results OUT.jsonl] PATH…`: scripts of Prometheus' PromQL tests.
///
/// A line of results for each `eval`: `{"file":…,"line":…,"pass":…,"why":…}`, `line` being the eval's
/// first, `why` empty for a pass.
struct PromqltestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promqltest", abstract: "Runs scripts of Prometheus' PromQL tests.")

  @Option(help: "Write a JSON line for each eval to this file.")
  var results: String?

  @Flag(help: "Evaluate each instant query again with @ at its selectors, and as a range query.")
  var repeated = false

  @Argument(help: "Script files, or directories whose .test files are run.")
  var paths: [String]

  /// Runs every script, prints failures and then `N passed, N failed`.
  ///
  /// - Throws: `ExitCode` 2 when an eval failed, 65 for a file that cannot be read.
  func run() throws {
    var lines = ""
    var (passed, failed) = (0, 0)
    for path in try paths.flatMap(Self.scripts) {
      let text = try Self.read(path)
      let script = Script(parsing: text, file: path)
      for fault in script.faults where !fault.isEvaluation { Self.complain("\(fault.diagnostic)") }
      // One evaluation a script: what it keeps ready is what the script before had loaded.
      var runner = ScriptEvaluation().runner
      runner.repeatsAsRange = repeated
      if !repeated { runner.pin = nil }
      for outcome in runner.run(script) {
        passed += outcome.isPassed ? 1 : 0
        failed += outcome.isPassed ? 0 : 1
        if let why = outcome.difference { print("\(path):\(outcome.line): \(why)") }
        lines += try Self.line(path, outcome)
      }
    }
    if let results { try Data(lines.utf8).write(to: URL(fileURLWithPath: results)) }
    print("\(passed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode(2) }
  }

  /// The files of a path, sorted.
  private static func scripts(_ path: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      complain("\(path): no such file or directory")
      throw ExitCode(65)
    }
    guard isDirectory.boolValue else { return [path] }
    return try FileManager.default.subpathsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(".test") }.sorted().map { path + "/" + $0 }
  }

  private static func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      complain("\(path): cannot be read")
      throw ExitCode(65)
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  private static func line(_ path: String, _ outcome: ScriptRunner.Outcome) throws -> String {
    let line = ResultLine(
      file: URL(fileURLWithPath: path).lastPathComponent, line: outcome.line,
      pass: outcome.isPassed, why: outcome.difference ?? "")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
  }

  private struct ResultLine: Encodable {
    var file: String
    var line: Int
    var pass: Bool
    var why: String
  }
}
