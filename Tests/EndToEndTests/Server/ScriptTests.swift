import Foundation
import Glibc
import Testing

/// A script of the repository, run against the program under test.
private enum Script {
  static let python = "/usr/bin/python3"
  static let isSupported = FileManager.default.isExecutableFile(atPath: python)

  static func run(_ name: String, _ arguments: String...) throws -> Outcome {
    let folder = try ScratchFolder()
    return try Running(
      ["\(repository)/Scripts/\(name)", "--tocsin", program] + arguments, in: folder,
      executable: python
    ).outcome(seconds: 400)
  }
}

/// The scripts that try the server against kills and trouble, each in a short form.
@Suite(.serialized, .enabled(if: Script.isSupported, "python3 is not installed"))
struct ScriptTests {
  @Test func `killed while it is pushed to, nothing is missing and nobody is told twice`() throws {
    let outcome = try Script.run("kill-test.py", "--kills", "4")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("4 kills"), "\(outcome)")
  }

  @Test(arguments: ["receiver-down", "damaged-state", "early-stop", "reload-receivers"])
  func `trouble below and around it`(_ name: String) throws {
    let outcome = try Script.run("trouble-test.py", name)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("\(name): passed"), "\(outcome)")
  }

  @Test(arguments: ["huge-body", "headers", "script", "traversal", "tokens", "secrets"])
  func `hostile clients`(_ name: String) throws {
    let outcome = try Script.run("security-test.py", "--connections", "500", name)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("\(name): passed"), "\(outcome)")
  }

  @Test(.enabled(if: getuid() == 0, "mounting a small disk needs root"))
  func `a disk without room`() throws {
    let outcome = try Script.run("trouble-test.py", "full-disk", "read-only")
    let isRefused = outcome.output.contains("a tmpfs cannot be mounted")
    #expect(outcome.status == 0 || isRefused, "\(outcome)")
  }
}
