import Glibc
import Model
import PromQL

/// `sum`, `avg`, `count`, `min`, `max`, `group`, `stddev`, `stdvar`, `quantile`: one value a group.
final class AggregationOperator: Operator {
  private let operand: Operator
  private let parameter: Operator?
  private let operation: AggregationOperation
  private var table: GroupTable
  private var rest: [Double] = []
  private var counts: [Double] = []

  init(
    _ aggregation: Aggregation, operand: Operator, parameter: Operator?, range: Range<Int>
  ) {
    self.operand = operand
    self.parameter = parameter
    operation = aggregation.operation
    table = GroupTable(aggregation)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = operand.evaluate(grid, run)
    let parameterFrame = parameter?.evaluate(grid, run)
    table.grow(operand)
    while labels.count < table.labels.count {
      addSeries(table.labels[labels.count], dropsName: table.dropsName[labels.count])
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    if let parameterFrame { frame.inheritFailure(parameterFrame) }
    for i in 0..<input.seriesCount { frame.defined[table.groups[i]] |= input.defined[i] }
    if let parameterFrame { remarkParameter(parameterFrame, grid, run) }
    guard input.isPlain else {
      aggregateMixed(input, parameterFrame, grid, run)
      return
    }
    switch operation {
    case .sum: sum(input, grid)
    case .avg: average(input, grid)
    case .min: fold(input, grid) { $0.isNaN || $1 < $0 ? $1 : $0 }
    case .max: fold(input, grid) { $0.isNaN || $1 > $0 ? $1 : $0 }
    case .group: fold(input, grid, first: 1) { old, _ in old }
    case .count: fold(input, grid, first: 1) { old, _ in old + 1 }
    default: byColumn(input, parameterFrame, grid, run)
    }
  }

  /// Combines element after element; the first one of a group is taken as it is, or as `first`.
  @inline(__always)
  private func fold(
    _ input: Frame, _ grid: StepGrid, first: Double? = nil, _ body: (Double, Double) -> Double
  ) {
    for i in 0..<input.seriesCount where input.masks[i] != 0 {
      let group = table.groups[i]
      let row = input.row(i)
      let out = frame.row(group)
      let old = frame.masks[group]
      for k in SetBits(input.masks[i]) {
        out[k] = old >> UInt64(k) & 1 == 1 ? body(out[k], row[k]) : first ?? row[k]
      }
      frame.masks[group] |= input.masks[i]
    }
  }

  /// Compensated sums (Kahan–Neumaier), so that the order of series does not show in the result.
  private func sum(_ input: Frame, _ grid: StepGrid) {
    let steps = grid.count
    rest = Array(repeating: 0, count: labels.count * steps)
    rest.withUnsafeMutableBufferPointer { rest in
      for g in 0..<labels.count { frame.row(g).update(repeating: 0, count: steps) }
      for i in 0..<input.seriesCount where input.masks[i] != 0 {
        let group = table.groups[i]
        let row = input.row(i)
        let out = frame.row(group)
        guard let lost = rest.baseAddress.map({ $0 + group &* steps }) else { return }
        if input.masks[i] == grid.fullMask {
          for k in 0..<steps { Self.add(row[k], to: &out[k], &lost[k]) }
        } else {
          for k in SetBits(input.masks[i]) { Self.add(row[k], to: &out[k], &lost[k]) }
        }
        frame.masks[group] |= input.masks[i]
      }
      for g in 0..<labels.count {
        for k in SetBits(frame.masks[g]) where !frame.row(g)[k].isInfinite {
          frame.row(g)[k] += rest[g &* steps &+ k]
        }
      }
    }
  }

  /// Adds to a sum and to what its roundings have lost.
  @inline(__always)
  private static func add(_ value: Double, to sum: inout Double, _ lost: inout Double) {
    let next = sum + value
    let rounding = sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
    let all = lost + rounding
    lost = next.isInfinite ? 0 : all
    sum = next
  }

  private func average(_ input: Frame, _ grid: StepGrid) {
    sum(input, grid)
    counts = Array(repeating: 0, count: labels.count * grid.count)
    for i in 0..<input.seriesCount {
      let first = table.groups[i] * grid.count
      for k in SetBits(input.masks[i]) { counts[first + k] += 1 }
    }
    for g in 0..<labels.count {
      for k in SetBits(frame.masks[g]) {
        let total = frame.row(g)[k]
        // A sum may overflow where the mean does not.
        frame.row(g)[k] =
          total.isFinite
          ? total / counts[g * grid.count + k] : meanOfColumn(g, k, input)
      }
    }
  }

  private func meanOfColumn(_ group: Int, _ step: Int, _ input: Frame) -> Double {
    var values: [Double] = []
    readColumn(group, step, input, into: &values)
    return mean(values)
  }

  private func readColumn(
    _ group: Int, _ step: Int, _ input: Frame, into values: inout [Double]
  ) {
    values.removeAll(keepingCapacity: true)
    for i in table.members[group] where input.masks[i] >> UInt64(step) & 1 == 1 {
      values.append(input.row(i)[step])
    }
  }

  /// Functions that need all elements of a group at once.
  private func byColumn(
    _ input: Frame, _ parameters: Frame?, _ grid: StepGrid, _ run: EvaluationRun
  ) {
    var values: [Double] = []
    for g in 0..<labels.count {
      let union = table.members[g].reduce(UInt64(0)) { $0 | input.masks[$1] }
      for k in SetBits(union) {
        readColumn(g, k, input, into: &values)
        frame.set(g, k, .float(reduce(&values, parameters?.row(0)[k] ?? 0, run)))
      }
    }
  }

  private func reduce(_ values: inout [Double], _ parameter: Double, _ run: EvaluationRun) -> Double
  {
    switch operation {
    case .stddev: return variance(values).squareRoot()
    case .stdvar: return variance(values)
    default: return quantile(parameter, sorting: &values)
    }
  }

  /// Remarks on φ outside 0...1, whether or not there is an element.
  private func remarkParameter(_ parameters: Frame, _ grid: StepGrid, _ run: EvaluationRun) {
    for k in 0..<grid.count {
      let φ = parameters.row(0)[k]
      if φ.isNaN || φ < 0 || φ > 1 {
        run.annotate(.invalidQuantile(φ, parameter?.range ?? range))
      }
    }
  }
}

// MARK: - Vectors with histograms

extension AggregationOperator {
  private func aggregateMixed(
    _ input: Frame, _ parameters: Frame?, _ grid: StepGrid, _ run: EvaluationRun
  ) {
    for g in 0..<labels.count {
      let union = table.members[g].reduce(UInt64(0)) { $0 | input.masks[$1] }
      for k in SetBits(union) {
        let elements = table.members[g].compactMap { input.value($0, k) }
        let name = table.members[g].first { input.masks[$0] >> UInt64(k) & 1 == 1 }
          .flatMap { operand.labels[$0].metricName }
        if let value = reduce(elements, parameters?.row(0)[k] ?? 0, name, run) {
          frame.set(g, k, value)
        }
      }
    }
  }

