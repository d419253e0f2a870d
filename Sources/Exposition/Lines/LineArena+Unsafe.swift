/// Room for the unescaped and joined texts of one line, which stay where they are until the next.
final class LineArena {
  /// The last piece is the one being filled; a new one is at least twice as large.
  private var pieces: [UnsafeMutableBufferPointer<UInt8>] = [.allocate(capacity: 4096)]
  private var used = 0

  init() {}

  deinit {
    for piece in pieces { piece.deallocate() }
  }

  /// Forgets the texts of the line before, and all pieces but the largest.
  @inline(__always)
  func begin() {
    used = 0
    if pieces.count > 1 { keepLargest() }
  }

  /// Calls `write` with room for `bytesMax` bytes; the view shows as many as it says it wrote.
  func store(bytesMax: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) -> ByteView {
    if bytesMax > pieces[pieces.count - 1].count - used {
      pieces.append(.allocate(capacity: max(bytesMax, 2 * pieces[pieces.count - 1].count)))
      used = 0
    }
    guard let base = pieces[pieces.count - 1].baseAddress else {
      preconditionFailure("a piece of a line arena without memory")
    }
    let start = base + used
    let count = write(start)
    assert(count <= bytesMax)
    used += count
    return ByteView(base: UnsafePointer(start), count: count)
  }

  /// The bytes of `text`.
  func store(_ text: String) -> ByteView {
    store(bytesMax: text.utf8.count) { target in
      for (offset, byte) in text.utf8.enumerated() { target[offset] = byte }
      return text.utf8.count
    }
  }

  /// The two names with an underscore between them.
  func joined(_ prefix: ByteView, _ name: ByteView) -> ByteView {
    store(bytesMax: prefix.count + 1 + name.count) { target in
      target.update(from: prefix.base, count: prefix.count)
      target[prefix.count] = UInt8(ascii: "_")
      (target + prefix.count + 1).update(from: name.base, count: name.count)
      return prefix.count + 1 + name.count
    }
  }

  private func keepLargest() {
    for piece in pieces.dropLast() { piece.deallocate() }
    pieces.removeFirst(pieces.count - 1)
    // One huge line must not hold its memory for ever.
    if pieces[0].count > 1 << 22 {
      pieces[0].deallocate()
      pieces[0] = .allocate(capacity: 4096)
    }
  }
}

extension ByteView {
  /// The bytes with each backslash left out that stands before a byte `isEscapable` accepts.
  func unescaped(in arena: LineArena, _ isEscapable: (UInt8) -> Bool) -> ByteView {
    guard firstIndex(of: UInt8(ascii: "\\")) != nil else { return self }
    return arena.store(bytesMax: count) { target in
      var written = 0
      var at = 0
      while at < count {
        if base[at] == UInt8(ascii: "\\"), at + 1 < count, isEscapable(base[at + 1]) { at += 1 }
        target[written] = base[at]
        written += 1
        at += 1
      }
      return written
    }
  }
}
