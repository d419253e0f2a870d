import CPrefetch
import Model

/// Where a sample stands in its ring: the number of its block since the series began, and its place
/// in the block.
///
/// Stays valid when samples are packed and when older blocks are dropped.
struct RingPosition: Equatable {
  var block: Int32
  var index: Int32

  static let start = RingPosition(block: 0, index: 0)
}

/// The samples of one series, oldest first: packed blocks, and a chunk of the newest as they came.
///
/// A full chunk is packed together with the last block as long as that has room, so the newest block
/// is in two parts: `tailCount` samples packed and `chunkCount` not. Memory is one allocation for all
/// packed blocks and one for the chunk.
///
/// A ring takes 64 bytes, one line of the cache, and an append touches that and one line of the chunk.
///
/// Invariant: times strictly rise over the whole ring. Memory is freed by `deallocate`, which
/// `RingSet`, the only owner of rings, calls.
struct Ring {
  /// The packed blocks.
  private var packed = PackedBlocks()
  /// Values of the chunk; where `hasOffsets`, followed by their times as offsets from `blockTime`.
  private var chunk: UnsafeMutablePointer<Double>?
  /// Time of the first sample of the newest block.
  private var blockTime: Int64 = 0
  /// Time of the newest sample; `Int64.min` before the first.
  private(set) var lastTime = Int64.min
  /// Distance of the chunk's samples in ms, where not `hasOffsets`.
  private var step: UInt32 = 0
  private var chunkCount: UInt8 = 0
  private var chunkCapacity: UInt8 = 0
  /// Packed samples of the newest block, 0 when the chunk begins a block.
  private var tailCount: UInt8 = 0
  private var hasOffsets = false

  /// Most samples that are not packed: an allocation of 120 bytes.
  static let chunkCapacity = 15

  /// Number of the oldest block that is still held.
  var firstBlock: Int32 { packed.first }

  /// Number of the block after the newest one.
  var endBlock: Int32 { packed.end &+ (chunkCount > 0 && tailCount == 0 ? 1 : 0) }

  /// Time of the oldest sample held; nil when none is.
  var firstTime: Int64? {
    if !packed.isEmpty { return packed.header(packed.first).firstTime }
    return chunkCount > 0 ? chunkTime(0) : nil
  }

  /// True when no sample is held.
  var isEmpty: Bool { packed.isEmpty && chunkCount == 0 }

  /// Number of samples held.
  var count: Int {
    var sum = Int(chunkCount)
    for block in packed.first..<packed.end { sum += Int(packed.header(block).count) }
    return sum
  }

  /// Bytes of heap memory held, with what the allocator adds.
  var heapBytes: Int {
    packed.heapBytes + (chunk == nil ? 0 : allocatedBytes(chunkBytes(Int(chunkCapacity))))
  }

  /// Value of the newest sample.
  ///
  /// - Precondition: the ring is not empty.
  var lastValue: Double {
    chunk.unsafelyUnwrapped[Int(chunkCount) &- 1]
  }

