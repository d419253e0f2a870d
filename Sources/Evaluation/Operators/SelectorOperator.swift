import Model

/// An instant vector selector: at each step the newest sample within the look-back.
///
/// The look-back is open at its old end: a sample exactly `lookback` old is too old (Prometheus 3).
final class SelectorOperator: Operator {
  /// What a step gives.
  enum Output {
    /// The sample's value.
    case value
    /// The sample's own time in seconds: `timestamp(selector)`.
    case timestamp
    /// The time in seconds from which the sample counts, 0 when it does not say:
    /// `start_timestamp(selector)`.
    case startTimestamp
  }

  private struct State {
    /// The next sample to read.
    var head = RingPosition.start
    var isPlaced = false
    var hasLast = false
    var lastTime = Int64.min
    var lastValue = 0.0
  }

  private let source: SelectedSamples
  private let time: ReferenceTime
  private let lookback: Int64
  private let output: Output
  private var states: [State] = []

  init(
    _ source: SelectedSamples, at time: ReferenceTime, lookback: Int64, output: Output,
    range: Range<Int>
  ) {
    self.source = source
    self.time = time
    self.lookback = lookback
    self.output = output
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    source.prepare(grid, run)
    while labels.count < source.labels.count {
      let name = source.labels[labels.count]
      let dropsName = output != .value
      addSeries(
        dropsName && !run.options.delayedNameRemoval ? name.withoutMetadata : name,
        dropsName: dropsName)
      states.append(State())
    }
    frame.prepare(series: labels.count, steps: grid.count)
    let rings = source.rings
    let numbers = source.ringNumbers
    states.withUnsafeMutableBufferPointer { states in
      for i in 0..<states.count {
        let number = Int(numbers[i])
        let ring = rings.rings + number
        let next = i &+ RingSet.lookAhead
        if next < states.count, grid.count > 1 {
          rings.rings[Int(numbers[next])].prefetch(from: states[next].head.block)
        }
        if grid.count == 1, output != .startTimestamp, ring.pointee.lastTime <= time(grid.start) {
          emitNewest(i, ring.pointee, time(grid.start))
        } else {
          walk(i, &states[i], ring.pointee, grid, run)
        }
        if !rings.isPlain(number) { unbox(i, number) }
        if output == .startTimestamp { findStarts(i, number, run) }
      }
    }
  }

  /// The common case of a live stream: nothing is newer than the step.
  @inline(__always)
  private func emitNewest(_ index: Int, _ ring: Ring, _ at: Int64) {
    guard !ring.isEmpty, at &- ring.lastTime < lookback, !StaleMarker.isStale(ring.lastValue)
    else { return }
    frame.row(index)[0] =
      output == .value ? ring.lastValue : Double(ring.lastTime) / 1000
    frame.masks[index] = 1
    frame.defined[index] = 1
  }

  private func walk(
    _ index: Int, _ state: inout State, _ ring: Ring, _ grid: StepGrid, _ run: EvaluationRun
  ) {
    let first = time(grid.start)
    guard !ring.isEmpty, first &- ring.lastTime < lookback else { return }
    if !state.isPlaced || state.head.block < ring.firstBlock {
      state.head = RingPosition(block: ring.firstBlock(endingAfter: first &- lookback), index: 0)
      state.isPlaced = true
      state.hasLast = false
    }
    let view = run.head
    var position = Int(state.head.index)
    var block = state.head.block
    let endBlock = ring.endBlock
    if block < endBlock {
      ring.load(block, from: state.head.index, into: view, times: false)
    } else {
      view.count = 0
      position = 0
    }
    let row = frame.row(index)
    var mask: UInt64 = 0
    var k = 0
    while k < grid.count {
      let at = time(grid.time(k))
      let steady = steadySteps(view, position, at, grid, from: k)
      if steady > 0 {
        (row + k).update(from: view.values + position, count: steady)
        mask |= (UInt64.max >> UInt64(64 &- steady)) << UInt64(k)
        position &+= steady
        k &+= steady
        state.lastTime = view.time(position &- 1)
        state.lastValue = view.values[position &- 1]
        state.hasLast = true
        continue
      }
      defer { k &+= 1 }
      while true {
        if position == view.count {
          guard block &+ 1 < endBlock else { break }
          block &+= 1
          ring.load(block, into: view, times: false)
          position = 0
        }
        let sampleTime = view.time(position)
        guard sampleTime <= at else { break }
        state.lastTime = sampleTime
        state.lastValue = view.values[position]
        state.hasLast = true
        position &+= 1
      }
      if state.hasLast, at &- state.lastTime < lookback, !StaleMarker.isStale(state.lastValue) {
        row[k] = output == .value ? state.lastValue : Double(state.lastTime) / 1000
        mask |= 1 << UInt64(k)
      }
    }
    state.head = RingPosition(block: block, index: Int32(position))
    frame.masks[index] = mask
    frame.defined[index] = mask
  }

  /// How many steps from `first` on, which looks at `at`, have a new sample each, of which none ends the
  /// series; `position` is that of the next sample.
  @inline(__always)
  private func steadySteps(
    _ view: BlockView, _ position: Int, _ at: Int64, _ grid: StepGrid, from first: Int
  ) -> Int {
    guard view.step == grid.step, position < view.count, grid.step <= lookback, output == .value,
      time.anchor == nil
    else { return 0 }
    let next = view.time(position)
    guard next <= at, next &+ grid.step > at else { return 0 }
    return view.countBeforeStale(
      from: position, atMost: min(grid.count &- first, view.count &- position))
  }

  /// Turns sample times into the start times of the samples.
  private func findStarts(_ index: Int, _ number: Int, _ run: EvaluationRun) {
    let starts = source.rings.starts(of: number, isUsed: run.options.usesStartTimes)
    for k in SetBits(frame.masks[index]) {
      let time = Int64((frame.row(index)[k] * 1000).rounded())
      frame.row(index)[k] = Double(starts[time] ?? 0) / 1000
    }
    guard !run.options.usesStartTimes else { return }
    frame.masks[index] = 0
  }

  /// Turns the ring's boxed histograms into the frame's.
  private func unbox(_ index: Int, _ number: Int) {
    guard output == .value else { return }
    for k in SetBits(frame.masks[index]) {
      guard let histogram = source.histogram(frame.row(index)[k], of: number) else { continue }
      frame.set(index, k, .histogram(histogram))
    }
  }
}
