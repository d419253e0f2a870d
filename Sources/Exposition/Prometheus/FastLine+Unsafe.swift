import Model

// The one loop that all speed of text input hangs on. Measured on 120-byte lines; see Benchmarks.
//
// The series ends at the last brace of the line (value and timestamp have none) and is looked up in
// the memo by a hash of its bytes, so that nothing between the braces is looked at one by one.

extension TextDecoder {
  /// Decodes `block[line]` when it is `series number [milliseconds]` with single blanks.
  ///
  /// Returns false, having changed nothing but the memo, for every other line, wrong ones included.
  /// - Precondition: the line has 16 bytes or more.
  @inline(__always)
  mutating func decodeFast(
    _ block: ByteView, _ line: Range<Int>, _ reading: Reading, into batch: inout SampleBatch
  ) -> Bool {
    guard let keyEnd = block.seriesEnd(in: line), block[keyEnd] == 0x20 else { return false }
    let rest = ByteView(base: block.base, count: line.upperBound)
    var at = keyEnd &+ 1
    guard let value = DecimalNumber.parsePrefix(rest, &at) else { return false }
    var time = reading.arrival
    if at < line.upperBound {
      guard dialect == .prometheus, rest[at] == 0x20 else { return false }
      at &+= 1
      let first = at
      var sum: Int64 = 0
      while at < line.upperBound, isDigit(rest[at]) {
        sum = sum &* 10 &+ Int64(rest[at] &- 0x30)
        at &+= 1
      }
      let digits = at &- first
      guard at == line.upperBound, digits >= 1, digits <= 18, reading.accepts(sum) else {
        return false
      }
      time = sum
    }
    let key = line.lowerBound..<keyEnd
    let hash = SpellingMemo.hash(block, key)
    if !memo.contains(hash) {
      guard learn(block[line], key.count, hash, reading.limits) else { return false }
    }
    batch.append(key: key, time: time, value: value)
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
    memo.insert(hash)
    return true
  }
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
