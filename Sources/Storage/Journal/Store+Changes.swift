public import Model
import Foundation
import GRDB

extension Store {
  /// Records a change.
  ///
  /// False when it is there already.
  @discardableResult
  public func add(_ change: ChangeEvent) throws(StorageError) -> Bool {
    try write { try insert(change, $0) }
  }

  /// Changes at or after `since` and before `until`, oldest first; of one service when it is given.
  public func changes(
    since: Timestamp? = nil, until: Timestamp? = nil, service: String? = nil
  ) throws(StorageError) -> [ChangeEvent] {
    try read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT body FROM changes
          WHERE time >= ?1 AND time < ?2 AND (?3 IS NULL OR service = ?3)
          ORDER BY time, id LIMIT ?4
          """,
        arguments: [
          since?.milliseconds ?? .min, until?.milliseconds ?? .max, service, limits.listedRowsMax,
        ]
      ).map(Journal.change(fromJSON:))
    }
  }

  func insert(_ change: ChangeEvent, _ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO changes (id, time, service, kind, body) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING
        """,
      arguments: [
        change.id, change.time.milliseconds, change.service, change.kind, try Journal.json(change),
      ])
    return db.changesCount > 0
  }
}
