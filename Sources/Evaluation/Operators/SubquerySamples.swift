import Model

/// The results of an expression at evenly spaced moments, kept as if they were samples.
///
/// Every moment is a multiple of the step since the epoch and is evaluated once, however many
/// windows it lies in: a subquery costs as much as a recording rule would.
final class SubquerySamples: SampleSource {
  private let inner: Operator
  private let step: Int64
  private let length: Int64
  private let time: ReferenceTime
  private let run: EvaluationRun
  private var evaluatedThrough: Int64?
  private var failures: [(time: Int64, error: EvaluationError)] = []

  /// `run` belongs to the subquery alone, since it makes passes of its own.
  init(_ inner: Operator, step: Int64, length: Int64, at time: ReferenceTime, run: EvaluationRun) {
    self.inner = inner
    self.step = step
    self.length = length
    self.time = time
    self.run = run
    super.init(rings: RingSet())
  }

  override func ringNumber(_ index: Int) -> Int { index }

  override var ringNumbers: [Int32] { Array(0..<Int32(rings.count)) }

  override var ringCount: Int { rings.count }

  override func prepare(_ grid: StepGrid, _ outer: EvaluationRun) {
    if grid.step <= length || time.anchor != nil {
      evaluate(after: time(grid.start) - length, through: time(grid.last))
    } else {
      for k in 0..<grid.count {
        evaluate(after: time(grid.time(k)) - length, through: time(grid.time(k)))
      }
    }
    for annotation in run.takeAnnotations() { outer.annotate(annotation) }
    failures.removeAll { $0.time <= time(grid.start) - length }
    failed = 0
    failure = failures.first?.error
    for k in 0..<grid.count {
      let end = time(grid.time(k))
      if failures.contains(where: { $0.time <= end && $0.time > end - length }) {
        failed |= 1 << UInt64(k)
      }
    }
    rings.trim(to: time(grid.start) - length)
  }

  /// Evaluates the moments in `(after, through]` that were not evaluated yet.
  private func evaluate(after: Int64, through: Int64) {
    var next = floorMultiple(after) + step
    if let evaluatedThrough { next = max(next, evaluatedThrough + step) }
    while next <= through {
      let count = min(Int64(StepGrid.limit), (through - next) / step + 1)
      let grid = StepGrid(start: next, step: step, count: Int(count))
      if run.isOver() {
        failures.append((next, .timedOut))
        return
      }
      run.beginPass()
      let result = inner.evaluate(grid, run)
      append(result, grid)
      next += count * step
      evaluatedThrough = next - step
    }
  }

  private func floorMultiple(_ time: Int64) -> Int64 {
    let rest = time % step
    return time - (rest < 0 ? rest + step : rest)
  }

  private func append(_ result: Frame, _ grid: StepGrid) {
    while labels.count < result.seriesCount {
      let index = labels.count
      labels.append(inner.labels[index])
      dropsName.append(inner.dropsName[index])
      rings.add(retention: step)
    }
    if let failure = result.failure {
      failures.append((grid.time(result.failed.trailingZeroBitCount), failure))
    }
    for i in 0..<result.seriesCount where result.masks[i] != 0 {
      let row = result.row(i)
      for k in SetBits(result.masks[i]) {
        if result.isPlain || !HistogramBox.isBoxed(row[k]) {
          rings.rings[i].append(grid.time(k), row[k], rings.scratch)
        } else if case .histogram(var histogram)? = result.value(i, k) {
          // What the hint says is about the sample before, which need not be the step before.
          if histogram.counterResetHint != .gauge { histogram.counterResetHint = .unknown }
          rings.append(grid.time(k), histogram, to: i)
        }
      }
    }
  }
}

// MARK: Checkpoint

extension SubquerySamples {
  /// Writes the results that are held; they cannot be computed again once their samples are gone.
  func encodeState(into writer: inout CheckpointWriter) {
    writer.write(evaluatedThrough != nil)
    if let evaluatedThrough { writer.write(evaluatedThrough) }
    writer.write(count: failures.count)
    for (time, error) in failures {
      writer.write(time)
      writer.write(error.code)
      writer.write(error.message)
      writer.write(error.range != nil)
      if let range = error.range {
        writer.write(count: range.lowerBound)
        writer.write(count: range.count)
      }
    }
    writer.write(count: labels.count)
    for index in labels.indices {
      writer.write(labels[index])
      writer.write(dropsName[index])
      rings.encode(index, into: &writer)
    }
  }

  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    guard labels.isEmpty, rings.count == 0 else { throw reader.failure() }
    evaluatedThrough = try reader.bool() ? reader.int64() : nil
    for _ in 0..<(try reader.count()) {
      let time = try reader.int64()
      var error = EvaluationError(code: try reader.text(), try reader.text())
      if try reader.bool() {
        let start = try reader.count(atMost: Int(Int32.max))
        error.range = start..<start + (try reader.count(atMost: Int(Int32.max)))
      }
      failures.append((time, error))
    }
    for _ in 0..<(try reader.count()) {
      labels.append(try reader.labels())
      dropsName.append(try reader.bool())
      try rings.restore(rings.add(retention: step), from: &reader)
    }
  }
}
