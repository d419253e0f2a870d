import Model

/// Slides the windows of all series over the steps of a pass.
///
/// Gives the series, with their steps, that it could not do: those that hold more than floats, and
/// windows whose running state has lost its precision.
struct WindowKernel {
  /// Fills the rows of a pass.
  let slide: (WindowPass) -> [(series: Int, steps: UInt64)]
  /// Writes all windows on the rings of an operand.
  let encode: (RangeOperand, inout CheckpointWriter) -> Void
  /// All windows on the rings of an operand as they are, to be written later.
  let capture: (RangeOperand, SeriesSnapshot) -> CapturedState
  /// Reads all windows on the rings of an operand, which are there already.
  let restore: (RangeOperand, inout CheckpointReader) throws(CheckpointError) -> Void

  init<A: WindowAccumulator>(_ windows: SlidingWindows<A>) {
    slide = { windows.slide($0) }
    encode = { windows.encode($0, into: &$1) }
    capture = { windows.capture($0, $1) }
    restore = { (operand, reader) throws(CheckpointError) in
      try windows.restore(operand, from: &reader)
    }
  }
}

/// What a kernel reads and writes in one pass.
struct WindowPass {
  let operand: RangeOperand
  let grid: StepGrid
  let frame: Frame
  /// The function's scalar argument at each step; nil where it has none.
  let parameters: UnsafeMutablePointer<Double>?
  /// Reader at the young end of a window.
  let head: BlockView
  /// Reader at the old end of a window.
  let tail: BlockView
}

/// What a window gives in one pass.
struct WindowRow {
  /// The values, one for each step.
  let values: UnsafeMutablePointer<Double>
  /// Steps that have a value.
  private(set) var mask: UInt64 = 0
  /// Steps that need a look at all samples.
  private(set) var unsure: UInt64 = 0

  init(values: UnsafeMutablePointer<Double>) { self.values = values }

  @inline(__always)
  mutating func take(_ result: WindowResult, at step: Int) {
    switch result {
    case .value(let value):
      values[step] = value
      mask |= 1 &<< UInt64(step)
    case .none: break
    case .recompute: unsure |= 1 &<< UInt64(step)
    }
  }
}

/// The windows of one operator, a window a series.
///
/// A final class with plain methods, called from closures that name the accumulator: so the compiler
/// makes a loop of its own for each accumulator. An overridden method of a generic class would be one
/// loop for all of them, with a call through a table for every sample.
final class SlidingWindows<Accumulator: WindowAccumulator> {
  private var windows: [SlidingWindow<Accumulator>] = []

  func slide(_ pass: WindowPass) -> [(series: Int, steps: UInt64)] {
    let source = pass.operand.source
    windows.reserveCapacity(source.labels.count)
    while windows.count < source.labels.count { windows.append(SlidingWindow()) }
    let rings = source.rings
    let numbers = source.ringNumbers
    var rest: [(series: Int, steps: UInt64)] = []
    var common = Accumulator.Common()
    windows.withUnsafeMutableBufferPointer { windows in
      for i in 0..<windows.count {
        let number = Int(numbers[i])
        let next = i &+ RingSet.lookAhead / 2
        if next < windows.count { windows[next].prefetch(rings.rings[Int(numbers[next])]) }
        let far = i &+ RingSet.lookAhead
        if far < windows.count { rings.rings[Int(numbers[far])].prefetchPlaces() }
        guard rings.isPlain(number) else {
          rest.append((i, .max))
          continue
        }
        let unsure = windows[i].slide(over: rings.rings[number], i, pass, &common)
        if unsure != 0 { rest.append((i, unsure)) }
      }
    }
    return rest
  }

  func encode(_ operand: RangeOperand, into writer: inout CheckpointWriter) {
    writer.write(count: windows.count)
    for index in windows.indices {
      let number = operand.source.ringNumber(index)
      windows[index].encode(
        firstBlock: operand.source.rings.rings[number].firstBlock, into: &writer)
    }
  }

  /// The array is shared with what is captured until a pass moves the windows on.
  func capture(_ operand: RangeOperand, _ snapshot: SeriesSnapshot) -> CapturedState {
    let windows = self.windows
    let numbers = windows.indices.map { operand.source.ringNumber($0) }
    return CapturedState(count: windows.count) { range, writer in
      if range.lowerBound == 0 { writer.write(count: windows.count) }
      for index in range {
        windows[index].encode(
          firstBlock: snapshot.marks[numbers[index]].first, into: &writer)
      }
    }
  }

