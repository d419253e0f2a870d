import Baselines
import Evaluation
import Model
import Rules

/// `baseline:` — one detector for each series of `of`.
final class BaselineCondition: RuleCondition {
  private let configuration: DetectorConfiguration
  /// Rarer than once in so many milliseconds says no more; an integer can hold it.
  private static let recurrenceMax = 1e15
  private var detectors: [Detector] = []
  /// What the detectors said at the ticks of the last pass and, first, at the tick before, by series.
  private var verdicts: [[(time: Timestamp, value: Double, verdict: Verdict)]] = []

  init(_ rule: BaselineRule) {
    configuration = DetectorConfiguration(rule)
  }

  func row(_ index: Int, of result: Evaluated, at grid: StepGrid) -> AlertRow {
    while detectors.count <= index {
      detectors.append(Detector(configuration))
      verdicts.append([])
    }
    // What was said last stays, so that an end is measured alike however ticks make passes.
    verdicts[index].removeFirst(max(0, verdicts[index].count - 1))
    let values = result.row(index)
    let mask = result.masks[index]
    var isTrue: UInt64 = 0
    for k in 0..<grid.count where mask >> UInt64(k) & 1 == 1 {
      let time = grid.start + Int64(k) * grid.step
      let verdict = detectors[index].update(time: time, value: values[k])
      if verdict.isAnomalous { isTrue |= 1 << UInt64(k) }
      verdicts[index].append((Timestamp(milliseconds: time), values[k], verdict))
    }
    return AlertRow(series: index, isTrue: isTrue, isPresent: result.defined[index])
  }

  /// The band at the ticks of the last pass.
  func band(_ index: Int) -> [(time: Timestamp, verdict: Verdict)] {
    verdicts[index].map { ($0.time, $0.verdict) }
  }

  func measure(_ index: Int, _ time: Timestamp, _ value: Double) -> AlertTransition.Measure {
    var measure = AlertTransition.Measure()
    guard let verdict = verdict(index, time) else { return measure }
    measure.expected = verdict.expected
    measure.lower = verdict.lower
    measure.upper = verdict.upper
    measure.score = verdict.score
    if verdict.isAnomalous {
      measure.channel = verdict.channel.words
      measure.recurrence = verdict.recurrence.map { Milliseconds(min($0, Self.recurrenceMax)) }
    }
    return measure
  }

  private func verdict(_ index: Int, _ time: Timestamp) -> Verdict? {
    guard verdicts.indices.contains(index) else { return nil }
    return verdicts[index].last { $0.time <= time }?.verdict
  }

  /// What the detector said of series `index` at its last tick, in words.
  func explanation(_ index: Int) -> String? {
    guard detectors.indices.contains(index) else { return nil }
    guard let last = verdicts[index].last else { return nil }
    return last.verdict.explanation(of: last.value) ?? "the baseline is still being learned"
  }

  func isNormal(_ value: Double, _ index: Int?, _ time: Timestamp) -> Bool {
    guard let index, let verdict = verdict(index, time) else { return false }
    return !verdict.isAnomalous && verdict.score <= 1
  }
}

extension DetectorConfiguration {
  /// The configuration that a rule asks for.
  init(_ rule: BaselineRule) {
    self.init()
    direction =
      switch rule.direction {
      case .above: .above
      case .below: .below
      case .both: .both
      }
    sensitivity = rule.sensitivity
    season =
      switch rule.season {
      case .auto: .auto
      case .none: .none
      case .daily: .daily
      case .weekly: .weekly
      case .every(let length): .period(length)
      }
    minimum = rule.minimum
    learn = rule.learn
  }
}
