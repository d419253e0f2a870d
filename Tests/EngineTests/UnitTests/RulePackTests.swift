import Foundation
import Model
import Rules
import Testing

@testable import Engine

/// The rule packs of `rules/` do what `rules/tests/` says.
@Test(arguments: ["database", "host", "logs", "service", "tocsin"])
func `a rule pack passes its tests`(pack: String) throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardizedFileURL.path
  let files = RuleSet.Files(
    list: { try FileManager.default.contentsOfDirectory(atPath: $0) },
    read: { try [UInt8](Data(contentsOf: URL(fileURLWithPath: $0))) })
  let loaded = UnitTestSuite.load("\(root)/rules/tests/\(pack).yml", from: files)
  #expect(loaded.diagnostics.isEmpty)
  let outcomes = try #require(loaded.suite).run()
  #expect(!outcomes.isEmpty)
  for failure in outcomes.flatMap(\.failures) { Issue.record("\(failure)") }
}
