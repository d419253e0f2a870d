/// Which series spellings were found right before, so that a repeated one is not read again.
///
/// A set of 64-bit hashes with linear probing. Two spellings of one hash would let a wrong one
/// through once in 2⁶⁴; whoever parses the spelling into labels then still refuses it.
/// Bounded: beyond `entriesMax` it forgets everything and starts over.
struct SpellingMemo: Sendable {
  private var table: [UInt64]
  private var count = 0
  private let entriesMax: Int

  init(entriesMax: Int = 1 << 19) {
    self.entriesMax = entriesMax
    table = [UInt64](repeating: 0, count: 1 << 10)
  }

  /// True when `hash` was inserted.
  @inline(__always)
  func contains(_ hash: UInt64) -> Bool {
    table.withUnsafeBufferPointer { slots in
      let mask = slots.count &- 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 {
        if slots[slot] == hash { return true }
        slot = (slot &+ 1) & mask
      }
      return false
    }
  }

  /// Remembers `hash`.
  mutating func insert(_ hash: UInt64) {
    if count >= entriesMax {
      table = [UInt64](repeating: 0, count: 1 << 10)
      count = 0
    } else if count * 2 >= table.count {
      let old = table
      table = [UInt64](repeating: 0, count: old.count * 2)
      for hash in old where hash != 0 { place(hash) }
    }
    place(hash)
    count += 1
  }

  private mutating func place(_ hash: UInt64) {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 { slot = (slot + 1) & mask }
    table[slot] = hash
  }

  /// A hash of `view[range]`, never 0: folded 64×64-bit products (after wyhash).
  ///
  /// - Precondition: `view` has 16 bytes from the start of `range` on.
  @inline(__always)
  static func hash(_ view: ByteView, _ range: Range<Int>) -> UInt64 {
    let length = range.count
    var hash = UInt64(truncatingIfNeeded: length) ^ 0xa076_1d64_78bd_642f
    var at = range.lowerBound
    let end = range.upperBound
    if length < 16 {
      // Bytes past the end are cut off; they belong to the same line.
      let low = length >= 8 ? UInt64.max : (1 << UInt64(length * 8)) - 1
      let high = length > 8 ? (1 << UInt64((length - 8) * 8)) - 1 : UInt64(0)
      hash = fold(hash, view.word(at: at) & low, view.word(at: at + 8) & high)
    } else {
      // Two chains of products, for one alone would wait for each multiplication.
      var second = hash
      while at &+ 32 <= end {
        hash = fold(hash, view.word(at: at), view.word(at: at &+ 8))
        second = fold(second, view.word(at: at &+ 16), view.word(at: at &+ 24))
        at &+= 32
      }
      if at &+ 16 <= end { hash = fold(hash, view.word(at: at), view.word(at: at &+ 8)) }
      second = fold(second, view.word(at: end &- 16), view.word(at: end &- 8))
      hash = fold(hash, second, 0x8ebc_6af0_9c88_c6e3)
    }
    return hash == 0 ? 1 : hash
  }

  /// As `hash` of the whole view, which may be shorter than 16 bytes.
  @inline(__always)
  static func hashOfAnyLength(_ view: ByteView) -> UInt64 {
    let length = view.count
    if length >= 16 { return hash(view, 0..<length) }
    let seed = UInt64(truncatingIfNeeded: length) ^ 0xa076_1d64_78bd_642f
    if length >= 8 { return fold(seed, view.word(at: 0), view.word(at: length - 8)) }
    var word: UInt64 = 0
    for offset in 0..<length { word = word << 8 | UInt64(view[offset]) }
    return fold(seed, word, 0)
  }

  /// The hash of two things in this order, never 0.
  @inline(__always)
  static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let hash = fold(first, second, 0x8ebc_6af0_9c88_c6e3)
    return hash == 0 ? 1 : hash
  }

  @inline(__always)
  private static func fold(_ hash: UInt64, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0xe703_7ed1_a0b4_28db).multipliedFullWidth(by: b ^ hash)
    return product.high ^ product.low
  }
}
