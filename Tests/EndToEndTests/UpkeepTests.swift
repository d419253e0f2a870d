import Foundation
import Glibc
import Testing

/// The store's own hygiene, over the real binary.
@Suite struct UpkeepTests {
  /// A folder with the store of an earlier schema: one incident with all that can hang on it.
  static func folder(schema version: Int) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let packed = repository + "/fixtures/stores/schema-\(version).sqlite.gz"
    let unpacked = try Running(["-cd", packed], in: folder, executable: "/usr/bin/gzip")
    #expect(unpacked.outcome().status == 0)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .first { $0.hasPrefix("stdout-") })
    try FileManager.default.moveItem(atPath: folder[name], toPath: folder["tocsin.sqlite"])
    return folder
  }

  /// What a reader sees of a store.
  private func content(_ folder: ScratchFolder) throws -> [String] {
    let commands = [
      ["incident", "list", "--output", "json"], ["incident", "show", "cea36f42b25bd752"],
      ["incident", "action", "list", "--all", "--output", "json"], ["change", "list"],
    ]
    return try commands.map { arguments in
      let outcome = try Running(arguments, in: folder).outcome()
      #expect(outcome.status == 0, "\(outcome)")
      return outcome.output
    }
  }

  /// The schemas that were released before this program's: each has its store among the fixtures.
  static let earlierSchemas: [Int] = {
    guard let folder = try? ScratchFolder(), (try? folder.write("tocsin.sqlite", "")) != nil,
      let status = try? tocsin("db", "status", "--output", "json", in: folder),
      let own = try? status.events.first?["program_schema"].number
    else { return [] }
    return Array(1..<Int(own))
  }()

  @Test func eachEarlierSchemaHasItsStore() throws {
    #expect(!Self.earlierSchemas.isEmpty)
    for version in Self.earlierSchemas {
      let folder = try Self.folder(schema: version)
      let status = try tocsin("db", "status", "--output", "json", in: folder)
      #expect(try status.events.first?["schema"].number == Double(version), "\(status)")
    }
  }

  @Test(arguments: earlierSchemas)
  func aStoreOfAnEarlierSchemaMigratesRollsBackAndMigratesAgain(_ version: Int) throws {
    let folder = try Self.folder(schema: version)
    let untouched = FileManager.default.contents(atPath: folder["tocsin.sqlite"])
    let older = try tocsin("incident", "list", in: folder)
    #expect(older.status == 65 && older.errors.contains("run `tocsin db migrate`"), "\(older)")
    let rehearsal = try tocsin("db", "migrate", "--dry-run", in: folder)
    #expect(rehearsal.status == 0, "\(rehearsal)")
    #expect(FileManager.default.contents(atPath: folder["tocsin.sqlite"]) == untouched)
    let migrated = try tocsin("db", "migrate", in: folder)
    #expect(migrated.status == 0, "\(migrated)")
    let backup = "tocsin.sqlite.schema-\(version).backup"
    #expect(migrated.output.contains(backup), "\(migrated)")
    #expect(
      try tocsin("db", "verify", backup, in: folder).output.contains("sound, schema \(version)"))
    let first = try content(folder)
    #expect(first[1].contains("the pool was full") && first[2].contains("raise the limit"))
    #expect(first[3].contains("kubernetes"))
    let back = try tocsin("db", "rollback", "--to", "\(version)", in: folder)
    #expect(back.status == 0, "\(back)")
    let again = try tocsin("db", "migrate", in: folder)
    #expect(again.status == 0, "\(again)")
    #expect(try content(folder) == first)
    let sound = try tocsin("db", "verify", in: folder)
    #expect(sound.status == 0 && sound.output.contains("sound, schema"), "\(sound)")
  }

  @Test func aBackupTakesThePlaceOfADamagedStore() throws {
    let folder = try Self.folder(schema: 1)
    #expect(try tocsin("db", "migrate", in: folder).status == 0)
    let before = try content(folder)
    let backup = try tocsin("db", "backup", "b.sqlite", in: folder)
    #expect(backup.status == 0 && backup.output.contains("1 incident, verified"), "\(backup)")
    let twice = try tocsin("db", "backup", "b.sqlite", in: folder)
    #expect(twice.status == 65 && twice.errors.contains("exists already"), "\(twice)")
    try folder.write("tocsin.sqlite", Array(repeating: UInt8(0x2a), count: 9000))
    let broken = try tocsin("db", "verify", in: folder)
    #expect(broken.status == 65, "\(broken)")
    let restored = try tocsin("db", "restore", "b.sqlite", in: folder)
    #expect(restored.status == 0 && restored.output.contains(".damaged"), "\(restored)")
    #expect(try content(folder) == before)
    let missing = try tocsin("db", "restore", "none.sqlite", in: folder)
    #expect(missing.status == 65 && missing.errors.contains("there is no such file"), "\(missing)")
  }

  @Test func anOnlineBackupIsWholeWhileARunWrites() throws {
    let folder = try Fixture.folder("cascade")
    let running = try Running(
      Fixture.arguments("cascade") + ["--store", "tocsin.sqlite"], in: folder)
    _ = running.wait { FileManager.default.fileExists(atPath: folder["tocsin.sqlite"]) }
    var number = 0
    repeat {
      number += 1
      let backup = try tocsin("db", "backup", "b\(number).sqlite", in: folder)
      // Before its first transaction the file is not a store yet.
      guard backup.status == 0 else { continue }
      let found = try tocsin("db", "verify", "b\(number).sqlite", in: folder)
      #expect(found.status == 0, "\(found)")
    } while running.isRunning && number < 20
    #expect(running.outcome().status == 0)
    let last = try tocsin("db", "backup", "last.sqlite", in: folder)
    #expect(last.status == 0 && last.output.contains("1 incident"), "\(last)")
  }

  @Test func whatIsOverIsPruned() throws {
    let folder = try Self.folder(schema: 1)
    #expect(try tocsin("db", "migrate", in: folder).status == 0)
    let kept = try tocsin("db", "prune", "--keep", "1d", in: folder)
    #expect(kept.output.contains("removed 0 incidents") && kept.output.contains("kept 1"))
    let items = try tocsin("incident", "action", "list", "--output", "json", in: folder).events
    let item = try #require(items.first { $0["draft"] == .null }?["id"].string)
    #expect(try tocsin("incident", "action", "done", item, in: folder).status == 0)
    let rehearsal = try tocsin("db", "prune", "--keep", "1d", "--dry-run", in: folder)
    #expect(rehearsal.output.contains("would remove 1 incident"), "\(rehearsal)")
    let pruned = try tocsin("db", "prune", "--keep", "1d", in: folder)
    #expect(pruned.status == 0 && pruned.output.contains("removed 1 incident"), "\(pruned)")
    #expect(try tocsin("incident", "list", in: folder).output == "no incidents\n")
  }

  @Test(arguments: ["status", "verify", "migrate", "rollback", "backup"])
  func whatIsNoStoreIsRefused(_ command: String) throws {
    let folder = try ScratchFolder()
    let missing = try tocsin("db", command, in: folder)
    #expect(missing.status == 65, "\(missing)")
    #expect(missing.errors.contains("tocsin.sqlite: there is no such file"), "\(missing)")
  }
}