  func restore(
    _ operand: RangeOperand, from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    let source = operand.source
    windows = []
    for index in 0..<(try reader.count(atMost: source.ringCount)) {
      windows.append(
        try SlidingWindow(on: source.rings.rings[source.ringNumber(index)], from: &reader))
    }
  }
}

/// One window on one ring, kept up as samples enter and leave it.
struct SlidingWindow<Accumulator: WindowAccumulator> {
  var accumulator = Accumulator()
  /// The next sample to read.
  var head = RingPosition.start
  /// The oldest sample of the window, when there is one.
  var oldest = RingPosition.start
  var count: Int32 = 0
  /// Samples that left since the accumulator was last made from scratch.
  var popped: Int32 = 0
  var isPlaced = false
  var firstTime: Int64 = 0
  var firstValue = 0.0
  var lastTime: Int64 = 0
  var lastValue = 0.0

  /// Moves the window over the steps of a pass and writes row `index`.
  ///
  /// - Returns: the steps that need a look at all samples.
  mutating func slide(
    over ring: Ring, _ index: Int, _ pass: WindowPass, _ common: inout Accumulator.Common
  ) -> UInt64 {
    let (time, length, grid) = (pass.operand.time, pass.operand.length, pass.grid)
    let first = time(grid.start)
    // Before the look at `count`: what a ring has dropped is in no window any more.
    if isLost(before: ring.firstBlock) { self = SlidingWindow() }
    guard !ring.isEmpty, count > 0 || ring.lastTime > first &- length else { return 0 }
    place(on: ring, from: first &- length)
    let reader = pass.head
    pass.tail.block = -1
    var position = Int(head.index)
    var block = head.block
    let endBlock = ring.endBlock
    if block < endBlock {
      // From the oldest sample on where that is in the same block: the tail takes it over then.
      let isShared = count > 0 && oldest.block == block
      ring.load(block, from: isShared ? oldest.index : head.index, into: reader, times: false)
    } else {
      reader.block = -1
      reader.count = 0
      position = 0
    }
    var row = WindowRow(values: pass.frame.row(index))
    var k = 0
    while k < grid.count {
      let steady = slideSteadily(over: ring, from: k, &position, pass, &common, into: &row)
      if steady > 0 {
        k &+= steady
        continue
      }
      defer { k &+= 1 }
      let end = time(grid.time(k))
      let start = end &- length
      while true {
        if position == reader.count {
          guard block &+ 1 < endBlock else { break }
          block &+= 1
          ring.load(block, into: reader, times: false)
          position = 0
        }
        let sampleTime = reader.time(position)
        guard sampleTime <= end else { break }
        // A sample that is too old already at this step never joins: windows only move forward.
        // Whatever is in the window is older still.
        if sampleTime <= start {
          if count > 0 { clear() }
        } else if !StaleMarker.isStale(reader.values[position]) {
          push(
            sampleTime, reader.values[position],
            RingPosition(block: block, index: Int32(position)))
        }
        position &+= 1
      }
      while count > 0, firstTime <= start { pop(ring, pass) }
      guard count > 0 else { continue }
      if Accumulator.wear.isWorn(popped: popped, count: count) { rebuild(ring, pass) }
      let edges = WindowEdges(
        count: Int(count), firstTime: firstTime, firstValue: firstValue, lastTime: lastTime,
        lastValue: lastValue, end: end, length: length, evaluationTime: grid.time(k),
        parameter: pass.parameters?[k] ?? 0)
      row.take(accumulator.result(edges, &common), at: k)
    }
    head = RingPosition(block: block, index: Int32(position))
    pass.frame.masks[index] = row.mask
    pass.frame.defined[index] = row.mask
    return row.unsure
  }

  /// Asks for the memory that `slide` reads first.
  @inline(__always)
  func prefetch(_ ring: Ring) {
    ring.prefetch(from: head.block)
    if count > 0 { ring.prefetch(from: oldest.block) }
  }

  /// True when a ring that begins with this block has dropped what the window holds or would read next.
  private func isLost(before firstBlock: Int32) -> Bool {
    head.block < firstBlock || (count > 0 && oldest.block < firstBlock)
  }

  /// Finds the first sample to read, where that is not known.
  ///
  /// - Precondition: the ring holds a sample later than `start`. Behind the last sample there is no
  ///   place to wait at: the next one may join the newest block or begin another.
  private mutating func place(on ring: Ring, from start: Int64) {
    guard !isPlaced else { return }
    head = RingPosition(block: ring.firstBlock(endingAfter: start), index: 0)
    isPlaced = true
  }

