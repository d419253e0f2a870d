import Model

/// A function over a sliding window, computed from what enters and leaves the window.
///
/// Series that hold more than plain floats, and windows whose accumulator asks for it, go to
/// `whole`, which looks at all samples of the window.
final class WindowOperator<Accumulator: WindowAccumulator>: Operator {
  private struct State {
    var accumulator = Accumulator()
    /// The next sample to read.
    var head = RingPosition.start
    /// The oldest sample of the window, when there is one.
    var tail = RingPosition.start
    var count: Int32 = 0
    /// Samples that left since the accumulator was last made from scratch.
    var popped: Int32 = 0
    var isPlaced = false
    var firstTime: Int64 = 0
    var firstValue = 0.0
    var lastTime: Int64 = 0
    var lastValue = 0.0
  }

  private let source: SampleSource
  private let time: ReferenceTime
  private let length: Int64
  private let parameter: Operator?
  private let whole: WholeWindow
  private var states: [State] = []

  init(_ window: RangeOperand, parameter: Operator?, whole: WholeWindow, range: Range<Int>) {
    source = window.source
    time = window.time
    length = window.length
    self.parameter = parameter
    self.whole = whole
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    source.prepare(grid, run)
    let parameters = parameter.map { [$0.evaluate(grid, run)] } ?? []
    whole.output.grow(
      labels: source.labels, dropsName: source.dropsName, run, into: self)
    while states.count < source.labels.count { states.append(State()) }
    frame.prepare(series: states.count, steps: grid.count)
    source.passFailure(to: frame)
    for parameter in parameters { frame.inheritFailure(parameter) }
    let rings = source.rings
    states.withUnsafeMutableBufferPointer { states in
      for i in 0..<states.count {
        let number = source.ringNumber(i)
        if rings.isPlain(number) {
          slide(i, &states[i], rings.rings[number], number, grid, parameters, run)
        } else {
          whole.compute(i, number, grid, parameters, run, into: frame)
        }
      }
    }
    whole.remarkNames(frame, run)
    whole.output.merge(frame)
  }

  private func slide(
    _ index: Int, _ state: inout State, _ ring: Ring, _ number: Int, _ grid: StepGrid,
    _ parameters: [Frame], _ run: EvaluationRun
  ) {
    let first = time(grid.start)
    guard !ring.isEmpty, state.count > 0 || ring.lastTime > first &- length else { return }
    if !state.isPlaced || state.head.block < ring.firstBlock
      || (state.count > 0 && state.tail.block < ring.firstBlock)
    {
      state = State()
      state.head = RingPosition(block: ring.firstBlock(endingAfter: first &- length), index: 0)
      state.isPlaced = true
    }
    let reader = run.head
    run.tail.block = -1
    var position = Int(state.head.index)
    var block = state.head.block
    let endBlock = ring.endBlock
    if block < endBlock { ring.load(block, into: reader) } else { reader.count = 0; position = 0 }
    let row = frame.row(index)
    var mask: UInt64 = 0
    var unsure: UInt64 = 0
    for k in 0..<grid.count {
      let end = time(grid.time(k))
      let start = end &- length
      while true {
        if position == reader.count {
          guard block &+ 1 < endBlock else { break }
          block &+= 1
          ring.load(block, into: reader)
          position = 0
        }
        let sampleTime = reader.times[position]
        guard sampleTime <= end else { break }
        // A sample that is too old already at this step never joins: windows only move forward.
        // Whatever is in the window is older still.
        if sampleTime <= start {
          if state.count > 0 { clear(&state) }
        } else if !StaleMarker.isStale(reader.values[position]) {
          push(
            sampleTime, reader.values[position], RingPosition(block: block, index: Int32(position)),
            &state)
        }
        position &+= 1
      }
      while state.count > 0, state.firstTime <= start { pop(&state, ring, run.tail) }
      guard state.count > 0 else { continue }
      if state.popped > max(64, state.count) { rebuild(&state, ring, run.tail) }
      let edges = WindowEdges(
        count: Int(state.count), firstTime: state.firstTime, firstValue: state.firstValue,
        lastTime: state.lastTime, lastValue: state.lastValue, end: end, length: length,
        evaluationTime: grid.time(k), parameter: parameters.first?.row(0)[k] ?? 0)
      switch state.accumulator.result(edges) {
      case .value(let value):
        row[k] = value
        mask |= 1 << UInt64(k)
      case .none: break
      case .recompute: unsure |= 1 << UInt64(k)
      }
    }
    state.head = RingPosition(block: block, index: Int32(position))
    frame.masks[index] = mask
    frame.defined[index] = mask
    if unsure != 0 {
      whole.compute(index, number, grid, parameters, run, steps: unsure, into: frame)
    }
  }

  @inline(__always)
  private func push(
    _ time: Int64, _ value: Double, _ position: RingPosition, _ state: inout State
  ) {
    state.accumulator.push(
      time, value, previous: state.lastValue, isFirst: state.count == 0)
    if state.count == 0 {
      state.firstTime = time
      state.firstValue = value
      state.tail = position
    }
    state.lastTime = time
    state.lastValue = value
    state.count &+= 1
  }

  /// Empties the window.
  private func clear(_ state: inout State) {
    state.accumulator = Accumulator()
    state.count = 0
    state.popped = 0
  }

  @inline(__always)
  private func pop(_ state: inout State, _ ring: Ring, _ view: BlockView) {
    let time = state.firstTime
    let value = state.firstValue
    state.count &-= 1
    state.popped &+= 1
    if state.count > 0 { advanceTail(&state, ring, view) }
    state.accumulator.pop(time, value, next: state.firstValue, isLast: state.count == 0)
  }

  /// Moves the tail to the next sample that is no stale marker; there is one.
  @inline(__always)
  private func advanceTail(_ state: inout State, _ ring: Ring, _ view: BlockView) {
    if view.block != state.tail.block { ring.load(state.tail.block, into: view) }
    repeat {
      state.tail.index &+= 1
      if Int(state.tail.index) == view.count {
        state.tail = RingPosition(block: state.tail.block &+ 1, index: 0)
        ring.load(state.tail.block, into: view)
      }
    } while StaleMarker.isStale(view.values[Int(state.tail.index)])
    state.firstTime = view.times[Int(state.tail.index)]
    state.firstValue = view.values[Int(state.tail.index)]
  }

  /// Makes the accumulator from the samples of the window anew, so that rounding errors of samples
  /// long gone do not stay.
  ///
  /// Happens once for each turn-over of the window: O(1) amortised.
  private func rebuild(_ state: inout State, _ ring: Ring, _ view: BlockView) {
    var walker = state
    state.accumulator = Accumulator()
    state.popped = 0
    var previous = walker.firstValue
    state.accumulator.push(walker.firstTime, walker.firstValue, previous: previous, isFirst: true)
    for _ in stride(from: 1, to: walker.count, by: 1) {
      advanceTail(&walker, ring, view)
      state.accumulator.push(
        walker.firstTime, walker.firstValue, previous: previous, isFirst: false)
      previous = walker.firstValue
    }
    view.block = -1
  }
}

/// A range vector as an operand: whose samples, seen from where, over what length.
struct RangeOperand {
  var source: SampleSource
  var time: ReferenceTime
  /// In milliseconds, above 0.
  var length: Int64
  var extent = RangeExtent.inside

  /// Which samples beside those inside the window a function may look at.
  enum RangeExtent {
    case inside, anchored, smoothed
  }
}
