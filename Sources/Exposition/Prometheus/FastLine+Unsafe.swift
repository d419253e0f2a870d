import Model

// The one loop that all speed of text input hangs on. Measured on 120-byte lines; see Benchmarks.
//
// A line that begins with the series that is foreseen is compared with it, and what follows is read on
// to the line end. Else the series ends at the last brace of the line (value and timestamp have none)
// and is looked up in the memo by a hash of its bytes, so that nothing between the braces is looked at
// one by one.

extension TextDecoder {
  /// Decodes the line at `start` when it is `series number [time]` with the series that is foreseen,
  /// single blanks and a `\n`.
  ///
  /// Returns where the next line starts; nil, having changed nothing that shows, for every other line.
  @inline(__always)
  mutating func decodeForeseen(
    _ block: ByteView, _ start: Int, _ end: Int, _ context: LineContext, into rows: inout RowBuffer
  ) -> Int? {
    guard let (number, count) = sequence.foresee(block, start, end) else { return nil }
    let rest = ByteView(base: block.base, count: end)
    var at = start &+ count &+ 1
    guard let value = DecimalNumber.parsePrefix(rest, &at), at < end else { return nil }
    var time = context.arrival
    if rest[at] == 0x20 {
      at &+= 1
      if let recent = recentTime.read(rest, &at, end) {
        time = recent
      } else {
        let first = at
        guard dialect != .either, let read = timestamp(rest, &at), context.accepts(read) else {
          return nil
        }
        recentTime.remember(rest, first..<at, read)
        time = read
      }
    }
    guard at < end, rest[at] == 0x0a, at &- start <= context.limits.lineBytesMax else { return nil }
    rows.append(key: start..<start &+ count, time: time, value: value, spelling: number)
    return at &+ 1
  }

  /// The digits at `at`, and a fraction where the dialect has seconds, in milliseconds.
  @inline(__always)
  private func timestamp(_ rest: ByteView, _ at: inout Int) -> Int64? {
    let first = at
    var sum: Int64 = 0
    while at < rest.count, isDigit(rest[at]) {
      sum = sum &* 10 &+ Int64(rest[at] &- 0x30)
      at &+= 1
    }
    let digits = at &- first
    // Fifteen digits of seconds still fit when they become milliseconds.
    guard digits >= 1, digits <= 15 else { return nil }
    guard dialect == .openmetrics else { return sum }
    sum = sum &* 1000
    return at < rest.count ? sum &+ fraction(rest, &at) : sum
  }

  /// Decodes `block[line]` when it is `series number [time]` with single blanks.
  ///
  /// Returns false, having changed nothing but the memo, for every other line, wrong ones included.
  /// - Precondition: the line has 16 bytes or more.
  @inline(__always)
  mutating func decodeFast(
    _ block: ByteView, _ line: Range<Int>, _ context: LineContext, into rows: inout RowBuffer
  ) -> Bool {
    guard let keyEnd = block.seriesEnd(in: line), block[keyEnd] == 0x20 else { return false }
    let rest = ByteView(base: block.base, count: line.upperBound)
    var at = keyEnd &+ 1
    guard let value = DecimalNumber.parsePrefix(rest, &at) else { return false }
    var time = context.arrival
    if at < line.upperBound {
      guard dialect != .either, rest[at] == 0x20 else { return false }
      at &+= 1
      guard let read = timestamp(rest, &at), at == line.upperBound, context.accepts(read) else {
        return false
      }
      time = read
    }
    let key = line.lowerBound..<keyEnd
    let hash = SpellingMemo.hash(block, key)
    if let number = memo.number(of: hash) {
      sequence.follow(number)
      rows.append(key: key, time: time, value: value, spelling: number)
    } else {
      guard learn(block[line], key.count, hash, context.limits) else { return false }
      rows.append(key: key, time: time, value: value, spelling: SampleBatch.noSpelling)
    }
    return true
  }

