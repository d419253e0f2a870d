import Foundation
import GRDB

/// What a migration would do, found out by doing it to a copy.
public struct MigrationPlan: Hashable, Sendable {
  /// Schema version of the file.
  public var from: Int
  /// Schema version after the migration.
  public var to: Int
  /// The steps, in order; empty when there is nothing to do.
  public var steps: [SchemaStatus.Step]
  /// The SQL of all steps, in order.
  public var statements: [String]
  /// Where the file would be backed up first; nil when there is nothing to do.
  public var backup: String?
  /// Rows of each table before.
  public var rowCountsBefore: [String: Int]
  /// What the check of the migrated copy found.
  public var outcome: Verification
}

extension StoreFile {
  /// Rehearses the migration on a copy beside the file and checks the result; the file is not touched.
  ///
  /// - Throws: `newerSchema`, `migrationFailed` when a step would fail, what opening throws.
  public func migrationPlan() throws(StorageError) -> MigrationPlan {
    try storing(path) {
      let source = try connect(.readOnly)
      let status = try source.read { try SchemaStatus($0, path: path, program: program) }
      try status.refuseNewer()
      let steps = program.filter { $0.version > status.fileVersion }
      let rehearsal = StoreFile(freePath("rehearsal"), limits: limits, program: program)
      defer { rehearsal.remove() }
      let before = try rehearsal.fill(from: source).rowCounts
      let copy = try rehearsal.connect(.readWrite, foreignKeys: false)
      defer { try? copy.close() }
      let outcome = try copy.writeWithoutTransaction { db in
        try Migrator(program: program, path: path).migrate(db)
        return try Verification(db, path: path, program: program)
      }
      return MigrationPlan(
        from: status.fileVersion, to: outcome.schemaVersion, steps: status.pending,
        statements: steps.flatMap(\.up), backup: steps.isEmpty ? nil : backupPath(status),
        rowCountsBefore: before, outcome: outcome)
    }
  }

  /// Backs the file up and takes it to this program's schema.
  ///
  /// Makes the file where there is none.
  ///
  /// - Returns: the backup's path; nil when there was nothing to migrate, or no row to lose.
  /// - Throws: `newerSchema`, `migrationFailed` (all steps undone), what opening throws.
  @discardableResult
  public func migrate() throws(StorageError) -> String? {
    try storing(path) {
      let queue = try connect(.create, foreignKeys: false)
      defer { try? queue.close() }
      let status = try queue.read { try SchemaStatus($0, path: path, program: program) }
      try status.refuseNewer()
      guard status.fileVersion < program.programVersion else { return nil }
      let backup = status.fileVersion == 0 ? nil : backupPath(status)
      if let backup { _ = try copy(queue, to: backup) }
      try queue.writeWithoutTransaction { db in
        try Migrator(program: program, path: path).migrate(db)
      }
      return backup
    }
  }

  /// Backs the file up and takes it down to schema `version`, by the ways down stored in the file.
  ///
  /// Works on files of newer programs too: that is what it is for after a failed upgrade.
  ///
  /// - Returns: the backup's path; nil when the file was at `version` already.
  /// - Throws: `noSuchVersion`, `migrationFailed` (all steps undone), what opening throws.
  @discardableResult
  public func rollback(to version: Int) throws(StorageError) -> String? {
    try storing(path) {
      let queue = try connect(.readWrite, foreignKeys: false)
      defer { try? queue.close() }
      let status = try queue.read { try SchemaStatus($0, path: path, program: program) }
      guard status.fileVersion != version else { return nil }
      guard (1...max(1, status.fileVersion)).contains(version) else {
        throw StorageError(
          .noSuchVersion, path: path, "from \(status.fileVersion) down to \(version)")
      }
      let backup = backupPath(status)
      _ = try copy(queue, to: backup)
      try queue.writeWithoutTransaction { db in
        try Migrator(program: program, path: path).rollback(db, to: version)
      }
      return backup
    }
  }

  private func backupPath(_ status: SchemaStatus) -> String {
    freePath("schema-\(status.fileVersion).backup")
  }
}
