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
  private var verdicts: [[Judged]] = []
  /// Detectors of series that were not met again since a restart, with their last verdicts.
  private var waiting: [Labels: (detector: Detector, last: Judged?)] = [:]

  /// How long what was learned of a series outlives it, in ms: what runs once a week is known again.
  private static let keptAfterEnd: Milliseconds = 8 * 86_400_000
  /// Most series that have ended of which that is kept; of more, the latest to end.
  private static let endedMax = 4096
  /// A series without a verdict for longer has ended, in ms.
  private static let pauseMax: Milliseconds = 3_600_000

  private typealias Judged = (time: Timestamp, value: Double, verdict: Verdict)

  init(_ rule: BaselineRule) {
    configuration = DetectorConfiguration(rule)
  }

  func row(_ index: Int, of result: Evaluated, at grid: StepGrid) -> AlertRow {
    while detectors.count <= index {
      let known =
        waiting.isEmpty ? nil : waiting.removeValue(forKey: result.labels(detectors.count))
      detectors.append(known?.detector ?? Detector(configuration))
      verdicts.append(known?.last.map { [$0] } ?? [])
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

  func isNormal(_ value: Double, _ index: Int?, _ labels: Labels, _ time: Timestamp) -> Bool {
    let known = index.flatMap { verdict($0, time) } ?? waiting[labels]?.last?.verdict
    guard let verdict = known else { return false }
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

// MARK: Checkpoint

extension BaselineCondition {
  func forget(at time: Timestamp) {
    // A series that goes on has a verdict of the last ticks, and so comes before any that has ended.
    let times = waiting.values.compactMap(\.last?.time).sorted(by: >)
    var bound = time - Self.keptAfterEnd
    if times.count > Self.endedMax {
      let running = times.prefix { $0 > time - Self.pauseMax }.count
      if times.count > running + Self.endedMax {
        bound = max(bound, times[running + Self.endedMax])
      }
    }
    waiting = waiting.filter { $0.value.last.map { $0.time > bound } ?? false }
  }

  func encodeState(_ labels: (Int) -> Labels, into writer: inout CheckpointWriter) {
    var fresh: [UInt8] = []
    Detector(configuration).encode(into: &fresh)
    var all: [(labels: Labels, bytes: [UInt8], last: Judged?)] = []
    for (index, detector) in detectors.enumerated() {
      var bytes: [UInt8] = []
      detector.encode(into: &bytes)
      if bytes != fresh { all.append((labels(index), bytes, verdicts[index].last)) }
    }
    for (labels, one) in waiting {
      var bytes: [UInt8] = []
      one.detector.encode(into: &bytes)
      all.append((labels, bytes, one.last))
    }
    all.sort { $0.labels < $1.labels }
    writer.write(count: all.count)
    for (labels, bytes, last) in all {
      writer.write(labels)
      writer.write(block: bytes)
      writer.write(last?.time)
      guard let last else { continue }
      writer.write(last.value)
      last.verdict.encode(into: &writer)
    }
  }

  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    for _ in 0..<(try reader.count()) {
      let labels = try reader.labels()
      var bytes = try reader.block()[...]
      let detector: Detector
      do throws(StateError) {
        detector = try Detector(configuration, decoding: &bytes)
      } catch {
        throw reader.failure()
      }
      guard bytes.isEmpty else { throw reader.failure() }
      var last: Judged?
      if let time = try reader.optionalTime() {
        last = (time, try reader.double(), try Verdict(from: &reader))
      }
      waiting[labels] = (detector, last)
    }
  }
}

extension Verdict {
  fileprivate func encode(into writer: inout CheckpointWriter) {
    for number in [expected, lower, upper, recurrence] {
      writer.write(number != nil)
      if let number { writer.write(number) }
    }
    writer.write(score)
    writer.write(news)
    writer.write(count: Channel.allCases.firstIndex(of: channel) ?? 0)
    writer.write(isAnomalous)
    writer.write(adapted)
    writer.write(since.map(Timestamp.init(milliseconds:)))
  }

  fileprivate init(from reader: inout CheckpointReader) throws(CheckpointError) {
    var numbers: [Double?] = []
    for _ in 0..<4 { numbers.append(try reader.bool() ? try reader.double() : nil) }
    let score = try reader.double()
    let news = try reader.double()
    let channel = try reader.count(atMost: Channel.allCases.count - 1)
    self.init(
      expected: numbers[0], lower: numbers[1], upper: numbers[2], score: score,
      channel: Channel.allCases[channel], isAnomalous: try reader.bool(),
      adapted: try reader.bool(), news: news, recurrence: numbers[3],
      since: try reader.optionalTime()?.milliseconds)
  }
}
