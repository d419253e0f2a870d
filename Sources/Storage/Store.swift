import Foundation
import GRDB
import Synchronization

/// The journal of a system's incidents: one SQLite file in WAL mode.
///
///     let store = try Store.open(path: "tocsin.sqlite", mode: .create)
///     let applied = try store.apply(batch)      // one transaction; again: changes nothing
///     let incident = try store.incident(id)     // with what people did to it since
///
/// An effect is stored first and acted on after. Calls block until done and may come from any thread;
/// each is one transaction. Writes are synced to the disk before they return (`synchronous = FULL`).
public final class Store: Sendable {
  /// What an opened store may do.
  public enum Mode: Sendable {
    /// Look only.
    case readOnly
    /// Read and write a file that is there and of this program's schema.
    case readWrite
    /// Make the file where there is none; migrate it, after a backup, where it is older.
    case create
  }

  /// The file's keeper, for status, backups and verification.
  public let file: StoreFile
  let queue: DatabaseQueue
  /// How many events of each incident this store has written or compared already, by incident.
  let comparedEvents = Mutex<[String: Int]>([:])

  /// The file, as the user gave it.
  public var path: String { file.path }
  var limits: StoreLimits { file.limits }

  private init(file: StoreFile, queue: DatabaseQueue) {
    self.file = file
    self.queue = queue
  }

  /// Opens the store at `path`.
  ///
  /// - Throws: `missing`, `cannotOpen`, `notADatabase`, `notAStore`, `empty`, `newerSchema`,
  ///   `migrationNeeded`, `readOnly`, `locked`, `full`, `corrupted`; in mode `create` also what a migration throws.
  public static func open(
    path: String, mode: Mode, limits: StoreLimits = StoreLimits()
  ) throws(StorageError) -> Store {
    try open(StoreFile(path, limits: limits), mode: mode)
  }

  static func open(_ file: StoreFile, mode: Mode) throws(StorageError) -> Store {
    if mode == .create { try file.migrate() }
    return try storing(file.path) {
      let queue = try file.connect(mode == .readOnly ? .readOnly : .readWrite)
      do {
        let status = try queue.read {
          try SchemaStatus($0, path: file.path, program: file.program)
        }
        try status.refuseNewer()
        guard !status.isEmpty else { throw StorageError(.empty, path: file.path) }
        guard status.isUsable else {
          throw StorageError(
            .migrationNeeded, path: file.path,
            "schema \(status.fileVersion), this program has \(status.programVersion)")
        }
        if mode != .readOnly { try prepareForWriting(queue, limits: file.limits) }
      } catch {
        try? queue.close()
        throw error
      }
      return Store(file: file, queue: queue)
    }
  }

  // Sources: https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
  private static func prepareForWriting(_ queue: DatabaseQueue, limits: StoreLimits) throws {
    try queue.writeWithoutTransaction { db in
      _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
      // NORMAL may lose the last transactions when the power fails; a page may have gone out by then.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      if let bytes = limits.fileBytesMax {
        let page = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        _ = try Int64.fetchOne(db, sql: "PRAGMA max_page_count = \(max(1, bytes / page))")
      }
    }
  }

  /// Closes the file; every later call fails.
  ///
  /// Not needed before the store is let go.
  public func close() throws(StorageError) {
    try storing(path) { try queue.close() }
  }

  /// Copies the store to `destination` while it is in use; see `StoreFile.backup(to:)`.
  @discardableResult
  public func backup(to destination: String) throws(StorageError) -> Verification {
    try file.backup(to: destination)
  }

  /// Checks every page, foreign key and row; see `StoreFile.verify()`.
  public func verify() throws(StorageError) -> Verification {
    try read { try Verification($0, path: self.path, program: self.file.program) }
  }

  func read<T>(_ body: (Database) throws -> T) throws(StorageError) -> T {
    try storing(path) { try queue.read(body) }
  }

  /// One transaction that holds the write lock from its start, so that it never waits half-way.
  func write<T>(_ body: (Database) throws -> T) throws(StorageError) -> T {
    try storing(path) {
      var result: T?
      try queue.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
      }
      guard let result else { throw StorageError(.statement, path: path, "no transaction ran") }
      return result
    }
  }
}
