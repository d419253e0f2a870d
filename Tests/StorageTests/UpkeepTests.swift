import Foundation
import GRDB
import Incidents
import Model
import Testing

@testable import Storage

@Suite struct UpkeepTests {
  let folder: Folder
  let path: String
  let next = Schema.migrations + [expansion]
  let afterNext = Schema.migrations + [expansion, contraction]

  init() throws {
    folder = try Folder()
    path = folder("s.sqlite")
    _ = try Store.open(path: path, mode: .create).apply(makeBatch())
  }

  private func file(_ program: [Migration]) -> StoreFile { StoreFile(path, program: program) }

  private func code(_ body: () throws -> Void) -> StorageError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? StorageError)?.code
    }
  }

  @Test func `a rehearsal tells everything and touches nothing`() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let plan = try file(afterNext).migrationPlan()
    #expect(plan.from == release && plan.to == release + 2)
    #expect(plan.steps.map(\.name) == ["expansion", "contraction"])
    #expect(plan.statements == expansion.up + contraction.up)
    #expect(plan.outcome.isSound && plan.outcome.rowCounts["incidents"] == 1)
    #expect(plan.rowCountsBefore["evidence"] == 1)
    #expect(plan.backup == path + ".schema-\(release).backup")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    // SQLite's own files for readers aside, nothing is left of the rehearsal.
    #expect(folder.names.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") } == ["s.sqlite"])
    #expect(try file(afterNext).status().fileVersion == release)
    #expect(try file(Schema.migrations).migrationPlan().steps.isEmpty)
  }

  @Test func `up, down and up again loses nothing`() throws {
    for round in 1...2 {
      let backup = try file(afterNext).migrate()
      #expect(
        backup == path + (round == 1 ? ".schema-\(release).backup" : ".schema-\(release).backup-2"))
      #expect(try file(afterNext).status().fileVersion == release + 2)
      #expect(try file(afterNext).rollback(to: release) != nil)
      #expect(try file(afterNext).status().fileVersion == release)
    }
    #expect(try file(afterNext).migrate() != nil)
    #expect(try file(afterNext).migrate() == nil)
    try file(afterNext).rollback(to: release)
    let store = try Store.open(path: path, mode: .readWrite)
    #expect(try store.incidents() == [makeIncident()])
    #expect(try store.verify().isSound)
  }

  @Test func `two releases share a file until it is contracted`() throws {
    let old = try Store.open(path: path, mode: .readWrite)
    let new = try Store.open(file(next), mode: .create)
    _ = try old.apply(makeBatch([makeIncident("00000000000000b2", at: 3)], asOf: 4))
    #expect(try new.incidents().count == 2)
    _ = try new.apply(makeBatch([makeIncident("00000000000000c3", at: 6)], asOf: 7))
    #expect(try old.incidents().count == 3)
    #expect(try Store.open(path: path, mode: .readOnly).incidents().count == 3)
    try file(afterNext).migrate()
    #expect(code { _ = try Store.open(path: path, mode: .create) } == .newerSchema)
    #expect(code { _ = try Store.open(path: path, mode: .readOnly) } == .newerSchema)
    #expect(code { _ = try file(Schema.migrations).migrationPlan() } == .newerSchema)
    // The old program has never heard of the steps, but the file knows the way down.
    try file(Schema.migrations).rollback(to: release)
    #expect(try Store.open(path: path, mode: .readWrite).incidents().count == 3)
  }

  /// Each step that an earlier program lives with, taken while that program has the file open.
  @Test func `this release and each before it share a file where its steps say so`() throws {
    for version in 1..<release where Schema.migrations.allSatisfy({ $0.oldestProgram <= version }) {
      let path = folder("shared-\(version).sqlite")
      let earlier = StoreFile(path, program: Array(Schema.migrations.prefix(version)))
      let old = try Store.open(earlier, mode: .create)
      _ = try old.apply(makeBatch())
      let new = try Store.open(StoreFile(path), mode: .create)
      #expect(try earlier.status().fileVersion == release && earlier.status().isUsable)
      _ = try old.apply(makeBatch([makeIncident("00000000000000b2", at: 3)], asOf: 4))
      _ = try new.apply(makeBatch([makeIncident("00000000000000c3", at: 6)], asOf: 7))
      #expect(try old.incidents() == new.incidents() && old.incidents().count == 3)
      let all = minute(60)
      #expect(try old.dueMessages(to: "on-call", at: all, limit: 9).count == 1)
      #expect(try new.dueMessages(to: "on-call", at: all, limit: 9).count == 1)
      // The old program takes it back, step by step, while the new one looks on.
      try earlier.rollback(to: version)
      #expect(try old.incidents().count == 3 && old.verify().isSound)
      #expect(code { _ = try Store.open(path: path, mode: .readOnly) } == .migrationNeeded)
      try StoreFile(path).migrate()
      #expect(try new.incidents().count == 3 && new.verify().isSound)
    }
  }

  @Test func `an older file is not written before it is migrated`() {
    #expect(code { _ = try Store.open(file(next), mode: .readWrite) } == .migrationNeeded)
    #expect(code { _ = try Store.open(file(next), mode: .readOnly) } == .migrationNeeded)
  }

  @Test(
    arguments: [
      ["CREATE TABLE x (id INTEGER)", "no such statement"],
      ["DELETE FROM outbox"],
      [
        "PRAGMA defer_foreign_keys = 1",
        "INSERT INTO responses VALUES ('a','b',1,'note',NULL,'',0)",
      ],
    ])
  func `a step that fails is undone with those before it`(_ up: [String]) throws {
    let bad = Migration(
      version: release + 2, name: "bad", oldestProgram: 1, up: up, down: [])
    let program = next + [bad]
    #expect(code { _ = try file(program).migrationPlan() } == .migrationFailed)
    #expect(code { try file(program).migrate() } == .migrationFailed)
    #expect(try file(next).status().fileVersion == release)
    #expect(try Store.open(path: path, mode: .readWrite).verify().rowCounts["outbox"] == 1)
    #expect(folder.names.contains("s.sqlite.schema-\(release).backup"))
  }

  @Test(arguments: [0, release + 3, -1])
  func `no way down to a version that never was`(_ version: Int) {
    #expect(code { try file(afterNext).rollback(to: version) } == .noSuchVersion)
  }

  @Test func `killed in the middle of a migration it opens again`() throws {
    let queue = try file(next).connect(.readWrite, foreignKeys: false)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      for statement in expansion.up { try db.execute(sql: statement) }
      // Spills the uncommitted pages to the log, as a long migration would.
      try db.execute(sql: "PRAGMA cache_spill = 1; PRAGMA cache_size = 1")
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.copyItem(
          atPath: path + suffix, toPath: folder("k.sqlite") + suffix)
      }
      try db.execute(sql: "ROLLBACK")
    }
    let killed = StoreFile(folder("k.sqlite"), program: next)
    #expect(try killed.status().fileVersion == release)
    try killed.migrate()
    #expect(try killed.verify().isSound)
    #expect(try Store.open(killed, mode: .readWrite).incidents() == [makeIncident()])
  }

  @Test func `a backup of a store in use is whole and one file`() throws {
    let store = try Store.open(path: path, mode: .readWrite)
    let found = try store.backup(to: folder("b.sqlite"))
    #expect(found.isSound && found.schemaVersion == release && found.rowCounts["events"] == 1)
    #expect(folder.names.filter { $0.hasPrefix("b.") } == ["b.sqlite"])
    #expect(try Store.open(path: folder("b.sqlite"), mode: .readOnly).incidents().count == 1)
    #expect(code { try store.backup(to: folder("b.sqlite")) } == .exists)
    #expect(code { try store.backup(to: folder("no/b.sqlite")) } == .cannotOpen)
  }

  @Test func `restore brings back the backup and keeps what was there`() throws {
    let store = try Store.open(path: path, mode: .readWrite)
    try store.backup(to: folder("b.sqlite"))
    _ = try store.apply(makeBatch([makeIncident("00000000000000b2", at: 3)], asOf: 4))
    let kept = try #require(try StoreFile(path).restore(from: folder("b.sqlite")))
    // The store that was open all the time sees the restored content.
    #expect(try store.incidents().map(\.id) == ["00000000000000a1"])
    #expect(try Store.open(path: kept, mode: .readOnly).incidents().count == 2)
    _ = try store.apply(makeBatch([makeIncident("00000000000000c3", at: 3)], asOf: 4))
    #expect(try store.verify().isSound)
  }

  @Test func `restore replaces a damaged file and a missing one`() throws {
    try StoreFile(path).backup(to: folder("b.sqlite"))
    try Data(
      "garbage that is longer than a header of SQLite, at least a hundred bytes"
        .utf8 + Data(count: 5000)
    ).write(to: URL(fileURLWithPath: path))
    let kept = try #require(try StoreFile(path).restore(from: folder("b.sqlite")))
    #expect(kept == path + ".damaged")
    #expect(try Store.open(path: path, mode: .readWrite).incidents() == [makeIncident()])
    #expect(try StoreFile(folder("new.sqlite")).restore(from: folder("b.sqlite")) == nil)
    #expect(try Store.open(path: folder("new.sqlite"), mode: .readWrite).incidents().count == 1)
  }

  @Test func `a bad backup is refused and the file stays`() throws {
    try StoreFile(path).backup(to: folder("b.sqlite"))
    let queue = try DatabaseQueue(path: folder("b.sqlite"))
    try queue.write { db in
      try db.execute(sql: "UPDATE evidence SET columns = x'0102'")
    }
    try queue.close()
    #expect(code { try StoreFile(path).restore(from: folder("b.sqlite")) } == .badBackup)
    try Data().write(to: URL(fileURLWithPath: folder("empty.sqlite")))
    #expect(code { try StoreFile(path).restore(from: folder("empty.sqlite")) } == .badBackup)
    #expect(code { try StoreFile(path).restore(from: folder("none.sqlite")) } == .missing)
    #expect(try Store.open(path: path, mode: .readWrite).incidents() == [makeIncident()])
  }

  @Test func `verification names what cannot be read`() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(
        sql: """
          UPDATE evidence SET columns = x'01';
          UPDATE incidents SET body = '{}';
          """)
    }
    let found = try StoreFile(path).verify()
    #expect(found.problems.count == 2)
    #expect(found.problems.contains { $0.contains("incidents 00000000000000a1") })
  }
}
