import Engine
import Foundation
import Testing

/// The scripts in `fixtures/promql`: what PromQL means, one file a subject.
@Suite struct ScriptFileTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures/promql")

  private static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".test") }.sorted()
  }()

  @Test func `there are scripts`() {
    #expect(Self.names.count > 5)
  }

  @Test(arguments: names)
  func `every eval gives what is written`(name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let script = Script(parsing: text, file: name)
    for fault in script.faults { Issue.record("\(fault.diagnostic)") }
    var runner = ScriptEvaluation().runner
    runner.repeatsAsRange = true
    let outcomes = runner.run(script)
    #expect(outcomes.count > 5)
    for outcome in outcomes where !outcome.isPassed {
      Issue.record("\(name):\(outcome.line): \(outcome.difference ?? "")")
    }
  }
}
