import Foundation
import Glibc
import Testing

/// Whatever moment a program dies at while it makes or migrates a store, the file opens again.
@Suite struct MigrationKillTests {
  /// More kills with `TOCSIN_KILLS`, other moments with `TOCSIN_SEED`.
  private static let kills =
    ProcessInfo.processInfo.environment["TOCSIN_KILLS"].flatMap { Int($0) } ?? 24
  private static let seed =
    ProcessInfo.processInfo.environment["TOCSIN_SEED"].flatMap { UInt64($0) } ?? 1

  /// Runs a command and kills it somewhere within the time that it takes undisturbed.
  private static func kill(
    _ arguments: [String], within microseconds: UInt64, _ numbers: inout SplitMix,
    in folder: ScratchFolder
  ) throws -> Bool {
    let running = try Running(arguments, in: folder)
    usleep(UInt32(numbers.next() % max(1, microseconds)))
    running.send(SIGKILL)
    return running.outcome().status == -SIGKILL
  }

  private static func duration(_ body: () throws -> Void) rethrows -> UInt64 {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return (DispatchTime.now().uptimeNanoseconds - start) / 1000
  }

  private static func content(_ folder: ScratchFolder) throws -> [String] {
    let commands = [
      ["incident", "list", "--output", "json"], ["incident", "action", "list", "--all"],
      ["change", "list"], ["db", "verify"],
    ]
    return try commands.map { arguments in
      let outcome = try Running(arguments, in: folder).outcome()
      #expect(outcome.status == 0, "\(outcome)")
      return outcome.output
    }
  }

  @Test(arguments: UpkeepTests.earlierSchemas)
  func killedInTheMiddleOfAMigrationItOpensAgain(_ version: Int) throws {
    let folder = try UpkeepTests.folder(schema: version)
    // Grown by an incident with all its evidence, then taken back.
    let story = try Fixture.folder("cascade")
    let replay = Fixture.arguments("cascade") + ["--store", folder["tocsin.sqlite"]]
    #expect(try Running(replay, in: story).outcome().status == 0)
    let want = try Self.content(folder)
    func rollBack() throws {
      let back = try tocsin("db", "rollback", "--to", "\(version)", in: folder)
      #expect(back.status == 0, "\(back)")
    }
    try rollBack()
    let time = try Self.duration { _ = try tocsin("db", "migrate", in: folder) }
    #expect(try Self.content(folder) == want)
    var numbers = SplitMix(Self.seed)
    var died = 0
    for _ in 0..<Self.kills {
      try rollBack()
      died += try Self.kill(["db", "migrate"], within: time, &numbers, in: folder) ? 1 : 0
      let status = try tocsin("db", "status", "--output", "json", in: folder)
      #expect(status.status == 0, "\(status)")
      // Either of the two, never something between.
      let schema = try status.events.first?["schema"].number.map { Int($0) } ?? -1
      #expect(schema == version || schema == UpkeepTests.earlierSchemas.count + 1, "\(status)")
      let verified = try tocsin("db", "verify", in: folder)
      #expect(verified.output.contains("sound, schema \(schema)"), "\(verified)")
      let again = try tocsin("db", "migrate", in: folder)
      #expect(again.status == 0, "\(again)")
      #expect(try Self.content(folder) == want)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
      where name.hasSuffix(".backup") || name.hasPrefix("std") {
        try FileManager.default.removeItem(atPath: folder[name])
      }
    }
    #expect(died > 0)
  }

  @Test func killedWhileItMakesAStoreTheNextRunGoesOn() throws {
    let folder = try ScratchFolder()
    try folder.write("m.prom", "up 1 1768485600000\nup 1 1768485615000\n")
    try folder.write("rules.yml", "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n")
    let arguments = ["replay", "m.prom", "--rules", "rules.yml", "--store", "tocsin.sqlite"]
    func replay() throws -> Outcome { try Running(arguments, in: folder).outcome() }
    func forget() throws {
      for suffix in ["", "-wal", "-shm", "-journal"] {
        try? FileManager.default.removeItem(atPath: folder["tocsin.sqlite"] + suffix)
      }
    }
    let time = try Self.duration { _ = try replay() }
    var numbers = SplitMix(Self.seed)
    for _ in 0..<Self.kills {
      try forget()
      _ = try Self.kill(arguments, within: time, &numbers, in: folder)
      let list = try tocsin("incident", "list", in: folder)
      let isThere = list.status == 0 && list.output == "no incidents\n"
      let isNotYet =
        list.status == 65
        && (list.errors.contains("no such file") || list.errors.contains("nothing was ever stored"))
      #expect(isThere || isNotYet, "\(list)")
      if list.errors.contains("nothing was ever stored") {
        let made = try tocsin("db", "migrate", in: folder)
        #expect(made.status == 0 && made.output.contains("made a store"), "\(made)")
        #expect(try tocsin("incident", "list", in: folder).output == "no incidents\n")
      }
      let again = try replay()
      #expect(again.status == 0, "\(again)")
    }
  }

  @Test func anEmptyFileIsNoStoreOfAnOlderSchema() throws {
    let folder = try ScratchFolder()
    try folder.write("tocsin.sqlite", "")
    let list = try tocsin("incident", "list", in: folder)
    #expect(list.status == 65 && list.errors.contains("nothing was ever stored in it"), "\(list)")
    #expect(!list.errors.contains("older schema"), "\(list)")
    let status = try tocsin("db", "status", in: folder)
    #expect(status.status == 0 && status.output.contains("nothing was ever stored"), "\(status)")
    #expect(try tocsin("db", "migrate", "--dry-run", in: folder).status == 0)
    let made = try tocsin("db", "migrate", in: folder)
    #expect(made.status == 0 && made.output.contains("made a store of schema"), "\(made)")
    #expect(try tocsin("incident", "list", in: folder).output == "no incidents\n")
  }
}
