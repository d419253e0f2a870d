import Model
import PromQL

/// `topk`, `bottomk`, `limitk`, `limit_ratio`: elements chosen from each group, kept as they are.
final class RankingOperator: Operator {
  private let operand: Operator
  private let parameter: Operator
  private let operation: AggregationOperation
  private var table: GroupTable
  private var hashes: [Double] = []

  init(_ aggregation: Aggregation, operand: Operator, parameter: Operator, range: Range<Int>) {
    self.operand = operand
    self.parameter = parameter
    operation = aggregation.operation
    table = GroupTable(aggregation)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    let parameters = parameter.evaluate(grid, run)
    table.grow(operand)
    while labels.count < operand.labels.count {
      let index = labels.count
      addSeries(operand.labels[index], dropsName: operand.dropsName[index])
      // The labels' place in [0, 1) decides; the complement of a ratio takes the rest.
      hashes.append(Double(operand.labels[index].stableHash >> 11) * 0x1p-53)
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    frame.inheritFailure(parameters)
    for i in 0..<labels.count { frame.defined[i] = input.defined[i] }
    for k in 0..<grid.count { check(parameters.row(0)[k], k, run) }
    var order: [Int] = []
    for members in table.members {
      let union = members.reduce(UInt64(0)) { $0 | input.masks[$1] }
      for k in SetBits(union) {
        let chosen = choose(members, k, input, parameters.row(0)[k], run)
        for index in chosen {
          if let value = input.value(index, k) { frame.set(index, k, value) }
        }
        if grid.count == 1 { order += chosen }
      }
    }
    if grid.count == 1, operation == .topk || operation == .bottomk { frame.order = order }
  }

  private func choose(
    _ members: [Int], _ step: Int, _ input: Frame, _ parameter: Double, _ run: EvaluationRun
  ) -> [Int] {
    let present = members.filter { input.masks[$0] >> UInt64(step) & 1 == 1 }
    switch operation {
    case .limitRatio: return limitRatio(present, parameter)
    case .limitk:
      return count(parameter).map { Array(present.prefix($0)) } ?? []
    default:
      let floats = present.filter { !HistogramBox.isBoxed(input.row($0)[step]) }
      if floats.count < present.count {
        run.annotate(
          Annotation(
            .info, "ignored histogram in \(operation.rawValue) aggregation", range: range))
      }
      guard let count = count(parameter) else { return [] }
      let isTop = operation == .topk
      // NaN is the last choice of both; ties go to the series that came first.
      let sorted = floats.sorted { a, b in
        let x = input.row(a)[step]
        let y = input.row(b)[step]
        if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a < b : y.isNaN }
        return x == y ? a < b : isTop ? x > y : x < y
      }
      return Array(sorted.prefix(count))
    }
  }

  /// Fails the step, or remarks on it, where the parameter is none; whether or not there are
  /// elements.
  private func check(_ parameter: Double, _ step: Int, _ run: EvaluationRun) {
    var refusal: String?
    if operation == .limitRatio {
      if parameter.isNaN { refusal = "Ratio value is NaN" }
      let ratio = max(-1, min(1, parameter))
      if !parameter.isNaN, ratio != parameter {
        run.annotate(
          Annotation(
            .warning,
            "ratio value should be between -1 and 1, got \(GoFormat.general(parameter)), "
              + "capping to \(GoFormat.general(ratio))",
            range: self.parameter.range))
      }
    } else if parameter.isNaN {
      refusal = "Parameter value is NaN"
    } else if parameter >= 0x1p63 {
      refusal = "Scalar value \(GoFormat.general(parameter)) overflows int64"
    } else if parameter < -0x1p63 {
      refusal = "Scalar value \(GoFormat.general(parameter)) underflows int64"
    }
    guard let refusal else { return }
    frame.fail(
      1 << UInt64(step),
      EvaluationError(code: "bad-parameter", refusal, range: self.parameter.range))
  }

  /// The `k` of a ranking; nil when nothing is to be kept.
  private func count(_ parameter: Double) -> Int? {
    guard parameter >= 1, parameter < 0x1p63 else { return nil }
    return Int(parameter)
  }

  private func limitRatio(_ present: [Int], _ parameter: Double) -> [Int] {
    let ratio = max(-1, min(1, parameter))
    return present.filter { ratio >= 0 ? hashes[$0] < ratio : hashes[$0] >= 1 + ratio }
  }
}

/// `count_values("label", v)`: how many elements of a group have each value.
final class CountValuesOperator: Operator {
  private let operand: Operator
  private let label: String
  private var table: GroupTable
  private var outputs: [Labels: Int] = [:]

  init(_ aggregation: Aggregation, label: String, operand: Operator, range: Range<Int>) {
    self.operand = operand
    self.label = label
    table = GroupTable(aggregation)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    table.grow(operand)
    var cells: [(output: Int, step: Int)] = []
    for i in 0..<input.seriesCount {
      for k in SetBits(input.masks[i]) {
        guard let value = input.value(i, k) else { continue }
        cells.append((output(table.groups[i], value), k))
      }
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    for (output, step) in cells {
      let isNew = frame.masks[output] >> UInt64(step) & 1 == 0
      frame.set(output, step, .float(isNew ? 1 : frame.row(output)[step] + 1))
    }
  }

  private func output(_ group: Int, _ value: SampleValue) -> Int {
    var result = table.labels[group]
    // The value is a label like the others: `without` takes it away as well.
    if !table.removes(label) {
      switch value {
      case .float(let float): result[label] = GoFormat.shortest(float)
      case .histogram(let histogram): result[label] = GoFormat.text(histogram)
      }
    }
    if let known = outputs[result] { return known }
    outputs[result] = labels.count
    addSeries(result)
    return labels.count - 1
  }

  override func encodeState(into writer: inout CheckpointWriter) { encodeTable(into: &writer) }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    outputs = try restoreTable(from: &reader)
  }
}
