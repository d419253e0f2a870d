import ArgumentParser
import Foundation
import Model
import Rules

/// `tocsin-conformance rules DIR`: rule files with the verdicts of `promtool check rules`.
///
/// The folder, or the one above it, holds `manifest.jsonl` with one file a line: `name` and
/// `promtool_2_42` (accepted, rejected), or `id` and `want` (accept, reject) where `kind` is `check`.
/// `--evaluate` also runs what is accepted over generated series: a rule that fails, or a template
/// that does, is printed with its place.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Checks rule files and compares the verdicts.")

  @Argument(help: "A folder of rule files with a manifest.")
  var folder: String

  @Flag(help: "Also print the first error of each file that is refused.")
  var verbose = false

  @Flag(help: "Also evaluate the rules of each accepted file on data made for them.")
  var evaluate = false

  @Option(help: "Instances of each series that are made with --evaluate.")
  var instances = 2

  private struct Entry: Decodable {
    var kind: String?
    var id: String?
    var name: String?
    var want: String?
    var promtool_2_42: String?
  }

  func run() throws {
    let base = URL(fileURLWithPath: folder)
    let places = [base, base.deletingLastPathComponent()].map {
      $0.appendingPathComponent("manifest.jsonl")
    }
    guard let manifest = places.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else { throw ValidationError("no manifest.jsonl in \(folder) or above it") }
    let text = try String(contentsOf: manifest, encoding: .utf8)
    var (passed, failed) = (0, 0)
    var (rules, answering) = (0, 0)
    for line in text.split(separator: "\n") {
      let entry = try JSONDecoder().decode(Entry.self, from: Data(line.utf8))
      guard entry.kind ?? "check" == "check", let name = entry.name ?? entry.id else { continue }
      let (file, why) = try check(entry, name, in: base)
      var complaints = why.map { ["\(name): \($0)"] } ?? []
      if evaluate, let file {
        let rehearsal = RuleRehearsal(file, instances: max(1, instances))
        rules += rehearsal.ruleCount
        answering += rehearsal.answeringCount
        complaints += rehearsal.complaints.map { "\($0)" }
      }
      passed += complaints.isEmpty ? 1 : 0
      failed += complaints.isEmpty ? 0 : 1
      for complaint in complaints { print(complaint) }
    }
    if evaluate { print("\(rules) rules evaluated, \(answering) gave a result") }
    print("\(passed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode(2) }
  }

  /// The rules of a file that is accepted, and why the verdict is wrong; nil when it is right.
  private func check(
    _ entry: Entry, _ name: String, in base: URL
  ) throws -> (file: RuleFile?, why: String?) {
    let candidates = [base, base.appendingPathComponent("check")].map {
      $0.appendingPathComponent(name)
    }
    guard let file = candidates.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else { return (nil, "no such file") }
    let text = try String(contentsOf: file, encoding: .utf8)
    let (rules, diagnostics) = RuleFile.read(text, path: name)
    if verbose, let first = diagnostics.first(where: { $0.level == .error }) { print(first) }
    // Prometheus 3 takes any UTF-8 text as a label's name.
    let want = entry.want ?? entry.promtool_2_42 ?? "accept"
    let isWanted = want.hasPrefix("accept") || want.contains("accept under UTF-8")
    guard (rules != nil) != isWanted else { return (rules, nil) }
    let reason = diagnostics.first { $0.level == .error }.map { ": \($0)" } ?? ""
    return (rules, (rules == nil ? "refused" : "accepted") + ", expected \(want)" + reason)
  }
}
