import GRDB

/// Why the store refused, and which file it was about.
public struct StorageError: Error, Hashable, Sendable {
  /// A bounded set; can label a metric.
  public enum Code: String, CaseIterable, Sendable {
    /// There is no such file.
    case missing
    /// The file is there but cannot be opened: a directory, or no permission.
    case cannotOpen = "cannot-open"
    /// The file or its file system cannot be written.
    case readOnly = "read-only"
    /// Another process holds the lock for longer than the wait.
    case locked
    /// No room left, on the disk or under `StoreLimits.fileBytesMax`.
    case full
    /// SQLite found the file damaged, or a row in it cannot be decoded.
    case corrupted
    /// The file is no SQLite database.
    case notADatabase = "not-a-database"
    /// A SQLite database, but of another program.
    case notAStore = "not-a-store"
    /// The file is there, but nothing was ever stored in it.
    case empty
    /// A newer version of the program changed the file so that this one must not touch it.
    case newerSchema = "newer-schema"
    /// The file is of an older schema and was opened in a mode that does not migrate.
    case migrationNeeded = "migration-needed"
    /// A migration step failed; it was undone.
    case migrationFailed = "migration-failed"
    /// A schema version that cannot be reached from the file's.
    case noSuchVersion = "no-such-version"
    /// A copy did not pass its verification and was not used.
    case badBackup = "bad-backup"
    /// The destination is there already.
    case exists
    /// No incident, action item or message of that id.
    case unknownID = "unknown-id"
    /// A value beyond one of `StoreLimits`.
    case tooLarge = "too-large"
    /// Reading or writing failed below SQLite.
    case inputOutput = "input-output"
    /// SQLite refused a statement; a fault of this program.
    case statement
  }

  /// What kind of trouble.
  public var code: Code
  /// The store's file.
  public var path: String
  /// The values that led here, or SQLite's own words; may be empty.
  public var detail: String

  /// An error about the file at `path`.
  public init(_ code: Code, path: String, _ detail: String = "") {
    self.code = code
    self.path = path
    self.detail = detail
  }
}

extension StorageError: CustomStringConvertible {
  /// `tocsin.sqlite: the disk is full: …`, with what to do where that is known.
  public var description: String {
    let sentence =
      switch code {
      case .missing: "there is no such file"
      case .cannotOpen: "the file cannot be opened"
      case .readOnly: "the store cannot be written"
      case .locked: "another process holds the store's lock"
      case .full: "no room left for the store; nothing of this write was kept"
      case .corrupted: "the store is damaged; restore a backup with `tocsin db restore`"
      case .notADatabase: "not a SQLite database"
      case .notAStore: "a SQLite database, but not a store of this program"
      case .empty:
        "nothing was ever stored in it; the next run or `tocsin db migrate` makes it a store"
      case .newerSchema: "the store needs a newer version of this program"
      case .migrationNeeded: "the store is of an older schema; run `tocsin db migrate`"
      case .migrationFailed: "the migration failed and was undone"
      case .noSuchVersion: "the store cannot be taken to that schema version"
      case .badBackup: "the copy did not pass verification and was not used"
      case .exists: "the destination exists already"
      case .unknownID: "the store holds nothing of that id"
      case .tooLarge: "a value is larger than the store accepts"
      case .inputOutput: "reading or writing failed"
      case .statement: "the store refused a statement"
      }
    return "\(path): \(sentence)" + (detail.isEmpty ? "" : ": \(detail)")
  }
}

extension StorageError {
  /// Whatever GRDB or a decoder threw, as one of the codes above.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StorageError: self = error
    case let error as DatabaseError:
      self.init(
        Self.code(of: error.resultCode), path: path, error.message ?? "\(error.resultCode)")
    case is DecodingError, is RowDecodingError, is ColumnError:
      self.init(.corrupted, path: path, "a row cannot be decoded: \(error)")
    default: self.init(.inputOutput, path: path, "\(error)")
    }
  }

  // Source: https://www.sqlite.org/rescode.html
  private static func code(of result: ResultCode) -> Code {
    switch result.primaryResultCode {
    case .SQLITE_FULL: .full
    case .SQLITE_READONLY: .readOnly
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .locked
    case .SQLITE_CORRUPT, .SQLITE_FORMAT: .corrupted
    case .SQLITE_NOTADB: .notADatabase
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .cannotOpen
    case .SQLITE_IOERR: .inputOutput
    case .SQLITE_TOOBIG: .tooLarge
    default: .statement
    }
  }
}

/// Runs `body` and turns whatever it throws into a `StorageError` about `path`.
func storing<T>(_ path: String, _ body: () throws -> T) throws(StorageError) -> T {
  do { return try body() } catch { throw StorageError(error, path: path) }
}
