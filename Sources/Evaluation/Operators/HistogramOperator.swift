import Model

/// `histogram_quantile`, `histogram_quantiles` and `histogram_fraction`.
///
/// A native histogram is answered by itself. Floats are buckets of classic histograms: those with
/// equal labels but for `le` belong together.
final class HistogramOperator: Operator {
  /// What is asked of each histogram.
  enum Question {
    /// The φ-quantile.
    case quantile(Operator)
    /// Several quantiles, told apart by a label.
    case quantiles([Operator], label: String)
    /// The share of observations between two values.
    case fraction(lower: Operator, upper: Operator)

    fileprivate var parameters: [Operator] {
      switch self {
      case .quantile(let φ): [φ]
      case .quantiles(let φs, _): φs
      case .fraction(let lower, let upper): [lower, upper]
      }
    }
  }

  private struct Group {
    var labels: Labels
    /// Series that may hold a classic bucket, with its bound; nil where `le` is no number.
    var buckets: [(series: Int, bound: Double?)] = []
    /// Series that may hold a native histogram.
    var natives: [Int] = []
  }

  private let operand: Operator
  private let question: Question
  private var groups: [Group] = []
  private var numbers: [Labels: Int] = [:]
  private var seen = 0
  private var outputs: [Labels: Int] = [:]

  /// `range` is that of the operand, which remarks are about.
  init(_ operand: Operator, _ question: Question, range: Range<Int>) {
    self.operand = operand
    self.question = question
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    let parameters = question.parameters
    let frames = parameters.map { $0.evaluate(grid, run) }
    grow()
    if case .fraction = question {} else { remarkParameters(parameters, frames, grid, run) }
    var cells: [(output: Int, step: Int, value: Double)] = []
    for group in groups {
      let members = group.buckets.map(\.series) + group.natives
      let mask = members.reduce(UInt64(0)) { $0 | input.masks[$1] }
      for k in SetBits(mask) {
        guard let histogram = histogram(group, k, input, run) else { continue }
        let values = frames.map { $0.row(0)[k] }
        for (labels, value) in answers(histogram, group.labels, values, run) {
          cells.append((output(labels, run), k, value))
        }
      }
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    for parameter in frames { frame.inheritFailure(parameter) }
    for cell in cells {
      frame.fail(frame.masks[cell.output] & 1 << UInt64(cell.step), .sameLabels)
      frame.set(cell.output, cell.step, .float(cell.value))
    }
  }

  private func grow() {
    while seen < operand.labels.count {
      let whole = operand.labels[seen]
      let bound = whole["le"].flatMap(ClassicCounters.bound)
      let classic = number(whole["le"] == nil ? whole : whole.removing("le"))
      groups[classic].buckets.append((seen, bound))
      groups[number(whole)].natives.append(seen)
      seen += 1
    }
  }

  private func number(_ labels: Labels) -> Int {
    if let known = numbers[labels] { return known }
    numbers[labels] = groups.count
    groups.append(Group(labels: labels))
    return groups.count - 1
  }

  private enum Histogram {
    case classic(ClassicHistogram)
    case native(NativeHistogram)
  }

  /// The histogram of a group at one step; nil when there is none, or two of different kinds.
  private func histogram(
    _ group: Group, _ step: Int, _ input: Frame, _ run: EvaluationRun
  ) -> Histogram? {
    var buckets: [ClassicHistogram.Bucket] = []
    for (series, bound) in group.buckets {
      guard case .float(let count)? = input.value(series, step) else { continue }
      if let bound {
        buckets.append(ClassicHistogram.Bucket(upperBound: bound, count: count))
      } else {
        let text = operand.labels[series]["le"] ?? ""
        remark(
          .warning,
          "bucket label \"le\" is missing or has a malformed value of \(quoted(text))",
          operand.labels[series], run)
      }
    }
    for series in group.natives {
      guard case .histogram(let native)? = input.value(series, step) else { continue }
      guard buckets.isEmpty else {
        remark(
          .warning, "vector contains a mix of classic and native histograms", group.labels, run)
        return nil
      }
      return .native(native)
    }
    return buckets.isEmpty ? nil : .classic(ClassicHistogram(buckets))
  }

  private func remark(
    _ level: Annotation.Level, _ text: String, _ labels: Labels, _ run: EvaluationRun
  ) {
    let name = labels.metricName.map { " for metric name \(quoted($0))" } ?? ""
    run.annotate(Annotation(level, text + name, range: range))
  }

  private func remarkParameters(
    _ parameters: [Operator], _ frames: [Frame], _ grid: StepGrid, _ run: EvaluationRun
  ) {
    for (parameter, frame) in zip(parameters, frames) {
      for k in 0..<grid.count {
        let φ = frame.row(0)[k]
        if φ.isNaN || φ < 0 || φ > 1 { run.annotate(.invalidQuantile(φ, parameter.range)) }
      }
    }
  }

  private func answers(
    _ histogram: Histogram, _ labels: Labels, _ parameters: [Double], _ run: EvaluationRun
  ) -> [(Labels, Double)] {
    switch question {
    case .quantile: return [(labels, quantile(histogram, labels, parameters[0], run))]
    case .quantiles(_, let label):
      return parameters.map { φ in
        var labels = labels
        labels[label] = GoFormat.openMetrics(φ)
        return (labels, quantile(histogram, labels, φ, run))
      }
    case .fraction:
      switch histogram {
      case .classic(let classic):
        return [(labels, classic.fraction(from: parameters[0], to: parameters[1]))]
      case .native(let native):
        let (value, fact) = native.fraction(from: parameters[0], to: parameters[1])
        if let fact {
          run.annotate(Annotation(fact, metricName: labels.metricName, range: range))
        }
        return [(labels, value)]
      }
    }
  }

  private func quantile(
    _ histogram: Histogram, _ labels: Labels, _ φ: Double, _ run: EvaluationRun
  ) -> Double {
    switch histogram {
    case .classic(let classic):
      let quantile = classic.quantile(φ)
      if let forced = quantile.forced {
        let name = run.options.delayedNameRemoval ? labels.metricName : nil
        run.annotate(Annotation(.forcedMonotonicity(forced), metricName: name, range: range))
      }
      return quantile.value
    case .native(let native):
      let (value, fact) = native.quantile(φ)
      if let fact { run.annotate(Annotation(fact, metricName: labels.metricName, range: range)) }
      return value
    }
  }

  private func output(_ whole: Labels, _ run: EvaluationRun) -> Int {
    let key = run.options.delayedNameRemoval ? whole : whole.withoutMetadata
    if let known = outputs[key] { return known }
    outputs[key] = labels.count
    addSeries(key, dropsName: run.options.delayedNameRemoval)
    return labels.count - 1
  }

  override func encodeState(into writer: inout CheckpointWriter) { encodeTable(into: &writer) }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    outputs = try restoreTable(from: &reader)
  }
}
