/// The timestamp read last, since most lines repeat it.
struct RecentTime: Sendable {
  private var head: UInt64 = 0
  private var middle: UInt64 = 0
  private var tail: UInt64 = 0
  private var count = 0
  private var time: Int64 = 0

  /// Remembers that `view[range]` is `time`; only texts of 8 to 24 bytes are remembered.
  @inline(__always)
  mutating func remember(_ view: ByteView, _ range: Range<Int>, _ time: Int64) {
    guard range.count >= 8, range.count <= 24 else { return }
    head = view.word(at: range.lowerBound)
    tail = view.word(at: range.upperBound &- 8)
    middle = view.word(at: range.lowerBound &+ (range.count &- 8) / 2)
    count = range.count
    self.time = time
  }

  /// As `read(_:_:_:)`, before anything but a digit, or the end of `view`.
  @inline(__always)
  func read(_ view: ByteView, _ at: inout Int) -> Int64? {
    guard count > 0, at &+ count <= view.count, view.word(at: at) == head,
      view.word(at: at &+ count &- 8) == tail,
      view.word(at: at &+ (count &- 8) / 2) == middle,
      at &+ count == view.count || !isDigit(view[at &+ count])
    else { return nil }
    at &+= count
    return time
  }

  /// The time at `at`, which moves behind it, if it is the same text before a line end.
  @inline(__always)
  func read(_ view: ByteView, _ at: inout Int, _ end: Int) -> Int64? {
    guard count > 0, at &+ count < end, view[at &+ count] == 0x0a,
      view.word(at: at) == head, view.word(at: at &+ count &- 8) == tail,
      view.word(at: at &+ (count &- 8) / 2) == middle
    else { return nil }
    at &+= count
    return time
  }
}