  /// Reads the first `count` bytes of `line` as a series and remembers them if they are one.
  @inline(never)
  private mutating func learn(
    _ line: ByteView, _ count: Int, _ hash: UInt64, _ limits: DecoderLimits
  ) -> Bool {
    guard let key = try? scanSeries(line, from: 0, limits), key.upperBound == count else {
      return false
    }
    memo.insert(hash, number: sequence.add(line, 0..<count))
    return true
  }
}

/// Milliseconds of the `.digits` at `at`; where there are none `at` stays.
@inline(__always)
private func fraction(_ view: ByteView, _ at: inout Int) -> Int64 {
  guard view[at] == 0x2e else { return 0 }
  at &+= 1
  var weight: Int64 = 100
  var sum: Int64 = 0
  while at < view.count, isDigit(view[at]) {
    sum &+= weight &* Int64(view[at] &- 0x30)
    weight /= 10
    at &+= 1
  }
  return sum
}

extension ByteView {
  /// Offset after the last `}` of a line of 16 bytes or more, or of its first blank when it has none.
  ///
  /// Nil when neither is followed by another byte.
  @inline(__always)
  fileprivate func seriesEnd(in line: Range<Int>) -> Int? {
    let braces: UInt64 = 0x7d7d_7d7d_7d7d_7d7d
    let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
    var at = line.upperBound &- 8
    while true {
      let difference = word(at: at) ^ braces
      // Highest bit of each byte: set where the byte equals the brace (exact, no carries).
      let matches = ~(((difference & low) &+ low) | difference | low)
      if matches != 0 {
        let end = at &+ 8 &- (matches.leadingZeroBitCount >> 3)
        return end < line.upperBound ? end : nil
      }
      if at == line.lowerBound { break }
      at = max(at &- 8, line.lowerBound)
    }
    guard let blank = firstIndex(of: 0x20, from: line.lowerBound), blank < line.upperBound else {
      return nil
    }
    return blank
  }
}

/// Rows on their way into a batch, a thousand at a time.
///
/// Appending to the four arrays of a batch checks each of them for each row; this does not.
struct RowBuffer: ~Copyable {
  private static let capacity = 1024
  private let keyStarts = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
  private let keyEnds = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
  private let times = UnsafeMutablePointer<Int64>.allocate(capacity: capacity)
  private let values = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
  private let spellings = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
  private var count = 0

  deinit {
    keyStarts.deallocate()
    keyEnds.deallocate()
    times.deallocate()
    values.deallocate()
    spellings.deallocate()
  }

  var isFull: Bool { count == Self.capacity }

  /// Adds one row; there must be room.
  @inline(__always)
  mutating func append(key: Range<Int>, time: Int64, value: Double, spelling: UInt32) {
    assert(!isFull)
    keyStarts[count] = UInt32(truncatingIfNeeded: key.lowerBound)
    keyEnds[count] = UInt32(truncatingIfNeeded: key.upperBound)
    times[count] = time
    values[count] = value
    spellings[count] = spelling
    count &+= 1
  }

  /// Moves all rows to the end of `batch`.
  mutating func flush(into batch: inout SampleBatch) {
    // Rows that came another way have no number.
    let others = batch.count - batch.spellings.count
    batch.spellings.append(contentsOf: repeatElement(SampleBatch.noSpelling, count: others))
    guard count > 0 else { return }
    batch.spellings.append(contentsOf: UnsafeBufferPointer(start: spellings, count: count))
    batch.keyStarts.append(contentsOf: UnsafeBufferPointer(start: keyStarts, count: count))
    batch.keyEnds.append(contentsOf: UnsafeBufferPointer(start: keyEnds, count: count))
    batch.times.append(contentsOf: UnsafeBufferPointer(start: times, count: count))
    batch.values.append(contentsOf: UnsafeBufferPointer(start: values, count: count))
    count = 0
  }
}
