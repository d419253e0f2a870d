import Model

/// Steps of a pass that are alike: equally many samples enter the window at each of them, and either
/// equally many leave or none.
///
/// Most samples come at even distances, and then nearly all steps are such. What is asked at each
/// other step (is the next sample in time, is the oldest one too old, has a block ended, is the sum
/// worn out) is asked once for all of them.
private struct SteadySteps {
  /// How many, 0 when the next step is of another kind.
  var count = 0
  /// Samples that enter at each step, at least 1.
  var entering = 1
  /// Samples that leave at each step: `entering`, or none while the window fills.
  var leaving = 0

  /// How many steps so many samples last.
  @inline(__always)
  func steps(of samples: Int) -> Int { entering == 1 ? samples : samples / entering }
}

extension SlidingWindow {
  /// Does as many steps from `first` on as are alike, and writes what they give.
  ///
  /// `position` is that of the next sample in `pass.head`, and moves on. What is written is what the
  /// way step by step would have written.
  /// - Returns: number of steps done; 0 when the next one must be done by itself.
  @inline(__always)
  mutating func slideSteadily(
    over ring: Ring, from first: Int, _ position: inout Int, _ pass: WindowPass,
    _ common: inout Accumulator.Common, into row: inout WindowRow
  ) -> Int {
    guard pass.head.step > 0, count > 0 else { return 0 }
    let steady = steadySteps(over: ring, from: first, position, pass)
    guard steady.count > 0 else { return 0 }
    let (grid, length, step) = (pass.grid, pass.operand.length, pass.head.step)
    // Taken out, so that it stays in registers; and a copy would share memory that is written to.
    var accumulator = Accumulator()
    swap(&accumulator, &self.accumulator)
    var shared = common
    var entered = pass.head.values + position
    var left = pass.tail.values + Int(oldest.index)
    var edges = WindowEdges(
      count: Int(count), firstTime: firstTime, firstValue: firstValue,
      lastTime: pass.head.time(position) &- step, lastValue: lastValue, end: 0,
      length: length, evaluationTime: 0, parameter: 0)
    for k in first..<first &+ steady.count {
      for _ in 0..<steady.entering {
        edges.lastTime &+= step
        let value = entered.pointee
        accumulator.push(edges.lastTime, value, previous: edges.lastValue, isFirst: false)
        edges.lastValue = value
        entered += 1
      }
      for _ in 0..<steady.leaving {
        left += 1
        let next = left.pointee
        accumulator.pop(edges.firstTime, edges.firstValue, next: next, isLast: false)
        edges.firstTime &+= step
        edges.firstValue = next
      }
      edges.count &+= steady.entering &- steady.leaving
      edges.evaluationTime = grid.time(k)
      edges.end = pass.operand.time(edges.evaluationTime)
      if let parameters = pass.parameters { edges.parameter = parameters[k] }
      row.take(accumulator.result(edges, &shared), at: k)
    }
    swap(&accumulator, &self.accumulator)
    common = shared
    let leftCount = Int32(truncatingIfNeeded: steady.count &* steady.leaving)
    position &+= steady.count &* steady.entering
    count = Int32(truncatingIfNeeded: edges.count)
    popped &+= leftCount
    oldest.index &+= leftCount
    (firstTime, firstValue) = (edges.firstTime, edges.firstValue)
    (lastTime, lastValue) = (edges.lastTime, edges.lastValue)
    return steady.count
  }

  /// How many steps from `first` on are alike; loads the block of the oldest sample where some leave.
  @inline(never)
  private func steadySteps(
    over ring: Ring, from first: Int, _ position: Int, _ pass: WindowPass
  ) -> SteadySteps {
    let (head, tail, grid) = (pass.head, pass.tail, pass.grid)
    let (length, step) = (pass.operand.length, head.step)
    var steady = SteadySteps()
    guard position < head.count, step <= grid.step, grid.step <= length,
      pass.operand.time.anchor == nil
    else { return steady }
    if step < grid.step {
      steady.entering = Int(grid.step / step)
      guard Int64(steady.entering) &* step == grid.step else { return steady }
    }
    let reach = grid.step &- step
    let end = pass.operand.time(grid.time(first))
    let next = head.time(position)
    // The last one to enter is in time, and the one behind it is not.
    guard next &+ reach <= end, next &+ grid.step > end else { return steady }
    var limit = min(grid.count &- first, steady.steps(of: head.count &- position))
    let start = end &- length
    let room = Accumulator.wear.room(popped: popped, count: count)
    if firstTime > start {
      limit = min(limit, Int((firstTime &- start &- 1) / grid.step) &+ 1)
      guard room >= 0 else { return steady }
    } else {
      steady.leaving = steady.entering
      loadTail(ring, pass)
      let place = Int(oldest.index)
      guard tail.step == step, firstTime &+ reach <= start, firstTime &+ grid.step > start,
        Int(count) >= steady.leaving
      else { return steady }
      limit = min(limit, steady.steps(of: min(tail.count &- 1 &- place, Int(room))))
      guard limit > 0 else { return steady }
      limit = steady.steps(
        of: tail.countBeforeStale(from: place &+ 1, atMost: limit &* steady.leaving))
    }
    guard limit > 0 else { return steady }
    steady.count = steady.steps(
      of: head.countBeforeStale(from: position, atMost: limit &* steady.entering))
    return steady
  }
}