  private var offsets: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(chunk.unsafelyUnwrapped + Int(chunkCapacity))
      .assumingMemoryBound(to: UInt32.self)
  }

  private func chunkBytes(_ capacity: Int) -> Int { capacity &* (hasOffsets ? 12 : 8) }

  /// Adds a sample that is newer than every other.
  ///
  /// - Complexity: O(1); every 15th sample packs a chunk.
  @inline(__always)
  mutating func append(_ time: Int64, _ value: Double, _ scratch: BlockHeader.Scratch) {
    assert(time > lastTime, "times of a ring must rise: \(time) after \(lastTime)")
    if !appendExpected(time, value) { appendWithCare(time, value, scratch) }
  }

  /// Adds a sample that only has to be put where there is room for it.
  ///
  /// - Returns: false for every other sample, one that is not newer among them; it is not added.
  @inline(__always)
  mutating func appendExpected(_ time: Int64, _ value: Double) -> Bool {
    let distance = time &- lastTime
    // Each unsigned comparison says two things: "not before the block" and "within 49 days of it";
    // "the chunk has begun" and "it has room".
    guard time > lastTime, hasOffsets || distance == Int64(step),
      UInt64(bitPattern: time &- blockTime) <= UInt64(UInt32.max),
      chunkCount &- 1 < chunkCapacity &- 1
    else { return false }
    store(time, value)
    return true
  }

  @inline(__always)
  private mutating func store(_ time: Int64, _ value: Double) {
    chunk.unsafelyUnwrapped[Int(chunkCount)] = value
    if hasOffsets { offsets[Int(chunkCount)] = UInt32(truncatingIfNeeded: time &- blockTime) }
    chunkCount &+= 1
    lastTime = time
  }

  @inline(never)
  private mutating func appendWithCare(
    _ time: Int64, _ value: Double, _ scratch: BlockHeader.Scratch
  ) {
    let isFar = UInt64(bitPattern: time &- blockTime) > UInt64(UInt32.max)
    if Int(chunkCount) == Self.chunkCapacity || isFar { packChunk(scratch) }
    if isFar { tailCount = 0 }
    if chunkCount == 0 {
      if tailCount == 0 { blockTime = time }
    } else if chunkCount == 1, !hasOffsets {
      step = UInt32(truncatingIfNeeded: time &- lastTime)
    } else if !hasOffsets, time &- lastTime != Int64(step) {
      storeOffsets()
    }
    if chunkCount == chunkCapacity { growChunk() }
    store(time, value)
  }

  private mutating func growChunk() {
    // Many series have a few samples only, and those that go on soon fill a chunk.
    moveChunk(capacity: chunkCapacity == 0 ? 3 : Self.chunkCapacity, hasOffsets: hasOffsets)
  }

  /// Gives the samples of the chunk a time each, once they are not at even distances.
  private mutating func storeOffsets() {
    moveChunk(capacity: Int(chunkCapacity), hasOffsets: true)
  }

  private mutating func moveChunk(capacity: Int, hasOffsets hasThem: Bool) {
    let old = self
    chunkCapacity = UInt8(capacity)
    hasOffsets = hasThem
    let bytes = chunkBytes(capacity)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
      .assumingMemoryBound(to: Double.self)
    chunk = moved
    guard let source = old.chunk else { return }
    moved.update(from: source, count: Int(old.chunkCount))
    if hasOffsets {
      for i in 0..<Int(old.chunkCount) {
        offsets[i] = UInt32(truncatingIfNeeded: old.chunkTime(i) &- blockTime)
      }
    }
    source.deallocate()
  }

  /// Time of sample `index` of the chunk.
  @inline(__always)
  private func chunkTime(_ index: Int) -> Int64 {
    hasOffsets
      ? blockTime &+ Int64(offsets[index])
      : lastTime &- Int64(Int(chunkCount) &- 1 &- index) &* Int64(step)
  }

  /// Moves the chunk's samples into the last block, or into one of their own.
  private mutating func packChunk(_ scratch: BlockHeader.Scratch) {
    guard chunkCount > 0, let chunk else { return }
    let count = Int(tailCount) + Int(chunkCount)
    let step = evenStep
    if step == 0 { copyTimes(to: scratch.times) }
    let run = RunOfSamples(
      count: Int(chunkCount), values: chunk, firstTime: chunkTime(0), step: step,
      times: scratch.times)
    if tailCount == 0 {
      packed.append(run, scratch.mantissas)
    } else if !packed.extendLast(run, scratch.mantissas) {
      packed.takeLast(scratch)
      copyTimes(to: scratch.times + Int(tailCount))
      (scratch.values + Int(tailCount)).update(from: chunk, count: Int(chunkCount))
      packed.append(scratch.run(count), scratch.mantissas)
    }
    tailCount = count + Self.chunkCapacity <= BlockHeader.capacity ? UInt8(count) : 0
    // Offsets that turned out not to be needed.
    if hasOffsets, step > 0, chunkCount > 2 { releaseChunk() }
    chunkCount = 0
  }

  /// Distance of the chunk's samples in ms, 0 when it is not the same for all or there is only one.
  private var evenStep: Int64 {
    let count = Int(chunkCount)
    guard count > 1 else { return 0 }
    guard hasOffsets else { return Int64(step) }
    let step = offsets[1] &- offsets[0]
    for i in stride(from: 2, to: count, by: 1) where offsets[i] &- offsets[i &- 1] != step {
      return 0
    }
    return Int64(step)
  }

  private mutating func releaseChunk() {
    chunk?.deallocate()
    chunk = nil
    chunkCapacity = 0
    hasOffsets = false
  }

  private func copyTimes(to times: UnsafeMutablePointer<Int64>) {
    if hasOffsets {
      for i in 0..<Int(chunkCount) { times[i] = chunkTime(i) }
    } else {
      let step = Int64(step)
      var time = chunkTime(0)
      for i in 0..<Int(chunkCount) {
        times[i] = time
        time &+= step
      }
    }
  }

  /// Drops blocks whose samples are all older than `time`.
  ///
  /// - Returns: number of blocks dropped.
  @discardableResult
  mutating func drop(before time: Int64) -> Int {
    packed.drop(before: time, keepingLast: tailCount > 0)
  }

  /// True when `drop(before:)` would drop something.
  func drops(before time: Int64) -> Bool { packed.drops(before: time, keepingLast: tailCount > 0) }

  /// Where the ring ends now; samples that join it later lie behind.
  var mark: RingMark {
    RingMark(first: firstBlock, end: endBlock, newest: tailCount &+ chunkCount)
  }

  /// Puts a late sample into its place.
  ///
  /// Readers must not have passed it. The blocks from its place on are packed anew.
  /// - Returns: false when the sample's time is taken, or lies before the first sample.
  mutating func insert(_ time: Int64, _ value: Double, _ scratch: BlockHeader.Scratch) -> Bool {
    guard !isEmpty, time < lastTime else { return false }
    let view = BlockView()
    var later: [(time: Int64, value: Double)] = []
    let block = firstBlock(endingAfter: time - 1)
    for block in block..<endBlock {
      load(block, into: view)
      for i in 0..<view.count { later.append((view.times[i], view.values[i])) }
    }
    let place = later.firstIndex { $0.time >= time } ?? later.count
    guard place > 0 || block > firstBlock, later[place].time != time else { return false }
    later.insert((time, value), at: place)
    cut(to: block)
    for sample in later { append(sample.time, sample.value, scratch) }
    return true
  }

  /// Takes away the samples of block number `block` and of all after it; more samples must follow.
  private mutating func cut(to block: Int32) {
    packed.cut(to: block)
    chunkCount = 0
    tailCount = 0
    lastTime = .min
  }

  /// Unpacks block number `block` into `view`; of samples before `index` nothing need be there.
  ///
  /// Without `times` those of a view with a `step` are not written, and `BlockView.time` tells them.
  /// Not inlined: it is called once a block from loops that must stay small to be fast.
  /// - Precondition: the block is held.
  @inline(never)
  func load(
    _ block: Int32, from index: Int32 = 0, into view: BlockView, times: Bool = true
  ) {
    precondition(block >= packed.first && block < endBlock, "block \(block) is not held")
    view.block = block
    view.first = index
    let isNewest = block &+ 1 == endBlock
    guard isNewest, chunkCount > 0 else {
      packed.load(block, from: Int(index), into: view, times: times)
      return
    }
    let isChunkAlone = index >= tailCount
    if isChunkAlone {
      view.count = Int(tailCount)
      view.step = 0
      view.mayBeStale = false
    } else {
      packed.load(block, from: Int(index), into: view, times: times)
    }
    loadChunk(behind: !isChunkAlone, into: view, times: times)
  }

  /// Adds the chunk to a view; `behind` says that the samples before it are there too.
  private func loadChunk(behind: Bool, into view: BlockView, times: Bool) {
    let packedCount = view.count
    let chunkStep = hasOffsets || chunkCount < 2 ? 0 : Int64(step)
    let first = chunkTime(0)
    if !behind {
      view.step = chunkStep
      view.firstTime = first &- Int64(packedCount) &* chunkStep
    } else if view.step > 0 {
      let isEven =
        first == view.time(packedCount) && (chunkCount == 1 || chunkStep == view.step)
      if !isEven {
        if !times { view.writeTimes() }
        view.step = 0
      }
    }
    if times || view.step == 0 { copyTimes(to: view.times + packedCount) }
    let values = view.values + packedCount
    if let chunk { values.update(from: chunk, count: Int(chunkCount)) }
    for i in 0..<Int(chunkCount) where StaleMarker.isStale(values[i]) { view.mayBeStale = true }
    view.count &+= Int(chunkCount)
  }

  /// True when the next sample has the chunk packed.
  @inline(__always)
  var isChunkFull: Bool { chunkCount == Self.chunkCapacity }

  /// Asks for the memory that the next sample goes to.
  @inline(__always)
  func prefetchForAppending() {
    if let chunk { prefetch_line(chunk + Int(chunkCount)) }
  }

  /// Asks for the memory that packing a chunk needs.
  @inline(__always)
  func prefetchForPacking() { packed.prefetchLast() }

  /// Asks for the memory that `drop` looks at.
  @inline(__always)
  func prefetchForDropping() { packed.prefetchFirst() }

  /// Asks for the memory that `prefetch` needs.
  @inline(__always)
  func prefetchPlaces() { packed.prefetchPlaces() }

  /// Asks for the memory of block number `block` and of the samples behind it.
  @inline(__always)
  func prefetch(from block: Int32) {
    packed.prefetch(block)
    packed.prefetch(block &+ 1)
    guard let chunk else { return }
    prefetch_line(chunk)
    prefetch_line(chunk + 8)
  }

  /// Number of the first block whose last sample is later than `time`; `endBlock` when none is.
  ///
  /// - Complexity: O(log blocks)
  func firstBlock(endingAfter time: Int64) -> Int32 {
    if lastTime <= time { return endBlock }
    let block = packed.firstBlock(endingAfter: time)
    // The packed part of the newest block may end before `time`, the block does not.
    return tailCount > 0 ? min(block, packed.end &- 1) : block
  }

  /// Number of samples of block number `block`, which is held.
  func sampleCount(inBlock block: Int32) -> Int {
    let isNewest = block &+ 1 == endBlock
    let packedCount = block < packed.end ? Int(packed.header(block).count) : 0
    return packedCount + (isNewest ? Int(chunkCount) : 0)
  }

  /// Lets an empty ring begin with block number `number`, as when it was written.
  mutating func begin(atBlock number: Int32) { packed.begin(at: number) }

  /// Ends the newest block, so that the next sample, which must follow, begins another one.
  mutating func sealNewest(_ scratch: BlockHeader.Scratch) {
    packChunk(scratch)
    tailCount = 0
  }

  /// Gives all memory back; the ring must not be used afterwards.
  func deallocate() {
    chunk?.deallocate()
    packed.deallocate()
  }
}

