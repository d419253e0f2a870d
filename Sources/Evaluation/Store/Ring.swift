import Model

/// Where a sample stands in its ring: the number of its block since the series began, and its place
/// in the block.
///
/// Stays valid when the block is sealed and when older blocks are dropped.
struct RingPosition: Equatable {
  var block: Int32
  var index: Int32

  static let start = RingPosition(block: 0, index: 0)
}

/// The samples of one series, oldest first: sealed blocks and one open, unpacked block at the end.
///
/// Invariant: times strictly rise over the whole ring. Memory is freed by `deallocate`, which
/// `RingSet`, the only owner of rings, calls.
struct Ring {
  /// Values of the open block, followed in memory by their times as offsets from `openTime`.
  private var openValues: UnsafeMutablePointer<Double>?
  private var sealed: UnsafeMutablePointer<Block>?
  /// Time of the first sample of the open block.
  private var openTime: Int64 = 0
  /// Time of the newest sample; `Int64.min` before the first.
  private(set) var lastTime = Int64.min
  /// Value of the newest sample.
  private(set) var lastValue = 0.0
  private var openCount: Int32 = 0
  private var openCapacity: Int32 = 0
  private var sealedCount: Int32 = 0
  private var sealedCapacity: Int32 = 0
  /// Number of the oldest block that is still held.
  private(set) var firstBlock: Int32 = 0
  /// How long samples are kept, in milliseconds.
  var retention: Int64 = 0

  /// Number of the block after the newest one.
  var endBlock: Int32 { firstBlock + sealedCount + (openCount > 0 ? 1 : 0) }

  /// True when no sample is held.
  var isEmpty: Bool { sealedCount == 0 && openCount == 0 }

  /// Number of samples held.
  var count: Int {
    var sum = Int(openCount)
    for i in 0..<Int(sealedCount) { sum += sealed.unsafelyUnwrapped[i].count }
    return sum
  }

  /// Bytes of heap memory held.
  var heapBytes: Int {
    var sum = Int(openCapacity) * 12 + Int(sealedCapacity) * MemoryLayout<Block>.stride
    for i in 0..<Int(sealedCount) { sum += sealed.unsafelyUnwrapped[i].payloadBytes }
    return sum
  }

