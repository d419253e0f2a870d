import Engine
import Foundation
import Glibc
import ServiceLifecycle

/// Writes checkpoints to their file, off the engine's back, one after the other.
///
/// A disk that is full or read-only is told once and counted; the run goes on without.
actor CheckpointKeeper {
  private let file: CheckpointFile
  private var toldNumber: Int32?

  init(_ file: CheckpointFile) {
    self.file = file
  }

  /// Compresses and writes.
  ///
  /// - Returns: the bytes of the file; nil when that failed.
  func keep(_ checkpoint: Checkpoint) -> Int? {
    do throws(CheckpointFile.Failure) {
      let bytes = checkpoint.encoded()
      try file.write(bytes)
      Memory.giveBack()
      toldNumber = nil
      return bytes.count
    } catch {
      if toldNumber != error.number {
        toldNumber = error.number
        StandardError.write(
          "warning: the state cannot be saved, so a restart would begin anew: \(error)")
      }
      return nil
    }
  }

  /// Removes what was kept.
  func remove() { file.remove() }
}

/// Has the engine's state saved every few seconds, and at once when a person did something.
struct CheckpointService: Service {
  let engine: LiveEngine
  let keeper: CheckpointKeeper

  /// How often it is looked whether one is due, in ms.
  private static let interval = 100

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if await engine.beginCheckpoint() { await save() }
        try? await Task.sleep(for: .milliseconds(Self.interval))
      }
    }
  }

  /// Has the state written piece by piece, then kept.
  private func save() async {
    while !Task.isCancelled {
      switch await engine.writeCheckpoint() {
      case .more: continue
      case .givenUp: return
      case .whole(let checkpoint):
        return await engine.note(saved: await keeper.keep(checkpoint))
      }
    }
  }
}
