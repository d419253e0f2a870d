/// Which series spellings were found right before, so that a repeated one is not read again.
///
/// A set of 64-bit hashes with linear probing. Two spellings of one hash would let a wrong one
/// through once in 2⁶⁴; whoever parses the spelling into labels then still refuses it.
/// Bounded: beyond `entriesMax` it forgets everything and starts over.
struct SpellingMemo: Sendable {
  private struct Entry {
    var hash: UInt64 = 0
    var number: UInt32 = 0
  }

  private var table: [Entry]
  private var count = 0
  private let entriesMax: Int

  init(entriesMax: Int = 1 << 21) {
    self.entriesMax = entriesMax
    table = [Entry](repeating: Entry(), count: 1 << 10)
  }

  /// The number under which `hash` was inserted; nil when it was not.
  @inline(__always)
  func number(of hash: UInt64) -> UInt32? {
    table.withUnsafeBufferPointer { slots in
      let mask = slots.count &- 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot].hash != 0 {
        if slots[slot].hash == hash { return slots[slot].number }
        slot = (slot &+ 1) & mask
      }
      return nil
    }
  }

  /// Remembers `hash`.
  mutating func insert(_ hash: UInt64, number: UInt32 = 0) {
    if count >= entriesMax {
      table = [Entry](repeating: Entry(), count: 1 << 10)
      count = 0
    } else if count * 2 >= table.count {
      let old = table
      table = [Entry](repeating: Entry(), count: old.count * 2)
      for entry in old where entry.hash != 0 { place(entry) }
    }
    place(Entry(hash: hash, number: number))
    count += 1
  }

  private mutating func place(_ entry: Entry) {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: entry.hash) & mask
    while table[slot].hash != 0 { slot = (slot + 1) & mask }
    table[slot] = entry
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
