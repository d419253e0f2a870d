import Foundation
import GRDB

extension StoreFile {
  /// Copies the store to `destination` while it may be in use, and verifies the copy.
  ///
  /// The copy is one transaction's view, a single file without a log, and appears under its name only
  /// when it is whole. Source: https://www.sqlite.org/backup.html
  ///
  /// - Throws: `exists` when `destination` is there already; `badBackup`; what opening throws.
  /// - Returns: what the verification of the copy found.
  @discardableResult
  public func backup(to destination: String) throws(StorageError) -> Verification {
    try storing(path) {
      let source = try connect(.readOnly)
      _ = try source.read { try SchemaStatus($0, path: path, program: program) }
      return try copy(source, to: destination)
    }
  }

  /// Copies an open store aside, verifies the copy and gives it its name.
  func copy(_ source: DatabaseQueue, to destination: String) throws -> Verification {
    guard !FileManager.default.fileExists(atPath: destination) else {
      throw StorageError(.exists, path: destination)
    }
    let partial = StoreFile(destination + ".partial", limits: limits, program: program)
    partial.remove()
    do {
      let verification = try partial.fill(from: source)
      guard verification.isSound else {
        throw StorageError(
          .badBackup, path: destination, verification.problems.first ?? "unknown trouble")
      }
      try FileManager.default.moveItem(atPath: partial.path, toPath: destination)
      return verification
    } catch {
      partial.remove()
      throw StorageError(error, path: destination)
    }
  }

  /// Makes this file a copy of `source`, and checks it.
  func fill(from source: DatabaseQueue) throws -> Verification {
    let target = try connect(.create, foreignKeys: false)
    defer { try? target.close() }
    try source.backup(to: target)
    return try target.writeWithoutTransaction { db in
      // The mode came along with the pages; a copy is to be one file.
      _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
      return try Verification(db, path: path, program: program)
    }
  }

  /// Removes the file and what SQLite keeps beside it; used on copies only.
  func remove() {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }
}
