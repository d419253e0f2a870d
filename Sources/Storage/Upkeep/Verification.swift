import Foundation
import GRDB

/// What a check of a store found: pages, foreign keys, and every row decoded.
public struct Verification: Hashable, Sendable {
  /// Schema version of the file; 0 for an empty one.
  public var schemaVersion: Int
  /// Rows of each table.
  public var rowCounts: [String: Int]
  /// What is wrong, one sentence each, at most 100; empty when all is well.
  public var problems: [String]

  /// True when nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}

extension Verification {
  /// Problems after which the search ends.
  private static let problemsMax = 100

  /// Checks an open file.
  ///
  /// Does not throw for damage that it can name.
  init(_ db: Database, path: String, program: [Migration]) throws {
    problems = []
    rowCounts = [:]
    schemaVersion = 0
    let sql = "PRAGMA integrity_check(\(Self.problemsMax))"
    for line in try String.fetchAll(db, sql: sql) where line != "ok" { problems.append(line) }
    // Damaged pages make every later answer a guess.
    guard problems.isEmpty else { return }
    schemaVersion = try SchemaStatus(db, path: path, program: program).fileVersion
    rowCounts = try Storage.rowCounts(db)
    let violations = try db.foreignKeyViolations()
    while problems.count < Self.problemsMax, let violation = try violations.next() {
      problems.append(try violation.failureDescription(db))
    }
    if schemaVersion > 0 { try checkRows(db) }
  }

  private mutating func checkRows(_ db: Database) throws {
    let bodies: [(table: String, read: (String) throws -> Void)] = [
      ("incidents", { _ = try Journal.incident(fromJSON: $0) }),
      ("events", { _ = try Journal.event(fromJSON: $0) }),
      ("changes", { _ = try Journal.change(fromJSON: $0) }),
    ]
    for (table, read) in bodies where rowCounts[table] != nil {
      let rows = try Row.fetchCursor(db, sql: "SELECT id, body FROM \(table) ORDER BY id")
      while problems.count < Self.problemsMax, let row = try rows.next() {
        do { try read(row["body"]) } catch {
          problems.append("\(table) \(row["id"] as String): the row cannot be decoded")
        }
      }
    }
    guard rowCounts["evidence"] != nil else { return }
    let rows = try Row.fetchCursor(
      db, sql: "SELECT incident, id, head, columns FROM evidence ORDER BY incident, id")
    while problems.count < Self.problemsMax, let row = try rows.next() {
      do { _ = try Journal.window(head: row["head"], columns: row["columns"]) } catch {
        problems.append("evidence \(row["id"] as String) of \(row["incident"] as String): \(error)")
      }
    }
  }
}

extension StoreFile {
  /// Checks every page, foreign key and row of the file.
  ///
  /// Damage that can be named is in the result; a file that cannot be opened at all throws.
  public func verify() throws(StorageError) -> Verification {
    try storing(path) {
      try connect(.readOnly).read { try Verification($0, path: path, program: program) }
    }
  }
}
