import Model
import PromQL

/// `info(v, {…})`: gives each element the labels of the info series about the same target.
///
/// Targets are told apart by `instance` and `job`. Of several info series of one name about one
/// target the one with the newest sample counts.
final class InfoOperator: Operator {
  /// Labels by which an element and an info series are about the same target.
  static let identifyingLabels = ["instance", "job"]

  private struct Target: Hashable {
    var identity: [String]
    init?(_ labels: Labels) {
      identity = InfoOperator.identifyingLabels.map { labels[$0] ?? "" }
      if identity.allSatisfy(\.isEmpty) { return nil }
    }
  }

  private let base: Operator
  private let info: Operator
  private let infoTimes: Operator
  private let nameMatchers: [LabelMatcher]
  private let dataMatchers: [LabelMatcher]
  private let dataNames: Set<String>
  private var outputs: [[Labels: Int]] = []

  /// `info` and `infoTimes` give values and sample times of the series that satisfy all matchers.
  init(
    _ base: Operator, info: Operator, infoTimes: Operator, matchers: [LabelMatcher],
    range: Range<Int>
  ) {
    self.base = base
    self.info = info
    self.infoTimes = infoTimes
    nameMatchers = matchers.filter { $0.name == Labels.metricName }
    dataMatchers = matchers.filter { $0.name != Labels.metricName }
    dataNames = Set(dataMatchers.map(\.name))
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let input = base.evaluate(grid, run)
    let infos = info.evaluate(grid, run)
    let times = infoTimes.evaluate(grid, run)
    while outputs.count < base.labels.count { outputs.append([:]) }
    var targets: [Target: [Int]] = [:]
    for i in 0..<infos.seriesCount where infos.masks[i] != 0 {
      if let target = Target(info.labels[i]) { targets[target, default: []].append(i) }
    }
    var cells: [(series: Int, step: Int, output: Int)] = []
    var failures: [(step: Int, error: EvaluationError)] = []
    for i in 0..<input.seriesCount where input.masks[i] != 0 {
      let isInfo = nameMatchers.allSatisfy { $0.matches(base.labels[i]) }
      let candidates = isInfo ? [] : Target(base.labels[i]).flatMap { targets[$0] } ?? []
      for k in SetBits(input.masks[i]) {
        do throws(EvaluationError) {
          let added = isInfo ? .empty : try dataLabels(candidates, k, infos, times)
          guard let added else { continue }
          cells.append((i, k, output(i, added)))
        } catch {
          failures.append((k, error))
        }
      }
    }
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(input)
    frame.inheritFailure(infos)
    for failure in failures { frame.fail(1 << UInt64(failure.step), failure.error) }
    for cell in cells {
      if let value = input.value(cell.series, cell.step) {
        frame.set(cell.output, cell.step, value)
      }
    }
  }

  /// The labels to add at one step; nil when the element has no info series and must have one.
  private func dataLabels(
    _ candidates: [Int], _ step: Int, _ infos: Frame, _ times: Frame
  ) throws(EvaluationError) -> Labels? {
    var newest: [String: Int] = [:]
    for i in candidates {
      guard let value = infos.value(i, step) else { continue }
      guard case .float = value else {
        throw EvaluationError(
          code: "bad-info-series",
          "this should be an info metric, with float samples: \(info.labels[i])", range: range)
      }
      let name = info.labels[i].metricName ?? ""
      if let known = newest[name] {
        let (a, b) = (times.row(known)[step], times.row(i)[step])
        guard a != b else {
          throw EvaluationError(
            code: "duplicate-info-series",
            "found duplicate series for info metric: existing \(info.labels[known]), "
              + "new \(info.labels[i])",
            range: range)
        }
        if b < a { continue }
      }
      newest[name] = i
    }
    if newest.isEmpty { return dataMatchers.allSatisfy { $0.matches(.empty) } ? .empty : nil }
    var added = Labels()
    for (_, i) in newest.sorted(by: { $0.key < $1.key }) {
      for pair in info.labels[i].pairs where isData(pair.name) {
        if let known = added[pair.name], known != pair.value {
          throw EvaluationError(
            code: "conflicting-info-labels",
            "conflicting label: \(pair.name): \(quoted(known)) and \(quoted(pair.value))",
            range: range)
        }
        added[pair.name] = pair.value
      }
    }
    return added
  }

  private func isData(_ name: String) -> Bool {
    name != Labels.metricName && !Self.identifyingLabels.contains(name)
      && (dataNames.isEmpty || dataNames.contains(name))
  }

  private func output(_ index: Int, _ added: Labels) -> Int {
    if let known = outputs[index][added] { return known }
    var result = base.labels[index]
    for pair in added.pairs where result[pair.name] == nil { result[pair.name] = pair.value }
    outputs[index][added] = labels.count
    addSeries(result, dropsName: base.dropsName[index])
    return labels.count - 1
  }

  override func encodeState(into writer: inout CheckpointWriter) {
    encodeTable(into: &writer)
    writer.write(count: outputs.count)
    for known in outputs {
      writer.write(count: known.count)
      for (added, output) in known.sorted(by: { $0.value < $1.value }) {
        writer.write(added)
        writer.write(count: output)
      }
    }
  }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    try restoreTable(from: &reader)
    outputs = []
    for _ in 0..<(try reader.count()) {
      var known: [Labels: Int] = [:]
      for _ in 0..<(try reader.count()) {
        let added = try reader.labels()
        known[added] = try reader.count(atMost: labels.count - 1)
      }
      outputs.append(known)
    }
  }
}
