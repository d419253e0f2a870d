import Foundation
import Glibc
import Testing

/// `tocsin run` with receivers: what is told, and that a restart tells nothing again.
@Suite struct NotificationTests {
  /// A folder whose configuration has a command for a receiver, which keeps each message as a line.
  private func folder(exit status: Int = 0) throws -> ScratchFolder {
    let folder = try BusyHost.folder()
    try folder.write(
      "tocsin.yaml",
      """
      rules: [rules.yml]
      notifications:
        receivers:
          - {name: page, command: {run: [/bin/sh, -c, "cat >> told; echo >> told; exit \(status)"]}}
        routes:
          - {match: {at_least: low}, receiver: page, group_interval: 0s}

      """)
    return folder
  }

  private func told(_ folder: ScratchFolder) throws -> [JSON] {
    try folder.text("told").split(separator: "\n").map { try JSON(parsing: String($0)) }
  }

  /// Runs over the recording until `isDone`, then stops the program.
  private func run(
    _ folder: ScratchFolder, until isDone: (Running) throws -> Bool
  ) throws -> Outcome {
    let running = try Running(
      ["run", "cpu.prom", "--follow", "--config", "tocsin.yaml", "--output", "json"], in: folder)
    #expect(running.wait { (try? isDone(running)) ?? false }, "\(running.errors)")
    running.send(SIGTERM)
    return running.outcome(seconds: 60)
  }

  @Test func eachTurnIsToldOnceAndNeverAgain() throws {
    let folder = try folder()
    let first = try run(folder) { _ in try told(folder).last?["stage"] == .string("resolved") }
    #expect(first.status == 0, "\(first)")
    let messages = try told(folder)
    #expect(messages.first?["stage"] == .string("opened"))
    #expect(messages.first?["event"]["event"] == .string("incident.opened"))
    let keys = messages.map { $0["key"].string ?? "" }
    #expect(Set(keys).count == keys.count)
    _ = try run(folder) { $0.errors.contains("going on from") }
    #expect(try told(folder).count == messages.count)
    // The same recording again, into the same store: the same incident, told already.
    for name in ["tocsin.sqlite.checkpoint", "tocsin.sqlite.checkpoint.previous"] {
      try? FileManager.default.removeItem(atPath: folder[name])
    }
    let third = try run(folder) { $0.output.contains("alert.resolved") }
    #expect(third.status == 0, "\(third)")
    #expect(!third.output.contains("incident.opened"), "\(third)")
    #expect(try told(folder).count == messages.count)
  }

  @Test func whatCannotBeToldWaitsForTheNextStart() throws {
    let folder = try folder(exit: 75)
    let first = try run(folder) { $0.errors.contains("notification put off") }
    #expect(first.status == 0, "\(first)")
    let failed = try told(folder).count
    #expect(failed > 0)
    let config = folder.text("tocsin.yaml").replacingOccurrences(of: "exit 75", with: "exit 0")
    try folder.write("tocsin.yaml", config)
    let second = try run(folder) { _ in
      try told(folder).count > failed && told(folder).last?["stage"] == .string("resolved")
    }
    #expect(second.status == 0, "\(second)")
    let delivered = try told(folder).dropFirst(failed).map { $0["key"].string ?? "" }
    #expect(Set(delivered).count == delivered.count)
  }

  @Test func aMistakeInARouteIsToldWithItsPlace() throws {
    let folder = try folder()
    let config = folder.text("tocsin.yaml").replacingOccurrences(
      of: "receiver: page", with: "receiver: paeg")
    try folder.write("tocsin.yaml", config)
    let outcome = try tocsin("run", "--config", "tocsin.yaml", in: folder)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "tocsin.yaml:6:42: error: receiver \"paeg\" is not there; did you mean \"page\"?"),
      "\(outcome)")
  }
}
