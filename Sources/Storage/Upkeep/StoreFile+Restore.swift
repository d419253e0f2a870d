import Foundation
import GRDB

extension StoreFile {
  /// Puts the content of a backup in place of the file's, after verifying the backup.
  ///
  /// What was there is kept beside it. A sound file is overwritten in one transaction, so that a
  /// process that has it open sees the old content or the new; a damaged one is moved aside.
  ///
  /// - Returns: where the previous content was kept; nil when there was no file.
  /// - Throws: `badBackup` when the backup is damaged, `newerSchema` when it is not for this program,
  ///   what opening throws. The file is then as it was.
  @discardableResult
  public func restore(from backup: String) throws(StorageError) -> String? {
    let source = StoreFile(backup, limits: limits, program: program)
    let verification = try source.verify()
    guard verification.isSound else {
      throw StorageError(.badBackup, path: backup, verification.problems.first ?? "")
    }
    guard verification.schemaVersion > 0 else {
      throw StorageError(.badBackup, path: backup, "it is empty")
    }
    return try storing(path) {
      let reader = try source.connect(.readOnly)
      try reader.read { try SchemaStatus($0, path: backup, program: program).refuseNewer() }
      guard FileManager.default.fileExists(atPath: path) else {
        _ = try copy(reader, to: path)
        return nil
      }
      if let kept = try overwriteSound(from: reader) { return kept }
      let kept = freePath("damaged")
      for suffix in ["", "-wal", "-shm", "-journal"]
      where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.moveItem(atPath: path + suffix, toPath: kept + suffix)
      }
      _ = try copy(reader, to: path)
      return kept
    }
  }

  /// Copies a sound file aside and overwrites it; nil when it is not sound enough for that.
  private func overwriteSound(from reader: DatabaseQueue) throws -> String? {
    let kept = freePath("before-restore")
    do {
      let target = try connect(.readWrite, foreignKeys: false)
      defer { try? target.close() }
      _ = try copy(target, to: kept)
      try reader.backup(to: target)
      return kept
    } catch {
      switch StorageError(error, path: path).code {
      case .notADatabase, .corrupted, .badBackup: return nil
      default: throw error
      }
    }
  }
}