  private func reduce(
    _ elements: [SampleValue], _ parameter: Double, _ metricName: String?, _ run: EvaluationRun
  ) -> SampleValue? {
    switch operation {
    case .group: return .float(1)
    case .count: return .float(Double(elements.count))
    case .sum, .avg:
      return MixedSum.reduce(elements, isMean: operation == .avg) { remark in
        switch remark {
        case .mixedTypes:
          run.annotate(
            Annotation(
              .warning, "encountered a mix of histograms and floats for aggregation",
              range: range))
        case .histogram(let fact):
          run.annotate(Annotation(fact, metricName: metricName, range: range))
        }
      }
    default:
      var values: [Double] = []
      for case .float(let value) in elements { values.append(value) }
      if values.count < elements.count {
        run.annotate(
          Annotation(
            .info, "ignored histogram in \(operation.rawValue) aggregation", range: range))
      }
      guard let first = values.first else { return nil }
      switch operation {
      case .min: return .float(values.reduce(first) { $0.isNaN || $1 < $0 ? $1 : $0 })
      case .max: return .float(values.reduce(first) { $0.isNaN || $1 > $0 ? $1 : $0 })
      default: return .float(reduce(&values, parameter, run))
      }
    }
  }
}

extension Annotation {
  /// φ is outside 0...1.
  static func invalidQuantile(_ phi: Double, _ range: Range<Int>) -> Annotation {
    Annotation(
      .warning, "quantile value should be between 0 and 1, got \(GoFormat.general(phi))",
      range: range)
  }
}
