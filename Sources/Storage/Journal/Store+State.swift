import Foundation
import GRDB

extension Store {
  /// How far each input has been read, by source.
  public func positions() throws(StorageError) -> [InputPosition] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT source, identity, offset FROM positions ORDER BY source")
        .map {
          InputPosition(source: $0["source"], identity: $0["identity"], offset: $0["offset"])
        }
    }
  }

  /// A value that was set under `key`; nil when there is none.
  public func meta(_ key: String) throws(StorageError) -> String? {
    try read {
      try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
    }
  }

  /// Sets the value of `key`; nil removes it.
  public func setMeta(_ key: String, _ value: String?) throws(StorageError) {
    try write { try setMeta(key, value, $0) }
  }

  func setMeta(_ key: String, _ value: String?, _ db: Database) throws {
    guard let value else {
      return try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [key])
    }
    try db.execute(
      sql: """
        INSERT INTO meta (key, value) VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """, arguments: [key, value])
  }
}
