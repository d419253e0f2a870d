import Foundation

/// Standard output in blocks, for streams of hundreds of megabytes.
struct Output {
  /// What waits to be written; append to it, then call `flush(below:)`.
  var bytes: [UInt8] = []
  private static let blockBytes = 1 << 20

  /// Writes when a block is full.
  mutating func flushFullBlock() throws {
    if bytes.count >= Self.blockBytes { try flush() }
  }

  /// Writes all that waits.
  mutating func flush() throws {
    try FileHandle.standardOutput.write(contentsOf: bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
