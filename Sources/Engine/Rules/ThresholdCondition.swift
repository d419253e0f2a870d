import Evaluation
import Model
import Rules

/// `threshold:` — levels with hysteresis, and the forecast that a resource runs out.
final class ThresholdCondition: RuleCondition {
  private let rule: ThresholdRule
  private var wasOn: [Bool] = []
  private var trends: [ExhaustionTrend] = []
  /// What is remembered of series that were not seen again since a restart.
  private var waiting: [Labels: (wasOn: Bool, trend: ExhaustionTrend?)] = [:]
  /// Time to exhaustion at the ticks of the last pass, by series and tick.
  private var forecasts: [Int: [(time: Timestamp, left: Milliseconds)]] = [:]

  init(_ rule: ThresholdRule) {
    self.rule = rule
  }

  func row(_ index: Int, of result: Evaluated, at grid: StepGrid) -> AlertRow {
    grow(to: index, result)
    let values = result.row(index)
    let mask = result.masks[index]
    var rises: UInt64 = 0
    var stays: UInt64 = 0
    for k in 0..<grid.count where mask >> UInt64(k) & 1 == 1 {
      if rule.isTrue(values[k]) { rises |= 1 << UInt64(k) }
      if rule.stays(values[k]) { stays |= 1 << UInt64(k) }
    }
    rises |= forecast(index, values, mask, grid)
    let isTrue = Hysteresis.latch(
      rises: rises, stays: stays, wasOn: wasOn[index], count: grid.count)
    wasOn[index] = isTrue >> UInt64(grid.count - 1) & 1 == 1
    return AlertRow(series: index, isTrue: isTrue, isPresent: result.defined[index])
  }

  private func grow(to index: Int, _ result: Evaluated) {
    while wasOn.count <= index {
      let known = waiting.isEmpty ? nil : waiting.removeValue(forKey: result.labels(wasOn.count))
      wasOn.append(known?.wasOn ?? false)
      guard let exhausts = rule.exhausts else { continue }
      trends.append(known?.trend ?? ExhaustionTrend(exhausts, rule.direction))
    }
  }

  /// The ticks at which the trend reaches the end in time.
  private func forecast(
    _ index: Int, _ values: UnsafeBufferPointer<Double>, _ mask: UInt64, _ grid: StepGrid
  ) -> UInt64 {
    guard rule.exhausts != nil else { return 0 }
    forecasts[index] = nil
    var soon: UInt64 = 0
    for k in 0..<grid.count where mask >> UInt64(k) & 1 == 1 {
      let time = grid.start + Int64(k) * grid.step
      guard let left = trends[index].update(time, values[k]) else { continue }
      soon |= 1 << UInt64(k)
      forecasts[index, default: []].append((Timestamp(milliseconds: time), left))
    }
    return soon
  }

  func measure(_ index: Int, _ time: Timestamp, _ value: Double) -> AlertTransition.Measure {
    var measure = rule.measure(of: value)
    measure.exhaustedIn = forecasts[index]?.first { $0.time == time }?.left
    return measure
  }

  func isNormal(_ value: Double, _ index: Int?, _ labels: Labels, _ time: Timestamp) -> Bool {
    !rule.stays(value)
  }
}

/// Whether a resource runs out soon, by the median slope of its recent values.
///
/// The slope is that of Theil and Sen: the median over all pairs of up to 32 points, so that a few
/// wild values do not move it. A trend counts when at least three of four pairs agree on its sign
/// and the points cover a quarter of the look-back.
/// Source: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau" (1968).
struct ExhaustionTrend {
  private let exhausts: ThresholdRule.Exhaustion
  private let direction: ThresholdRule.Direction
  private var times: [Int64] = []
  private var values: [Double] = []

  /// Most points kept.
  private static let pointsMax = 32

  init(_ exhausts: ThresholdRule.Exhaustion, _ direction: ThresholdRule.Direction) {
    self.exhausts = exhausts
    self.direction = direction
  }

  /// How far back the trend is taken, in ms.
  fileprivate var lookback: Int64 { min(exhausts.within, 3_600_000) }