  private var openOffsets: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(openValues.unsafelyUnwrapped + Int(openCapacity))
      .assumingMemoryBound(to: UInt32.self)
  }

  /// Adds a sample that is newer than every other.
  ///
  /// - Complexity: O(1); every 64th sample seals a block.
  @inline(__always)
  mutating func append(_ time: Int64, _ value: Double, _ workspace: RingWorkspace) {
    assert(time > lastTime, "times of a ring must rise: \(time) after \(lastTime)")
    // One unsigned comparison says both "not before the block" and "within 49 days of it".
    if openCount >= openCapacity || UInt64(bitPattern: time &- openTime) > UInt64(UInt32.max) {
      makeRoom(for: time, workspace)
    }
    openValues.unsafelyUnwrapped[Int(openCount)] = value
    openOffsets[Int(openCount)] = UInt32(truncatingIfNeeded: time &- openTime)
    openCount &+= 1
    lastTime = time
    lastValue = value
  }

  @inline(never)
  private mutating func makeRoom(for time: Int64, _ workspace: RingWorkspace) {
    if openCount > 0,
      Int(openCount) == Block.capacity || time - openTime > Int64(UInt32.max) || time < openTime
    {
      seal(workspace)
    }
    if openCount == openCapacity {
      let capacity = openCapacity == 0 ? 4 : min(Int32(Block.capacity), openCapacity * 2)
      let grown = UnsafeMutableRawPointer.allocate(byteCount: Int(capacity) * 12, alignment: 8)
        .assumingMemoryBound(to: Double.self)
      if let old = openValues {
        grown.update(from: old, count: Int(openCount))
        UnsafeMutableRawPointer(grown + Int(capacity))
          .copyMemory(from: openOffsets, byteCount: Int(openCount) * 4)
        old.deallocate()
      }
      openValues = grown
      openCapacity = capacity
    }
    if openCount == 0 { openTime = time }
  }

  private mutating func seal(_ workspace: RingWorkspace) {
    let times = workspace.times
    for i in 0..<Int(openCount) { times[i] = openTime + Int64(openOffsets[i]) }
    let block = Block(
      times: times, values: openValues.unsafelyUnwrapped, count: Int(openCount),
      scratch: workspace.packing)
    if sealedCount == sealedCapacity {
      let capacity = max(2, sealedCapacity * 2)
      let grown = UnsafeMutablePointer<Block>.allocate(capacity: Int(capacity))
      if let old = sealed {
        grown.moveInitialize(from: old, count: Int(sealedCount))
        old.deallocate()
      }
      sealed = grown
      sealedCapacity = capacity
    }
    (sealed.unsafelyUnwrapped + Int(sealedCount)).initialize(to: block)
    sealedCount += 1
    openCount = 0
  }

  /// Drops sealed blocks whose samples are all older than `time`.
  ///
  /// - Returns: number of blocks dropped.
  @discardableResult
  mutating func drop(before time: Int64) -> Int {
    guard let sealed, sealedCount > 0, sealed[0].lastTime < time else { return 0 }
    var dropped = 0
    while dropped < Int(sealedCount), sealed[dropped].lastTime < time {
      sealed[dropped].deallocate()
      dropped += 1
    }
    let rest = Int(sealedCount) - dropped
    for i in 0..<rest { sealed[i] = sealed[i + dropped] }
    sealedCount = Int32(rest)
    firstBlock += Int32(dropped)
    return dropped
  }

  /// Puts a late sample into its place, if that place is in the open block.
  ///
  /// - Returns: false when the sample's time is taken or lies before the open block.
  mutating func insert(_ time: Int64, _ value: Double, _ workspace: RingWorkspace) -> Bool {
    guard openCount > 0, time > openTime, Int(openCount) < Block.capacity else { return false }
    if openCount == openCapacity { makeRoom(for: time, workspace) }
    let offsets = openOffsets
    let values = openValues.unsafelyUnwrapped
    let offset = UInt32(time - openTime)
    var place = Int(openCount)
    while place > 0, offsets[place - 1] > offset { place -= 1 }
    if place > 0, offsets[place - 1] == offset { return false }
    for i in stride(from: Int(openCount), to: place, by: -1) {
      offsets[i] = offsets[i - 1]
      values[i] = values[i - 1]
    }
    offsets[place] = offset
    values[place] = value
    openCount += 1
    return true
  }

  /// Unpacks block number `block` into `view`.
  ///
  /// - Precondition: the block is held.
  func load(_ block: Int32, into view: BlockView) {
    let index = Int(block - firstBlock)
    precondition(index >= 0 && block < endBlock, "block \(block) is not held")
    if index < Int(sealedCount) {
      let packed = sealed.unsafelyUnwrapped[index]
      packed.decode(times: view.times, values: view.values)
      view.count = packed.count
    } else {
      let count = Int(openCount)
      let offsets = openOffsets
      for i in 0..<count { view.times[i] = openTime &+ Int64(offsets[i]) }
      view.values.update(from: openValues.unsafelyUnwrapped, count: count)
      view.count = count
    }
    view.block = block
  }

  /// Number of the first block whose last sample is later than `time`; `endBlock` when none is.
  ///
  /// - Complexity: O(log blocks)
  func firstBlock(endingAfter time: Int64) -> Int32 {
    var low = 0
    var high = Int(sealedCount)
    while low < high {
      let middle = (low + high) / 2
      if sealed.unsafelyUnwrapped[middle].lastTime > time {
        high = middle
      } else {
        low = middle + 1
      }
    }
    if low == Int(sealedCount), openCount > 0, lastTime <= time { low += 1 }
    return firstBlock + Int32(low)
  }

  /// Gives all memory back; the ring must not be used afterwards.
  func deallocate() {
    openValues?.deallocate()
    guard let sealed else { return }
    for i in 0..<Int(sealedCount) { sealed[i].deallocate() }
    sealed.deallocate()
  }
}

/// Memory for sealing blocks, shared by all rings of a set.
final class RingWorkspace {
  let times = UnsafeMutablePointer<Int64>.allocate(capacity: Block.capacity)
  let packing = Block.Scratch()
  deinit { times.deallocate() }
}

/// One block unpacked: a reader's window onto a ring.
///
/// Reused for block after block.
final class BlockView {
  /// Times of the samples, `count` of them.
  let times = UnsafeMutablePointer<Int64>.allocate(capacity: Block.capacity)
  /// Values of the samples, `count` of them.
  let values = UnsafeMutablePointer<Double>.allocate(capacity: Block.capacity)
  /// Number of samples.
  var count = 0
  /// Number of the block shown; -1 when none is.
  var block: Int32 = -1

  deinit {
    times.deallocate()
    values.deallocate()
  }
}
