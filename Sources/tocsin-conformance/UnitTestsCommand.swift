import ArgumentParser
import Engine
import Foundation
import Model
import Rules

/// `tocsin-conformance unit-tests DIR`: rule unit tests with the verdicts of `promtool test rules`.
///
/// The folder holds `manifest.jsonl`, one file of `DIR/dev` a line where `kind` is `test`: `id` and
/// `upstream_wants` (pass, fail). Rule files are named relative to the test file.
struct UnitTestsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unit-tests", abstract: "Runs rule unit tests and compares the verdicts.")

  @Argument(help: "A folder with manifest.jsonl and dev/*.yml.")
  var folder: String

  private struct Entry: Decodable {
    var kind: String
    var id: String
    var upstream_wants: String?
  }

  func run() throws {
    let manifest = URL(fileURLWithPath: folder).appendingPathComponent("manifest.jsonl")
    guard let text = try? String(contentsOf: manifest, encoding: .utf8) else {
      throw ValidationError("no manifest.jsonl in \(folder)")
    }
    var (passed, failed) = (0, 0)
    for line in text.split(separator: "\n") {
      let entry = try JSONDecoder().decode(Entry.self, from: Data(line.utf8))
      guard entry.kind == "test", let wanted = entry.upstream_wants else { continue }
      let reasons = Self.reasons("\(folder)/dev/\(entry.id)")
      guard reasons.isEmpty != (wanted == "pass") else {
        passed += 1
        continue
      }
      failed += 1
      print("\(entry.id): \(reasons.isEmpty ? "passes" : "fails"), expected to \(wanted)")
      for reason in reasons { print(reason) }
    }
    print("\(passed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode(2) }
  }

  /// Why the tests of a file fail; empty when they pass.
  private static func reasons(_ path: String) -> [String] {
    let loaded = UnitTestSuite.load(path, from: files)
    guard let suite = loaded.suite else {
      return loaded.diagnostics.filter { $0.level == .error }.map(\.description)
    }
    return suite.run().flatMap(\.failures).map(\.description)
  }

  private static var files: RuleSet.Files {
    RuleSet.Files(
      list: { try FileManager.default.contentsOfDirectory(atPath: $0) },
      read: { try [UInt8](Data(contentsOf: URL(fileURLWithPath: $0))) })
  }
}
