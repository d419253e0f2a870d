import Engine
import Foundation
import Glibc
import Model
import Sources

/// The engine's state in a file beside the store: the newest one, and the one before it.
///
/// A new one is written aside, synced and renamed into place, so that whatever moment the program dies at,
/// one of the two is whole.
struct CheckpointFile: Sendable {
  /// The newest checkpoint.
  let path: String
  /// The one before.
  var previousPath: String { path + ".previous" }
  private var freshPath: String { path + ".new" }

  init(besideStore store: String) {
    path = store + ".checkpoint"
  }

  /// A file that may be gone on from, newest first.
  struct Candidate: Sendable {
    var path: String
    var checkpoint: Checkpoint
    var resume: ResumePoint
  }

  /// Why a file could not be written.
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var number: Int32
    var description: String { "\(path): \(String(cString: strerror(number)))" }
  }

  /// Puts `bytes` in the place of the newest checkpoint, which becomes the previous one.
  func write(_ bytes: [UInt8]) throws(Failure) {
    let descriptor = open(freshPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(path: freshPath, number: errno) }
    do throws(Failure) {
      try writeAll(bytes, to: descriptor)
      guard fsync(descriptor) == 0 else { throw Failure(path: freshPath, number: errno) }
    } catch {
      close(descriptor)
      unlink(freshPath)
      throw error
    }
    guard close(descriptor) == 0 else { throw Failure(path: freshPath, number: errno) }
    if rename(path, previousPath) != 0, errno != ENOENT {
      throw Failure(path: previousPath, number: errno)
    }
    guard rename(freshPath, path) == 0 else { throw Failure(path: path, number: errno) }
    syncFolder()
  }

  private func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(path: freshPath, number: count == 0 ? ENOSPC : errno) }
      done += count
    }
  }

  /// Makes the renaming last; a folder that cannot be synced is none of our business.
  private func syncFolder() {
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The files that are whole and of a run of the same inputs; `report` hears of those that are not.
  func candidates(inputs: [String], _ report: (String) -> Void) -> [Candidate] {
    var found: [Candidate] = []
    for path in [path, previousPath] {
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      do throws(CheckpointError) {
        let checkpoint = try Checkpoint(decoding: Array(data))
        let resume = try ResumePoint(checkpoint.annex)
        guard resume.inputs == inputs else {
          report("warning: checkpoint \(path) is of a run with other inputs and is not used")
          continue
        }
        found.append(Candidate(path: path, checkpoint: checkpoint, resume: resume))
      } catch {
        report("warning: checkpoint \(path) is damaged and is not used: \(error)")
      }
    }
    return found
  }

  /// Removes both files: the run is over, another one begins anew.
  func remove() {
    for path in [path, previousPath, freshPath] { unlink(path) }
  }
}

/// Where the inputs of a run go on after a restart; goes with the checkpoint of the engine.
struct ResumePoint: Sendable, Equatable {
  /// The inputs as the user gave them.
  var inputs: [String]
  /// How far followed files were read, by path.
  var positions: [String: FilePosition] = [:]
  /// The part of the journal of arrivals that begins where this state ends.
  var arrivals = 0

  init(inputs: [String]) {
    self.inputs = inputs
  }

  /// Reads what `bytes` gave.
  init(_ bytes: [UInt8]) throws(CheckpointError) {
    var reader = CheckpointReader(bytes, section: "inputs")
    inputs = []
    for _ in 0..<(try reader.count()) { inputs.append(try reader.text()) }
    for _ in 0..<(try reader.count()) {
      let path = try reader.text()
      positions[path] = FilePosition(
        device: try reader.varied(), inode: try reader.varied(),
        offset: try reader.count(atMost: .max))
    }
    // States of earlier versions end here.
    if !reader.isAtEnd { arrivals = try reader.count(atMost: .max) }
    try reader.finish()
  }

  /// The point as bytes.
  var bytes: [UInt8] {
    var writer = CheckpointWriter()
    writer.write(count: inputs.count)
    for input in inputs { writer.write(input) }
    writer.write(count: positions.count)
    for (path, position) in positions.sorted(by: { $0.key < $1.key }) {
      writer.write(path)
      writer.write(varied: position.device)
      writer.write(varied: position.inode)
      writer.write(count: position.offset)
    }
    writer.write(count: arrivals)
    return writer.bytes
  }
}
