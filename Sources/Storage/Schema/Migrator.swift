import Foundation
import GRDB

/// Takes an open file up or down the steps of a schema, all in one transaction.
struct Migrator {
  /// The steps that the program knows, in order.
  let program: [Migration]
  /// The file, for errors.
  let path: String

  /// Takes the file up to the program's version.
  ///
  /// A file already there is left alone.
  func migrate(_ db: Database) throws {
    try db.inTransaction(.immediate) {
      // Read inside the transaction: another process may have migrated in the meantime.
      let status = try SchemaStatus(db, path: path, program: program)
      try status.refuseNewer()
      guard status.fileVersion < program.programVersion else { return .commit }
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      try db.execute(sql: Schema.ledger)
      for step in program where step.version > status.fileVersion { try run(step, on: db) }
      try setVersion(program.programVersion, on: db)
      return .commit
    }
  }

  /// Takes the file down to `version`, by the ways down stored in the file itself.
  func rollback(_ db: Database, to version: Int) throws {
    try db.inTransaction(.immediate) {
      let status = try SchemaStatus(db, path: path, program: program)
      guard (1...max(1, status.fileVersion)).contains(version), status.fileVersion > 0 else {
        throw StorageError(
          .noSuchVersion, path: path, "from \(status.fileVersion) down to \(version)")
      }
      for step in status.applied.reversed() where step.version > version {
        let sql = "SELECT down FROM schema_migrations WHERE version = ?"
        let text = try String.fetchOne(db, sql: sql, arguments: [step.version]) ?? "[]"
        let down = try JSONDecoder().decode([String].self, from: Data(text.utf8))
        try attempt("down from", step.version, step.name) {
          for statement in down { try db.execute(sql: statement) }
          try db.checkForeignKeys()
        }
        try db.execute(
          sql: "DELETE FROM schema_migrations WHERE version = ?", arguments: [step.version])
      }
      try setVersion(version, on: db)
      return .commit
    }
  }

  private func run(_ step: Migration, on db: Database) throws {
    try attempt("up to", step.version, step.name) {
      let before = try rowCounts(db)
      for statement in step.up { try db.execute(sql: statement) }
      let after = try rowCounts(db)
      for (table, count) in before.sorted(by: { $0.key < $1.key }) {
        guard let now = after[table], now != count, !step.changesRowsOf.contains(table) else {
          continue
        }
        throw StorageError(
          .migrationFailed, path: path, "table \(table) had \(count) rows, now \(now)")
      }
      try db.checkForeignKeys()
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    let down = String(decoding: try encoder.encode(step.down), as: UTF8.self)
    try db.execute(
      sql: "INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
      arguments: [step.version, step.name, step.oldestProgram, down])
  }

  /// Names the step in whatever goes wrong in it; a full disk stays a full disk.
  private func attempt(
    _ way: String, _ version: Int, _ name: String, _ body: () throws -> Void
  ) throws {
    do { try body() } catch {
      let cause = StorageError(error, path: path)
      guard cause.code == .statement || cause.code == .migrationFailed else { throw cause }
      throw StorageError(
        .migrationFailed, path: path, "\(way) schema \(version) (\(name)): \(cause.detail)")
    }
  }

  private func setVersion(_ version: Int, on db: Database) throws {
    // For other tools that look at the file; the ledger is what this program goes by.
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }
}

/// Number of rows of every table that is the program's own.
func rowCounts(_ db: Database) throws -> [String: Int] {
  let sql =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
    + "ESCAPE '\\' AND name <> 'schema_migrations' ORDER BY name"
  var counts: [String: Int] = [:]
  for table in try String.fetchAll(db, sql: sql) {
    counts[table] = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)")
  }
  return counts
}
