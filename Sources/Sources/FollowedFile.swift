import Glibc

/// Where reading of a followed file got to; survives a restart of the program.
public struct FilePosition: Hashable, Sendable, Codable {
  /// Device of the file.
  public var device: UInt64
  /// Number of the file on its device: changes when it is rotated.
  public var inode: UInt64
  /// Bytes read.
  public var offset: Int

  /// A position in the file of that device and number.
  public init(device: UInt64, inode: UInt64, offset: Int) {
    self.device = device
    self.inode = inode
    self.offset = offset
  }
}

/// A file that grows, like `tail -F`: survives rotation, truncation and being created late.
///
/// Polled, not watched: a read that finds nothing looks whether the path now names another file
/// (rotation by rename: the old one was read to its end, the new one is read from its start) or the
/// file became shorter than what was read (truncation: it is read from its start). An unfinished
/// last line is then ended with a line break, for nothing will complete it. A file that is truncated
/// and grows beyond the old place between two reads cannot be told from one that only grew.
public struct FollowedFile: ~Copyable {
  /// The path as the user gave it.
  public let path: String
  private var descriptor: Int32 = -1
  /// Where the next read starts; nil while the file does not exist.
  public private(set) var position: FilePosition?
  private var endsInLine = false

  /// Follows `path`, from `position` on when the file is still that one, else from its start.
  public init(path: String, resumingAt position: FilePosition? = nil) {
    self.path = path
    self.position = position
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The next bytes, `bytesMax` at most; nil when there are none yet.
  ///
  /// - Throws: `SourceError`; a file that does not exist yet is none.
  public mutating func read(upTo bytesMax: Int) throws(SourceError) -> [UInt8]? {
    if descriptor < 0 {
      guard try open() else { return nil }
    }
    if let block = try readOn(upTo: bytesMax) { return block }
    guard try hasMoved() else { return nil }
    // What was written between the last read and the move.
    if let block = try readOn(upTo: bytesMax) { return block }
    close(descriptor)
    descriptor = -1
    position = nil
    if endsInLine {
      endsInLine = false
      return [0x0a]
    }
    return try open() ? try readOn(upTo: bytesMax) : nil
  }

  private mutating func readOn(upTo bytesMax: Int) throws(SourceError) -> [UInt8]? {
    let block = try ByteSource.read(descriptor, upTo: bytesMax, path)
    guard let last = block.last else { return nil }
    position?.offset += block.count
    endsInLine = last != 0x0a
    return block
  }

  /// Opens the file; false when it does not exist.
  private mutating func open() throws(SourceError) -> Bool {
    let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    if opened < 0 {
      if errno == ENOENT { return false }
      throw .opening(path, errno)
    }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(opened)
      throw SourceError(.directory, path: path, number: EISDIR)
    }
    descriptor = opened
    let start = FilePosition(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), offset: 0)
    if let position, position.device == start.device, position.inode == start.inode,
      position.offset <= Int(status.st_size), lseek(opened, off_t(position.offset), SEEK_SET) >= 0
    {
      return true
    }
    position = start
    return true
  }

  /// True when the path names another file or none, or the file is shorter than what was read.
  private func hasMoved() throws(SourceError) -> Bool {
    var own = stat()
    guard let position, fstat(descriptor, &own) == 0 else { return true }
    if Int(own.st_size) < position.offset { return true }
    var named = stat()
    guard stat(path, &named) == 0 else {
      // Between a rotation's two steps there is no file: wait for the new one.
      return false
    }
    return named.st_ino != own.st_ino || named.st_dev != own.st_dev
  }
}
