import Foundation
import GRDB

/// A store's file as its keeper sees it: status, migration, backup, verification, restore, rollback.
///
///     let file = StoreFile("tocsin.sqlite")
///     let plan = try file.migrationPlan()   // rehearsed on a copy, the file is not touched
///     try file.migrate()                    // backs up first
///     try file.rollback(to: plan.from)      // backs up first, too
///
/// Each call opens the file, does its work and closes it; other processes may use the file meanwhile.
public struct StoreFile: Sendable {
  /// Where the file is, as the user gave it.
  public let path: String
  /// The bounds that hold for the work.
  public let limits: StoreLimits
  let program: [Migration]

  /// The file at `path`, which need not exist yet.
  public init(_ path: String, limits: StoreLimits = StoreLimits()) {
    self.init(path, limits: limits, program: Schema.migrations)
  }

  init(_ path: String, limits: StoreLimits = StoreLimits(), program: [Migration]) {
    self.path = path
    self.limits = limits
    self.program = program
  }

  /// Which schema the file has, and what this program can do with it.
  public func status() throws(StorageError) -> SchemaStatus {
    try storing(path) {
      try connect(.readOnly).read { try SchemaStatus($0, path: path, program: program) }
    }
  }
}

extension StoreFile {
  /// What a connection may do.
  enum Access {
    /// Look only; the file must be there.
    case readOnly
    /// Write; the file must be there.
    case readWrite
    /// Write; the file is made where there is none.
    case create
  }

  /// A connection to the file, which closes when it is let go.
  ///
  /// - Throws: `missing`, `cannotOpen`, `notADatabase`, `readOnly`.
  func connect(_ access: Access, foreignKeys: Bool = true) throws -> DatabaseQueue {
    var isDirectory: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if isDirectory.boolValue {
      throw StorageError(.cannotOpen, path: path, "it is a directory")
    }
    // SQLite would make the file, and leave it behind when the open fails.
    if !isThere && access != .create { throw StorageError(.missing, path: path) }
    if access == .readOnly { undoWhatWasBegun() }
    var configuration = Configuration()
    configuration.readonly = access == .readOnly
    configuration.foreignKeysEnabled = foreignKeys
    configuration.busyMode = .timeout(Double(limits.lockWaitMilliseconds) / 1000)
    configuration.label = "tocsin.store"
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN && access == .readOnly && hasNoLog
    {
      // A file in WAL mode needs a place for its shared memory. Where there is none (a read-only
      // file system) and no log is pending, the file alone is the whole truth.
      return try DatabaseQueue(path: immutableURI, configuration: configuration)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN && access != .readOnly && isThere
      && !FileManager.default.isWritableFile(atPath: path)
    {
      throw StorageError(.readOnly, path: path, "the file or its file system is not writable")
    }
  }

  /// Lets SQLite undo a transaction that a program was killed in; a reader alone may not.
  ///
  /// Source: https://www.sqlite.org/lockingv3.html#rollback. Where the file cannot be written it stays
  /// as it is, and reading it fails with SQLite's words.
  private func undoWhatWasBegun() {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-journal")
    guard (attributes?[.size] as? Int ?? 0) > 0, let queue = try? connect(.readWrite) else {
      return
    }
    _ = try? queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
    try? queue.close()
  }

  /// True when no write-ahead log lies beside the file, or an empty one.
  private var hasNoLog: Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
    return (attributes?[.size] as? Int ?? 0) == 0
  }

  // Source: https://www.sqlite.org/uri.html
  private var immutableURI: String {
    let absolute = URL(fileURLWithPath: path).absoluteString
    return absolute + "?immutable=1"
  }

  /// The first of `path.suffix`, `path.suffix-2`, `path.suffix-3`, … that is free.
  func freePath(_ suffix: String) -> String {
    let first = "\(path).\(suffix)"
    var candidate = first
    var number = 2
    while FileManager.default.fileExists(atPath: candidate) {
      candidate = "\(first)-\(number)"
      number += 1
    }
    return candidate
  }
}