/// Where a ring began and ended at some moment.
struct RingMark {
  /// Number of the oldest block.
  var first: Int32
  /// Number of the block after the newest one.
  var end: Int32
  /// Samples of the newest block, when there is one.
  var newest: UInt8
}

/// Bytes that an allocation of `count` bytes takes: glibc's headers and rounding included.
func allocatedBytes(_ count: Int) -> Int { max(32, (count + 8 + 15) & ~15) }

/// One block unpacked: a reader's window onto a ring.
///
/// Reused for block after block.
final class BlockView {
  /// Times of the samples, `count` of them.
  let times = UnsafeMutablePointer<Int64>.allocate(capacity: BlockHeader.capacity)
  /// Values of the samples, `count` of them.
  let values = UnsafeMutablePointer<Double>.allocate(capacity: BlockHeader.capacity)
  /// Number of samples.
  var count = 0
  /// Distance of all samples that were loaded, in ms; 0 when they are not known to be at even ones.
  var step: Int64 = 0
  /// Time of the first sample, where there is a `step`.
  var firstTime: Int64 = 0
  /// Number of the block shown; -1 when none is.
  var block: Int32 = -1
  /// The first sample that was loaded.
  var first: Int32 = 0
  /// False when no sample that was loaded is a stale marker.
  var mayBeStale = true

