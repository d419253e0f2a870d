public import Model
import Foundation
import GRDB

/// What retention took out of a store, or would.
public struct Pruning: Hashable, Sendable {
  /// Incidents, with their history, evidence and closed action items.
  public var incidents = 0
  /// Changes.
  public var changes = 0
  /// Messages that were delivered or given up.
  public var messages = 0
  /// Incidents that are old enough but stay, because somebody still has work to do for them.
  public var keptForActionItems = 0
}

extension StoreFile {
  /// Changes this long before an incident may belong to its report, and stay as long as it does.
  private static let changeReach: Milliseconds = 86_400_000

  /// Removes what is over and older than `cutoff`, in one transaction.
  ///
  /// An incident goes when it was resolved before `cutoff` and has no open action item that a person
  /// wrote or confirmed. Nothing is removed when `isRehearsal`.
  ///
  /// - Throws: `newerSchema`, `migrationNeeded`, what opening throws.
  @discardableResult
  public func prune(
    before cutoff: Timestamp, isRehearsal: Bool = false
  ) throws(StorageError) -> Pruning {
    try storing(path) {
      let queue = try connect(.readWrite)
      defer { try? queue.close() }
      var pruning = Pruning()
      try queue.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          let status = try SchemaStatus(db, path: path, program: program)
          try status.refuseNewer()
          guard status.isUsable else {
            throw StorageError(.migrationNeeded, path: path, "schema \(status.fileVersion)")
          }
          pruning = try Self.prune(db, before: cutoff)
          return isRehearsal ? .rollback : .commit
        }
      }
      return pruning
    }
  }

  private static func prune(_ db: Database, before cutoff: Timestamp) throws -> Pruning {
    let isOver = "state = 'resolved' AND coalesce(json_extract(body, '$.end'), opened_at) < ?1"
    let hasWork = """
      EXISTS (SELECT 1 FROM action_items AS item
        WHERE item.incident = incidents.id AND item.state = 'open' AND NOT item.is_draft)
      """
    let arguments: StatementArguments = [cutoff.milliseconds]
    var pruning = Pruning()
    pruning.keptForActionItems =
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM incidents WHERE \(isOver) AND \(hasWork)",
        arguments: arguments) ?? 0
    try db.execute(
      sql: "DELETE FROM incidents WHERE \(isOver) AND NOT \(hasWork)", arguments: arguments)
    pruning.incidents = db.changesCount
    let oldest = try Int64.fetchOne(db, sql: "SELECT min(opened_at) FROM incidents")
    let reach = oldest.map { min(cutoff, Timestamp(milliseconds: $0) - changeReach) } ?? cutoff
    try db.execute(sql: "DELETE FROM changes WHERE time < ?", arguments: [reach.milliseconds])
    pruning.changes = db.changesCount
    try db.execute(
      sql: "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < ?", arguments: arguments)
    pruning.messages = db.changesCount
    return pruning
  }

  /// Writes the file anew without the room that removed rows left; others may read meanwhile.
  ///
  /// Source: https://www.sqlite.org/lang_vacuum.html
  ///
  /// - Returns: the file's size in bytes before and after, its log included.
  /// - Throws: `locked` when another process writes for longer than the wait; `full`.
  @discardableResult
  public func vacuum() throws(StorageError) -> (before: Int64, after: Int64) {
    let before = size
    try storing(path) {
      let queue = try connect(.readWrite)
      defer { try? queue.close() }
      try queue.writeWithoutTransaction { db in
        // The mark must be there: no other program's file is written.
        _ = try SchemaStatus(db, path: path, program: program)
        try db.execute(sql: "VACUUM")
        _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
    }
    return (before, size)
  }

  /// Bytes of the file and its log; 0 when there is none.
  public var size: Int64 {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + (attributes?[.size] as? Int64 ?? 0)
    }
  }
}