  /// Takes a value in.
  ///
  /// - Returns: the time left in ms when it is at most `within`; nil when the end is not in sight.
  mutating func update(_ time: Int64, _ value: Double) -> Milliseconds? {
    guard value.isFinite else { return nil }
    let spacing = lookback / Int64(Self.pointsMax)
    if let last = times.last, time - last < spacing {
      // Points closer than the spacing stand for one: the newest value of it is kept.
      values[values.count - 1] = value
    } else {
      times.append(time)
      values.append(value)
    }
    while let first = times.first, first <= time - lookback {
      times.removeFirst()
      values.removeFirst()
    }
    return timeLeft(from: value)
  }

  private func timeLeft(from value: Double) -> Milliseconds? {
    guard times.count >= 6, let first = times.first, let last = times.last,
      last - first >= lookback / 4
    else { return nil }
    let sign: Double = direction == .above ? 1 : -1
    let pairs = times.count * (times.count - 1) / 2
    // Slopes in order lead to later and later ends, so whether that of the median is in reach can be
    // counted. Most of the time it is not, and nothing has to be sorted.
    var agreeing = 0
    var reaching = 0
    forEachSlope { slope in
      guard slope * sign > 0 else { return }
      agreeing += 1
      if timeLeft(from: value, at: slope) <= Double(exhausts.within) { reaching += 1 }
    }
    let needed = direction == .above ? pairs - pairs / 2 : pairs / 2 + 1
    guard agreeing * 4 >= pairs * 3, reaching >= needed else { return nil }
    var slopes: [Double] = []
    slopes.reserveCapacity(pairs)
    forEachSlope { slopes.append($0) }
    slopes.sort()
    return Milliseconds(max(0, timeLeft(from: value, at: slopes[pairs / 2])))
  }

  private func timeLeft(from value: Double, at slope: Double) -> Double {
    (exhausts.at - value) / slope
  }

  private func forEachSlope(_ body: (Double) -> Void) {
    for i in times.indices {
      for j in times.indices[(i + 1)...] {
        body((values[j] - values[i]) / Double(times[j] - times[i]))
      }
    }
  }
}

// MARK: Checkpoint

extension ThresholdCondition {
  func forget(at time: Timestamp) {
    // A trend looks back no further, so without points in that reach nothing is left of it.
    waiting = waiting.filter { $0.value.wasOn || $0.value.trend?.isOver(at: time) == false }
  }

  func encodeState(_ labels: (Int) -> Labels, into writer: inout CheckpointWriter) {
    var all = waiting.map { (labels: $0.key, wasOn: $0.value.wasOn, trend: $0.value.trend) }
    for index in wasOn.indices {
      let trend = trends.indices.contains(index) ? trends[index] : nil
      guard wasOn[index] || trend?.isEmpty == false else { continue }
      all.append((labels(index), wasOn[index], trend))
    }
    all.sort { $0.labels < $1.labels }
    writer.write(count: all.count)
    for (labels, wasOn, trend) in all {
      writer.write(labels)
      writer.write(wasOn)
      trend?.encode(into: &writer)
    }
  }

  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    for _ in 0..<(try reader.count()) {
      let labels = try reader.labels()
      let wasOn = try reader.bool()
      var trend: ExhaustionTrend?
      if let exhausts = rule.exhausts {
        trend = try ExhaustionTrend(exhausts, rule.direction, from: &reader)
      }
      waiting[labels] = (wasOn, trend)
    }
  }
}

extension ExhaustionTrend {
  /// True before the first value.
  var isEmpty: Bool { times.isEmpty }

  /// True when every value is older than the look-back.
  func isOver(at time: Timestamp) -> Bool {
    times.last.map { $0 <= time.milliseconds - lookback } ?? true
  }

  func encode(into writer: inout CheckpointWriter) {
    writer.write(count: times.count)
    for index in times.indices {
      writer.write(times[index])
      writer.write(values[index])
    }
  }

  init(
    _ exhausts: ThresholdRule.Exhaustion, _ direction: ThresholdRule.Direction,
    from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    self.init(exhausts, direction)
    for _ in 0..<(try reader.count()) {
      times.append(try reader.int64())
      values.append(try reader.double())
    }
  }
}