  /// Time of sample `index`, which was loaded.
  @inline(__always)
  func time(_ index: Int) -> Int64 {
    step > 0 ? firstTime &+ Int64(index) &* step : times[index]
  }

  /// Writes the times that `step` tells.
  func writeTimes() {
    for i in 0..<count { times[i] = time(i) }
  }

  /// How many samples from `index` on, of the next `most`, come before the first stale marker.
  @inline(__always)
  func countBeforeStale(from index: Int, atMost most: Int) -> Int {
    guard mayBeStale else { return most }
    let values = values + index
    var areStale: UInt64 = 0
    for i in 0..<most { areStale |= StaleMarker.isStale(values[i]) ? 1 : 0 }
    guard areStale != 0 else { return most }
    var count = 0
    while !StaleMarker.isStale(values[count]) { count &+= 1 }
    return count
  }

  /// Shows what `other` shows, with the times that its `step` tells left out.
  func copy(_ other: BlockView) {
    (block, first, count) = (other.block, other.first, other.count)
    (step, firstTime, mayBeStale) = (other.step, other.firstTime, other.mayBeStale)
    let (start, loaded) = (Int(first), count &- Int(first))
    (values + start).update(from: other.values + start, count: loaded)
    if step == 0 { (times + start).update(from: other.times + start, count: loaded) }
  }

  deinit {
    times.deallocate()
    values.deallocate()
  }
}
