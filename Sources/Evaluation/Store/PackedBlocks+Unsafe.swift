import CPrefetch

/// Packed blocks of one series in one allocation: blocks from the front, the places where they begin
/// from the back.
///
/// Blocks are numbered since the series began, so a number stays valid when older ones are dropped.
struct PackedBlocks {
  private var memory: UnsafeMutableRawPointer?
  /// Bytes of blocks, those of dropped ones that were not cleared away yet included.
  private var used: UInt32 = 0
  private var capacity: UInt32 = 0
  /// Number of the oldest block held.
  private(set) var first: Int32 = 0
  /// Number of the block after the newest.
  private(set) var end: Int32 = 0
  /// Dropped blocks in front whose bytes are still there.
  private var dropped: Int32 = 0
  /// Where the newest block begins, when there is one.
  ///
  /// It is asked for most, and the table says it only after one more look into far memory.
  private var newestStart: UInt32 = 0

  /// True when there is no block.
  var isEmpty: Bool { first == end }

  /// Bytes of heap memory, with what the allocator adds.
  var heapBytes: Int { memory == nil ? 0 : allocatedBytes(Int(capacity)) }

  /// Lets the first block have number `number`.
  ///
  /// - Precondition: there is no block.
  mutating func begin(at number: Int32) {
    precondition(isEmpty, "blocks are held already")
    first = number
    end = number
  }

  /// The header of block number `block`, which is held.
  @inline(__always)
  func header(_ block: Int32) -> BlockHeader { BlockHeader(at: place(block)) }

  @inline(__always)
  private func place(_ block: Int32) -> UnsafeMutableRawPointer {
    let isNewest = block &+ 1 == end
    return memory.unsafelyUnwrapped
      + Int(isNewest ? newestStart : start(block &- first &+ dropped))
  }

  /// Where the block in slot `slot` begins.
  @inline(__always)
  private func start(_ slot: Int32) -> UInt32 {
    memory.unsafelyUnwrapped.load(
      fromByteOffset: Int(capacity) &- 4 &* Int(slot &+ 1), as: UInt32.self)
  }

  private func setStart(_ slot: Int32, _ start: UInt32) {
    memory.unsafelyUnwrapped.storeBytes(
      of: start, toByteOffset: Int(capacity) - 4 * Int(slot + 1), as: UInt32.self)
  }

  /// Unpacks block number `block`, which is held; of samples before `first` nothing need be written,
  /// nor times that the view's `step` tells unless `times` are wanted.
  func load(_ block: Int32, from first: Int, into view: BlockView, times: Bool) {
    let place = place(block)
    let header = BlockHeader(at: place)
    let first = min(first, Int(header.count))
    view.count = Int(header.count)
    view.firstTime = header.firstTime
    view.step = header.timeWidth == 0 ? Int64(header.timeStep) : 0
    if times || view.step == 0 {
      header.decodeTimes(at: place, from: first, view.times)
    }
    header.decodeValues(at: place, from: first, view.values)
    view.mayBeStale = header.mayBeStale
  }

  /// Asks for the memory that says where blocks begin.
  @inline(__always)
  func prefetchPlaces() {
    guard let memory else { return }
    let blocks = Int(end &- first &+ dropped)
    let place = Int(capacity) &- 4 &* blocks
    prefetch_line(memory + place)
  }

  /// Asks for the memory of the first block, where `drop` looks.
  @inline(__always)
  func prefetchFirst() {
    if dropped == 0, let memory { prefetch_line(memory) }
  }

  /// Asks for the memory of block number `block`; nothing happens when it is not held.
  @inline(__always)
  func prefetch(_ block: Int32) {
    guard block >= first, block < end else { return }
    let place = place(block)
    prefetch_line(place)
    prefetch_line(place + 64)
  }

  /// Asks for the memory of the last block, and of where it grows.
  @inline(__always)
  func prefetchLast() {
    guard let memory else { return }
    prefetch_line(memory + Int(newestStart))
    prefetch_line(memory + Int(used))
  }

  /// Packs samples as a new block; `mantissas` is memory to work in.
  mutating func append(_ samples: RunOfSamples, _ mantissas: UnsafeMutablePointer<Int64>) {
    let older = isEmpty ? nil : self.header(end - 1)
    let header = BlockHeader.plan(samples, after: older, mantissas)
    makeRoom(for: header.blockBytes, later: header.bytesToFill)
    header.write(samples, mantissas, to: memory.unsafelyUnwrapped + Int(used))
    setStart(end - first + dropped, used)
    newestStart = used
    used += UInt32(header.blockBytes)
    end += 1
  }

