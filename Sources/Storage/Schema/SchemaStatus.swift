import Foundation
import GRDB

/// Which schema a file has, and what this program can do with it.
public struct SchemaStatus: Hashable, Sendable {
  /// One step that a file went through, or has before it.
  public struct Step: Hashable, Sendable {
    /// From 1.
    public var version: Int
    /// What the step brings, in a few words.
    public var name: String
    /// The oldest program that may use a file after this step.
    public var oldestProgram: Int
  }

  /// The file.
  public var path: String
  /// Schema version of the file; 0 for one that is empty.
  public var fileVersion: Int
  /// Greatest version that this program knows.
  public var programVersion: Int
  /// The steps that the file went through, oldest first.
  public var applied: [Step]
  /// The steps that this program would add, in order.
  public var pending: [Step]

  /// The oldest program that may use the file.
  public var oldestProgram: Int { applied.map(\.oldestProgram).max() ?? 0 }
  /// True of a file that nothing was ever stored in, as a program leaves it that is killed first thing.
  public var isEmpty: Bool { fileVersion == 0 }
  /// True when this program may read and write the file without migrating it.
  public var isUsable: Bool {
    fileVersion > 0 && fileVersion >= programVersion && oldestProgram <= programVersion
  }
}

extension SchemaStatus {
  /// Reads the status of an open file.
  ///
  /// - Throws: `notAStore` when the file has tables but not this program's mark.
  init(_ db: Database, path: String, program: [Migration]) throws {
    self.path = path
    programVersion = program.programVersion
    let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    if mark != Schema.applicationID && tables > 0 {
      throw StorageError(.notAStore, path: path, "\(tables) tables, application id \(mark)")
    }
    applied = try db.tableExists("schema_migrations") ? Step.fetchAll(db) : []
    let reached = applied.last?.version ?? 0
    fileVersion = reached
    pending = program.filter { $0.version > reached }.map {
      Step(version: $0.version, name: $0.name, oldestProgram: $0.oldestProgram)
    }
  }

  /// - Throws: `newerSchema` when the file is not for this program any more.
  func refuseNewer() throws {
    guard oldestProgram > programVersion else { return }
    throw StorageError(
      .newerSchema, path: path,
      "its schema \(fileVersion) needs a program of schema \(oldestProgram), "
        + "this one has \(programVersion)")
  }
}

extension SchemaStatus.Step {
  static func fetchAll(_ db: Database) throws -> [Self] {
    let sql = "SELECT version, name, oldest_program FROM schema_migrations ORDER BY version"
    return try Row.fetchAll(db, sql: sql).map {
      Self(version: $0["version"], name: $0["name"], oldestProgram: $0["oldest_program"])
    }
  }
}
