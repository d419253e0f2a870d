import Model

/// Keeps output series apart when an operator drops metric names.
///
/// Two input series can then get the same labels. They share them as long as they never have values
/// at the same step; where they do, that step fails, as in Prometheus.
struct SeriesGuard {
  private let dropsName: Bool
  private var onlyName: String??
  private var firsts: [Labels: Int] = [:]
  private var twins: [(first: Int, second: Int)] = []

  /// A guard of an operator that drops metric names, or one that keeps them and has nothing to do.
  init(dropsName: Bool) {
    self.dropsName = dropsName
  }

  /// Adds output series for the operand's series that are new.
  mutating func grow(
    labels: [Labels], dropsName already: [Bool], _ run: EvaluationRun, into target: Operator
  ) {
    while target.labels.count < labels.count {
      let index = target.labels.count
      let whole = labels[index]
      guard dropsName else {
        target.addSeries(whole, dropsName: already[index])
        continue
      }
      guard !run.options.delayedNameRemoval else {
        target.addSeries(whole, dropsName: true)
        continue
      }
      let short = whole.withoutMetadata
      target.addSeries(short)
      watch(whole, index, target)
    }
  }

  /// Labels can only collide once a second metric name is there; until then nothing is hashed.
  private mutating func watch(_ whole: Labels, _ index: Int, _ target: Operator) {
    if firsts.isEmpty {
      if onlyName == nil { onlyName = .some(whole.metricName) }
      if onlyName == .some(whole.metricName) { return }
      for i in 0..<index { firsts[target.labels[i]] = i }
    }
    if let first = firsts[target.labels[index]] {
      twins.append((first, index))
    } else {
      firsts[target.labels[index]] = index
    }
  }

  /// Moves the values of twins into the first of them.
  func merge(_ frame: Frame) {
    for (first, second) in twins {
      let both = frame.masks[first] & frame.masks[second]
      frame.fail(both, .sameLabels)
      for k in SetBits(frame.masks[second] & ~both) {
        frame.row(first)[k] = frame.row(second)[k]
      }
      frame.masks[first] |= frame.masks[second]
      frame.defined[first] |= frame.defined[second]
      frame.masks[second] = 0
      frame.defined[second] = 0
    }
  }
}

extension EvaluationError {
  /// Two elements of one vector have the same labels.
  static var sameLabels: EvaluationError {
    EvaluationError(
      code: "duplicate-series", "vector cannot contain metrics with the same labelset")
  }
}