  @inline(__always)
  private mutating func push(_ time: Int64, _ value: Double, _ position: RingPosition) {
    accumulator.push(time, value, previous: lastValue, isFirst: count == 0)
    if count == 0 {
      firstTime = time
      firstValue = value
      oldest = position
    }
    lastTime = time
    lastValue = value
    count &+= 1
  }

  /// Empties the window.
  private mutating func clear() {
    accumulator = Accumulator()
    count = 0
    popped = 0
  }

  @inline(__always)
  private mutating func pop(_ ring: Ring, _ pass: WindowPass) {
    let time = firstTime
    let value = firstValue
    count &-= 1
    popped &+= 1
    if count > 0 { advanceOldest(ring, pass) }
    accumulator.pop(time, value, next: firstValue, isLast: count == 0)
  }

  /// Moves on to the next sample that is no stale marker; there is one.
  @inline(__always)
  private mutating func advanceOldest(_ ring: Ring, _ pass: WindowPass) {
    let view = pass.tail
    loadTail(ring, pass)
    repeat {
      oldest.index &+= 1
      if Int(oldest.index) == view.count {
        oldest = RingPosition(block: oldest.block &+ 1, index: 0)
        loadTail(ring, pass)
      }
    } while StaleMarker.isStale(view.values[Int(oldest.index)])
    firstTime = view.time(Int(oldest.index))
    firstValue = view.values[Int(oldest.index)]
  }

  /// Has the reader at the old end show the block of the oldest sample, from that on.
  ///
  /// In a short window both ends are in the same block for most of the time.
  @inline(__always)
  func loadTail(_ ring: Ring, _ pass: WindowPass) {
    let (head, tail) = (pass.head, pass.tail)
    guard tail.block != oldest.block else { return }
    if head.block == oldest.block, head.first <= oldest.index {
      tail.copy(head)
    } else {
      ring.load(oldest.block, from: oldest.index, into: tail, times: false)
    }
  }

  /// Makes the accumulator from the samples of the window anew, so that rounding errors of samples
  /// long gone do not stay.
  ///
  /// Happens once for each turn-over of the window: O(1) amortised.
  private mutating func rebuild(_ ring: Ring, _ pass: WindowPass) {
    var walker = self
    accumulator = Accumulator()
    popped = 0
    var previous = walker.firstValue
    accumulator.push(walker.firstTime, walker.firstValue, previous: previous, isFirst: true)
    for _ in stride(from: 1, to: walker.count, by: 1) {
      walker.advanceOldest(ring, pass)
      accumulator.push(walker.firstTime, walker.firstValue, previous: previous, isFirst: false)
      previous = walker.firstValue
    }
    pass.tail.block = -1
  }
}

// MARK: Checkpoint

extension SlidingWindow {
  /// Writes the window; one whose samples the ring has dropped counts as not placed yet.
  fileprivate func encode(firstBlock: Int32, into writer: inout CheckpointWriter) {
    let isKept = isPlaced && !isLost(before: firstBlock)
    writer.write(isKept)
    guard isKept else { return }
    writer.write(head)
    writer.write(Int64(count))
    writer.write(Int64(popped))
    writer.write(lastTime)
    writer.write(lastValue)
    if count > 0 {
      writer.write(oldest)
      writer.write(firstTime)
      writer.write(firstValue)
    }
    accumulator.encode(into: &writer)
  }

  fileprivate init(
    on ring: Ring, from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    guard try reader.bool() else { return }
    isPlaced = true
    head = try reader.position()
    count = try reader.int32()
    popped = try reader.int32()
    lastTime = try reader.int64()
    lastValue = try reader.double()
    guard count >= 0, popped >= 0, ring.isPlace(head) else { throw reader.failure() }
    if count > 0 {
      oldest = try reader.position()
      firstTime = try reader.int64()
      firstValue = try reader.double()
      guard ring.holds(Int(count), from: oldest, before: head) else { throw reader.failure() }
    }
    accumulator = try Accumulator(from: &reader)
  }
}

extension CheckpointWriter {
  fileprivate mutating func write(_ position: RingPosition) {
    write(Int64(position.block))
    write(Int64(position.index))
  }
}

extension CheckpointReader {
  fileprivate mutating func position() throws(CheckpointError) -> RingPosition {
    RingPosition(block: try int32(), index: try int32())
  }
}