  /// Packs samples behind those of the last block, without unpacking it; false when they do not fit its
  /// form.
  ///
  /// `mantissas` is memory to work in.
  mutating func extendLast(
    _ samples: RunOfSamples, _ mantissas: UnsafeMutablePointer<Int64>
  ) -> Bool {
    guard !isEmpty else { return false }
    let old = header(end - 1)
    guard let grown = old.extended(by: samples, mantissas, at: place(end - 1)) else {
      return false
    }
    let bytes = grown.blockBytes - old.blockBytes
    makeRoom(for: bytes, later: grown.bytesToFill)
    grown.writeAdded(to: old, samples.values, mantissas, at: place(end - 1))
    used += UInt32(bytes)
    return true
  }

  /// Unpacks the last block into `scratch` and takes it away.
  mutating func takeLast(_ scratch: BlockHeader.Scratch) {
    precondition(!isEmpty, "there is no block to take")
    let last = header(end - 1)
    last.decodeTimes(at: place(end - 1), from: 0, scratch.times)
    last.decodeValues(at: place(end - 1), from: 0, scratch.values)
    cut(to: end - 1)
  }

  /// Takes away block number `block` and all after it.
  mutating func cut(to block: Int32) {
    guard block < end else { return }
    used = start(max(block, first) - first + dropped)
    end = max(block, first)
    if !isEmpty { newestStart = start(end - 1 - first + dropped) }
  }

  private func needed(for blockBytes: Int) -> Int {
    Int(used) + blockBytes + BlockHeader.slack + 4 * Int(end - first + dropped + 1)
  }

  /// Sees to it that one more block of so many bytes has room, or the last one as it grows by so many;
  /// `later` is how much more it will grow by.
  private mutating func makeRoom(for blockBytes: Int, later: Int) {
    if needed(for: blockBytes) <= Int(capacity) { return }
    clearDropped()
    let needed = needed(for: blockBytes)
    if needed <= Int(capacity) { return }
    // What is moved now is not moved again until the last block is full; of a short series, which may
    // stay one, only a part of that. And what the allocator would round up to.
    let bytes = (needed + min(later, needed / 4) + 8 + 15) & ~15 - 8
    let grown = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
    if let memory {
      let table = 4 * Int(end - first)
      grown.copyMemory(from: memory, byteCount: Int(used))
      (grown + bytes - table).copyMemory(from: memory + Int(capacity) - table, byteCount: table)
      memory.deallocate()
    }
    memory = grown
    capacity = UInt32(bytes)
  }

  /// Drops blocks whose samples are all older than `time`, the last one not if `keepsLast`.
  ///
  /// - Returns: number of blocks dropped.
  mutating func drop(before time: Int64, keepingLast keepsLast: Bool) -> Int {
    let last = keepsLast ? end - 1 : end
    var count: Int32 = 0
    while first + count < last, header(first + count).lastTime < time { count += 1 }
    guard count > 0 else { return 0 }
    first += count
    dropped += count
    // Moving the rest costs less than packing what was dropped did.
    if first == end || start(dropped) >= used / 16 { clearDropped() }
    return Int(count)
  }

  /// True when `drop(before:keepingLast:)` would drop something.
  func drops(before time: Int64, keepingLast keepsLast: Bool) -> Bool {
    first < (keepsLast ? end - 1 : end) && header(first).lastTime < time
  }

  /// Moves the blocks held to the front.
  private mutating func clearDropped() {
    guard let memory, dropped > 0 else { return }
    let gone = first == end ? used : start(dropped)
    memory.copyMemory(from: memory + Int(gone), byteCount: Int(used - gone))
    for slot in 0..<(end - first) { setStart(slot, start(slot + dropped) - gone) }
    used -= gone
    if !isEmpty { newestStart -= gone }
    dropped = 0
  }

  /// Number of the first block whose last sample is later than `time`; `end` when none is.
  ///
  /// - Complexity: O(log blocks)
  func firstBlock(endingAfter time: Int64) -> Int32 {
    var low = first
    var high = end
    while low < high {
      let middle = (low &+ high) / 2
      if header(middle).lastTime > time { high = middle } else { low = middle &+ 1 }
    }
    return low
  }

  /// Gives the memory back; the value must not be used afterwards.
  func deallocate() { memory?.deallocate() }
}
