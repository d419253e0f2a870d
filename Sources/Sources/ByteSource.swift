import Glibc

/// A regular file, pipe or standard input as blocks of bytes, read from front to back.
///
/// Owns its file descriptor; standard input is not closed.
public struct ByteSource: ~Copyable {
  /// What a read that may not wait for ever gave.
  public enum Outcome: Sendable {
    /// One or more bytes, with some room behind them for the decoder.
    case bytes([UInt8])
    /// Nothing within the time.
    case timeout
    /// No more will come.
    case end
  }

  /// The path as the user gave it.
  public let path: String
  /// Size when opened; nil for a pipe or a device.
  public let size: Int?
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  /// Bytes that a decoder may put behind a block without moving it.
  private static let slack = 8192

  /// Opens `path`; `-` is standard input.
  ///
  /// A pipe with a name is kept open across its writers when `isEndless`, so that it never ends; else
  /// it ends when the last of them is gone. With `waitsForWriter` false it is opened before there is
  /// a writer, and read with a timeout.
  /// - Throws: `SourceError`; a directory is one.
  public init(
    path: String, isEndless: Bool = false, waitsForWriter: Bool = true
  ) throws(SourceError) {
    let isInput = path == "-"
    var status = stat()
    if isInput {
      guard fstat(STDIN_FILENO, &status) == 0 else { throw .opening(path, errno) }
    } else {
      guard stat(path, &status) == 0 else { throw .opening(path, errno) }
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw SourceError(.directory, path: path, number: EISDIR) }
    // A pipe opened for writing too has a writer at all times: this process.
    let pipeMode = isEndless ? O_RDWR : waitsForWriter ? O_RDONLY : O_RDONLY | O_NONBLOCK
    let mode = kind == S_IFIFO ? pipeMode : O_RDONLY
    let opened = isInput ? STDIN_FILENO : open(path, mode | O_CLOEXEC)
    guard opened >= 0 else { throw .opening(path, errno) }
    self.path = path
    descriptor = opened
    ownsDescriptor = !isInput
    size = kind == S_IFREG ? Int(status.st_size) : nil
  }

  deinit {
    if ownsDescriptor { close(descriptor) }
  }

  /// The next bytes, `bytesMax` at most, in the memory of `spare` if that is large enough; nil at
  /// the end.
  ///
  /// Waits as long as it takes.
  public mutating func read(
    upTo bytesMax: Int, into spare: consuming [UInt8] = []
  ) throws(SourceError) -> [UInt8]? {
    let block = try Self.read(descriptor, upTo: bytesMax, into: spare, path)
    return block.isEmpty ? nil : block
  }

  /// As `read`, but waits at most `timeoutMilliseconds`.
  public mutating func read(
    upTo bytesMax: Int, timeoutMilliseconds: Int
  ) throws(SourceError) -> Outcome {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&wait, 1, Int32(clamping: timeoutMilliseconds))
    if ready == 0 || (ready < 0 && errno == EINTR) { return .timeout }
    let block = try Self.read(descriptor, upTo: bytesMax, path)
    return block.isEmpty ? .end : .bytes(block)
  }

  /// One `read(2)`, tried again when a signal came between.
  static func read(
    _ descriptor: Int32, upTo bytesMax: Int, into spare: consuming [UInt8] = [], _ path: String
  ) throws(SourceError) -> [UInt8] {
    var failure: Int32 = 0
    var block = spare
    block.append(addingCapacity: bytesMax + slack) { (room: inout OutputSpan<UInt8>) in
      room.withUnsafeMutableBufferPointer { buffer, count in
        while true {
          let got = Glibc.read(descriptor, buffer.baseAddress, bytesMax)
          if got >= 0 {
            count = got
            return
          }
          if errno != EINTR {
            failure = errno
            return
          }
        }
      }
    }
    if failure == EISDIR { throw SourceError(.directory, path: path, number: failure) }
    if failure != 0 { throw SourceError(.unreadable, path: path, number: failure) }
    return block
  }
}
