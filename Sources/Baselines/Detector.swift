/// Tells, sample by sample, what is normal for one series and how far the newest value is from it.
///
///     var detector = Detector(DetectorConfiguration())
///     let verdict = detector.update(time: 1_768_487_400_000, value: 0.4)
///
/// It looks at no future sample, reads no clock and draws no random number: equal input gives equal
/// verdicts, also across `encode` and `init(decoding:)`.
/// - Complexity: `update` is O(1) and does not allocate after the warm-up; the state is bounded.
public struct Detector: Sendable {
  /// What the rule asked for.
  public let configuration: DetectorConfiguration

  private var cadence = Cadence()
  private var level = Level()
  private var scale = Scale()
  /// Level and scale of the present anomaly, which become the normal ones if it lasts.
  private var shadow = Level()
  private var shadowScale = Scale()
  private var learned = 0.0
  private var since: Int64?

  /// A detector that has seen nothing.
  public init(_ configuration: DetectorConfiguration = DetectorConfiguration()) {
    self.configuration = configuration
  }

  /// The `news` at which an alarm begins, equal for every series.
  public var alarmThreshold: Double { 0.5 }

  /// Band half-width in scales at which a normal series leaves it as rarely as asked.
  private var reach: Double { [9, 7.5, 6, 5, 4][configuration.sensitivity - 1] }

  /// Takes the next sample and judges it by what came before.
  ///
  /// NaN, infinities and a second sample of the same millisecond are ignored: they give the
  /// verdict of warm-up and teach nothing. A time before the last one is taken as a clock that was
  /// set back.
  public mutating func update(time: Int64, value: Double) -> Verdict {
    guard value.isFinite, let elapsed = cadence.step(to: time) else { return .learning }
    learned += min(elapsed, 10 * cadence.interval)
    let expected = level.value
    let residual = value - expected
    let spread = max(scale.value, abs(expected) * 1e-9, .leastNormalMagnitude)
    guard isReady else {
      learn(value, residual)
      return .learning
    }
    let half = max(reach * spread, configuration.minimum)
    let deviation = isCounted(residual) ? abs(residual) / half : 0
    var verdict = Verdict(
      expected: expected, lower: expected - half, upper: expected + half, score: deviation,
      channel: .none, isAnomalous: deviation >= 1, adapted: false,
      news: deviation / (1 + deviation))
    if verdict.isAnomalous {
      if since == nil {
        since = time
        (shadow, shadowScale) = (Level(), Scale())
      }
      shadowScale.update(shadow.count > 0 ? value - shadow.value : 0, gain: 0.02)
      shadow.update(value, scale: shadowScale.value, gain: 0.02)
      verdict.since = since
      verdict.channel = shadow.count > 3 ? .levelShift : .spike
      verdict.adapted = adapt(at: time)
    } else {
      since = nil
      learn(value, residual)
    }
    return verdict
  }

  /// Enough was seen to judge.
  private var isReady: Bool {
    guard let asked = configuration.learn else { return level.count >= 60 }
    return level.count >= 10 && learned >= Double(asked)
  }

  private func isCounted(_ residual: Double) -> Bool {
    switch configuration.direction {
    case .above: residual > 0
    case .below: residual < 0
    case .both: true
    }
  }

  private mutating func learn(_ value: Double, _ residual: Double) {
    scale.update(level.count > 0 ? residual : 0, gain: 0.01)
    level.update(value, scale: scale.value, gain: 0.02)
  }

  /// Takes an anomaly that has lasted a day for the new normal.
  private mutating func adapt(at time: Int64) -> Bool {
    guard let start = since, shadow.count >= 24, time - start >= 86_400_000 else { return false }
    level.restart(at: shadow.value, count: shadow.count)
    scale.restart(at: max(shadowScale.value, scale.value / 2), count: shadow.count)
    since = nil
    return true
  }
}

// MARK: Checkpoint

extension Detector {
  /// First byte of every checkpoint; raised when the state changes its shape.
  private static var version: UInt8 { 1 }

  /// Appends everything learned (not the configuration) to `bytes`.
  public func encode(into bytes: inout [UInt8]) {
    var writer = StateWriter()
    writer.write(byte: Self.version)
    cadence.encode(into: &writer)
    level.encode(into: &writer)
    scale.encode(into: &writer)
    shadow.encode(into: &writer)
    shadowScale.encode(into: &writer)
    writer.write(learned)
    writer.write(since != nil)
    writer.write(since ?? 0)
    bytes += writer.bytes
  }

  /// A detector that goes on where the one that wrote `bytes` stood, with bit-equal verdicts.
  ///
  /// - Parameters:
  ///   - configuration: what the rule asks for now.
  ///   - bytes: begins with what `encode` wrote; what was read is dropped from its front.
  /// - Throws: `StateError` when the bytes are cut off or not a checkpoint of this version.
  public init(
    _ configuration: DetectorConfiguration = DetectorConfiguration(),
    decoding bytes: inout ArraySlice<UInt8>
  ) throws(StateError) {
    var reader = StateReader(bytes)
    guard try reader.byte() == Self.version else { throw reader.failure(.unknownVersion) }
    self.configuration = configuration
    cadence = try Cadence(from: &reader)
    level = try Level(from: &reader)
    scale = try Scale(from: &reader)
    shadow = try Level(from: &reader)
    shadowScale = try Scale(from: &reader)
    learned = try reader.double()
    let isInAnomaly = try reader.bool()
    let start = try reader.int64()
    since = isInAnomaly ? start : nil
    bytes = bytes[reader.position...]
  }
}
