import Model

/// `rate`, `increase` and `delta`, and what they share.
enum CounterFunction {
  /// Per-second increase of a counter.
  case rate
  /// Increase of a counter.
  case increase
  /// Difference of a gauge.
  case delta

  var isCounter: Bool { self != .delta }
}

/// Extrapolates a difference seen between the samples of a window to the window's ends.
///
/// The ends are reached when the samples begin and end within 1.1 average intervals of them; else
/// half an interval is added. A counter is not extrapolated below zero.
/// Source: Prometheus `promql/functions.go`, `extrapolatedRate`.
/// - Returns: the factor on the difference.
@inline(__always)
func extrapolationFactor(
  _ window: WindowEdges, difference: Double, isCounter: Bool, isRate: Bool
) -> Double {
  let start = window.end &- window.length
  let sampled = Double(window.lastTime &- window.firstTime) / 1000
  let interval = sampled / Double(window.count - 1)
  var toStart = Double(window.firstTime &- start) / 1000
  var toEnd = Double(window.end &- window.lastTime) / 1000
  let threshold = interval * 1.1
  if toStart >= threshold { toStart = interval / 2 }
  if isCounter {
    var toZero = toStart
    if difference > 0, window.firstValue >= 0 {
      toZero = sampled * (window.firstValue / difference)
    }
    if toZero < toStart { toStart = toZero }
  }
  if toEnd >= threshold { toEnd = interval / 2 }
  var factor = (sampled + toStart + toEnd) / sampled
  if isRate { factor /= Double(window.length) / 1000 }
  return factor
}

/// The factor of the window seen last, since series that are read together have samples at the same
/// moments, and so the same factor but where a counter would come below zero.
struct CommonExtrapolation: WindowCommon {
  private var count = 0
  private var toStart: Int64 = 0
  private var sampled: Int64 = 0
  private var toEnd: Int64 = 0
  private var length: Int64 = 0
  private var factor = 0.0

  /// What `extrapolationFactor` gives; `isRate` must be the same in all calls.
  @inline(__always)
  mutating func factor(
    _ window: WindowEdges, difference: Double, isCounter: Bool, isRate: Bool
  ) -> Double {
    // A counter that had counted as much before the window as inside of it was zero at least as long
    // ago as its samples reach: from three samples on, nothing is extrapolated that far.
    let mayReachZero =
      isCounter && difference > 0 && window.firstValue >= 0
      && (window.count < 3 || window.firstValue < difference)
    if mayReachZero {
      return extrapolationFactor(
        window, difference: difference, isCounter: isCounter, isRate: isRate)
    }
    let toStart = window.firstTime &- (window.end &- window.length)
    let sampled = window.lastTime &- window.firstTime
    let toEnd = window.end &- window.lastTime
    let isKnown =
      count == window.count && self.toStart == toStart && self.sampled == sampled
      && self.toEnd == toEnd && length == window.length
    if !isKnown {
      count = window.count
      self.toStart = toStart
      self.sampled = sampled
      self.toEnd = toEnd
      length = window.length
      factor = extrapolationFactor(window, difference: 0, isCounter: false, isRate: isRate)
    }
    return factor
  }
}

/// `rate`, `increase`: last value less first value plus what resets took away.
struct CounterAccumulator<Kind: CounterKind>: WindowAccumulator {
  static var wear: Wear { .slow }
  private var corrections = ExactSum()
  private var resets: Int32 = 0

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    if Kind.function.isCounter, !isFirst, value < previous {
      corrections.add(previous)
      resets &+= 1
    }
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {
    if Kind.function.isCounter, !isLast, next < value {
      resets &-= 1
      if resets == 0 { corrections = ExactSum() } else { corrections.remove(value) }
    }
  }

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult {
    var common = CommonExtrapolation()
    return result(window, &common)
  }

  @inline(__always)
  func result(_ window: WindowEdges, _ common: inout CommonExtrapolation) -> WindowResult {
    guard window.count >= 2 else { return .none }
    var difference = window.lastValue - window.firstValue
    if resets > 0 {
      guard let correction = corrections.value else { return .recompute }
      difference += correction
    }
    let factor = common.factor(
      window, difference: difference, isCounter: Kind.function.isCounter,
      isRate: Kind.function == .rate)
    return .value(difference * factor)
  }
}

/// Which of the three a `CounterAccumulator` is, fixed when it is compiled.
protocol CounterKind {
  static var function: CounterFunction { get }
}
enum RateKind: CounterKind { static var function: CounterFunction { .rate } }
enum IncreaseKind: CounterKind { static var function: CounterFunction { .increase } }
enum DeltaKind: CounterKind { static var function: CounterFunction { .delta } }

/// `irate` and `idelta`: the last two samples.
struct InstantAccumulator<Kind: CounterKind>: WindowAccumulator {
  private var beforeLast = 0.0
  private var beforeLastTime: Int64 = 0
  private var lastTime: Int64 = 0

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    beforeLast = previous
    beforeLastTime = lastTime
    lastTime = time
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {}

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult {
    guard window.count >= 2, window.lastTime > beforeLastTime else { return .none }
    guard Kind.function == .rate else { return .value(window.lastValue - beforeLast) }
    let isReset = window.lastValue < beforeLast
    let difference = isReset ? window.lastValue : window.lastValue - beforeLast
    return .value(difference / (Double(window.lastTime &- beforeLastTime) / 1000))
  }
}

/// `resets` and `changes`: pairs of neighbours for which something holds.
struct PairAccumulator<Kind: PairKind>: WindowAccumulator {
  private var pairs: Int32 = 0

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    if !isFirst, Kind.counts(previous, value) { pairs &+= 1 }
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {
    if !isLast, Kind.counts(value, next) { pairs &-= 1 }
  }

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult { .value(Double(pairs)) }
}

/// What a `PairAccumulator` counts.
protocol PairKind {
  static func counts(_ earlier: Double, _ later: Double) -> Bool
}
enum ResetKind: PairKind {
  @inline(__always)
  static func counts(_ earlier: Double, _ later: Double) -> Bool { later < earlier }
}
enum ChangeKind: PairKind {
  @inline(__always)
  static func counts(_ earlier: Double, _ later: Double) -> Bool {
    later != earlier && !(later.isNaN && earlier.isNaN)
  }
}

// MARK: Checkpoint

extension CounterAccumulator {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(Int64(resets))
    // Without a reset in the window there is nothing to correct.
    if resets != 0 { corrections.encode(into: &writer) }
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    resets = try reader.int32()
    if resets != 0 { corrections = try ExactSum(from: &reader) }
  }
}

extension InstantAccumulator {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(beforeLast)
    writer.write(beforeLastTime)
    writer.write(lastTime)
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    beforeLast = try reader.double()
    beforeLastTime = try reader.int64()
    lastTime = try reader.int64()
  }
}

extension PairAccumulator {
  func encode(into writer: inout CheckpointWriter) { writer.write(Int64(pairs)) }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    pairs = try reader.int32()
  }
}
