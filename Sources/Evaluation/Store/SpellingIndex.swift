import Model

/// Finds the number of a series' spelling: by guessing first, by hash after.
///
/// Streams repeat their order, so the spelling that followed the last one before is tried first; one
/// comparison of bytes confirms it. Only a wrong guess costs a hash look-up.
/// - Complexity: `find` is O(bytes of the spelling).
struct SpellingIndex {
  /// What a spelling leads to; the first negative numbers are no series.
  private(set) var series: [Int32] = []
  private var places: [UnsafePointer<UInt8>] = []
  private var lengths: [UInt32] = []
  private var hashes: [UInt32] = []
  private var followers: [Int32] = []
  private let arena = ByteArena()
  private var table: [Int32] = []
  private var last: Int32 = -1

  /// Number of spellings known.
  var count: Int { series.count }
  /// Bytes of memory held.
  var heapBytes: Int { arena.heapBytes + series.capacity * 28 + table.capacity * 4 }

  /// The number of the spelling `bytes[0 ..< count]`; nil when it is new.
  @inline(__always)
  mutating func find(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    if last >= 0 {
      let guess = followers[Int(last)]
      if guess >= 0, isSpelling(guess, bytes, count) {
        last = guess
        return guess
      }
    }
    return findByHash(bytes, count)
  }

  @inline(__always)
  private func isSpelling(_ number: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    Int(lengths[Int(number)]) == count && equalBytes(places[Int(number)], bytes, count)
  }

  @inline(never)
  private mutating func findByHash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    guard !table.isEmpty else { return nil }
    let hash = hashBytes(bytes, count)
    let mask = table.count - 1
    var slot = Int(hash) & mask
    while table[slot] >= 0 {
      let number = table[slot]
      if hashes[Int(number)] == hash, isSpelling(number, bytes, count) {
        follow(number)
        return number
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private mutating func follow(_ number: Int32) {
    if last >= 0 { followers[Int(last)] = number }
    last = number
  }

  /// Remembers a new spelling that leads to `target`.
  ///
  /// - Precondition: `find` has just returned nil for these bytes.
  mutating func add(_ bytes: UnsafePointer<UInt8>, _ count: Int, series target: Int32) {
    let number = Int32(series.count)
    let hash = hashBytes(bytes, count)
    places.append(arena.add(bytes, count))
    lengths.append(UInt32(count))
    hashes.append(hash)
    followers.append(-1)
    series.append(target)
    follow(number)
    if series.count * 2 > table.count { grow() }
    insert(number, hash)
  }

  /// Makes every spelling lead where `target` says.
  mutating func retarget(_ target: (Int32) -> Int32) {
    for i in series.indices { series[i] = target(series[i]) }
  }

  /// Makes the spelling that `find` gave last lead to `target`.
  mutating func retargetLast(to target: Int32) {
    precondition(last >= 0, "no spelling was found yet")
    series[Int(last)] = target
  }

  private mutating func insert(_ number: Int32, _ hash: UInt32) {
    let mask = table.count - 1
    var slot = Int(hash) & mask
    while table[slot] >= 0 { slot = (slot + 1) & mask }
    table[slot] = number
  }

  private mutating func grow() {
    table = Array(repeating: -1, count: max(1024, table.count * 2))
    for number in hashes.indices where number < series.count - 1 {
      insert(Int32(number), hashes[number])
    }
  }
}

/// Runs of bytes that stay where they are for as long as the arena is there.
///
/// One array of them all would be copied each time it grows, and leave a part of it unused.
private final class ByteArena {
  private var pages: [UnsafeMutablePointer<UInt8>] = []
  private var end: UnsafeMutablePointer<UInt8>?
  /// Bytes behind `end` that are free.
  private var room = 0
  /// Bytes of all pages.
  private(set) var heapBytes = 0

  private static let pageBytes = 1 << 14

  deinit {
    for page in pages { page.deallocate() }
  }

  /// Copies `count` bytes.
  ///
  /// - Returns: where they are.
  func add(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UnsafePointer<UInt8> {
    guard let place = end, count <= room else {
      addPage(of: max(count, Self.pageBytes))
      return add(bytes, count)
    }
    place.update(from: bytes, count: count)
    end = place + count
    room -= count
    return UnsafePointer(place)
  }

  private func addPage(of bytes: Int) {
    let page = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes)
    pages.append(page)
    (end, room) = (page, bytes)
    heapBytes += bytes
  }
}

/// True when two runs of bytes are equal; eight bytes at a time.
@inline(__always)
private func equalBytes(
  _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int
) -> Bool {
  let a = UnsafeRawPointer(a)
  let b = UnsafeRawPointer(b)
  var offset = 0
  while offset &+ 8 <= count {
    if a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      != b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    {
      return false
    }
    offset &+= 8
  }
  while offset < count {
    if a.load(fromByteOffset: offset, as: UInt8.self)
      != b.load(fromByteOffset: offset, as: UInt8.self)
    {
      return false
    }
    offset &+= 1
  }
  return true
}

/// A 32-bit hash of bytes: multiply and fold, eight bytes at a time.
///
/// Not seeded: tables are bounded by `StoreLimits`, and results never depend on it.
func hashBytes(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
  let bytes = UnsafeRawPointer(bytes)
  var hash: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(count)
  var offset = 0
  while offset &+ 8 <= count {
    let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    let product = (hash ^ word).multipliedFullWidth(by: 0xbf58_476d_1ce4_e5b9)
    hash = product.high ^ product.low
    offset &+= 8
  }
  var tail: UInt64 = 0
  while offset < count {
    tail = tail << 8 | UInt64(bytes.load(fromByteOffset: offset, as: UInt8.self))
    offset &+= 1
  }
  let product = (hash ^ tail).multipliedFullWidth(by: 0x94d0_49bb_1331_11eb)
  return UInt32(truncatingIfNeeded: (product.high ^ product.low) >> 16)
}
