import Glibc

/// Tells, sample by sample, what is normal for one series and how far the newest value is from it.
///
///     var detector = Detector(DetectorConfiguration())
///     let verdict = detector.update(time: 1_768_487_400_000, value: 0.4)
///
/// It looks at no future sample, reads no clock and draws no random number: equal input gives equal
/// verdicts, also across `encode` and `init(decoding:)`.
///
/// Two questions are kept apart. *Alarm*: is this rarer than the sensitivity allows, by the series'
/// own tails? That is `isAnomalous`, with the band, the channel and the recurrence. *News*: is this
/// something the series has not shown before, or not for a day? That is `news`, the continuous score
/// by which anomalies of many series are ranked; at sensitivity 4 and 5 it raises alarms too.
/// - Complexity: `update` is O(1) and does not allocate after the first samples; the state of a
///   detector is below 4 KB.
public struct Detector: Sendable {
  /// The `news` from which on a sample is worth a report, equal for every series.
  public static let newsThreshold = 0.5
  /// Samples before anything is judged when the rule does not say how long to learn.
  static let samplesMin = 60
  /// Samples before anything is judged, whatever the rule says.
  static let learnSamplesMin = 10
  /// Share of a sample in the level and in the recent value.
  static let levelGain = 0.01
  static let recentGain = 0.3
  /// Share of the level in the anchor against which its drift is measured.
  static let anchorGain = 0.001
  /// Steps from the recent value count up to this many scales.
  static let recentReach = 9.0

  /// What the rule asked for.
  public let configuration: DetectorConfiguration
  private let sensitivity: Sensitivity

  private var cadence = Cadence()
  private var known = 0.0
  private var level = Level()
  private var anchor = Level()
  private var scale = Scale()
  private var recent = Level()
  private var stepScale = Scale()
  private var profile: SeasonalProfile
  private var deviations = Deviations()
  private var stillness = Stillness()
  private var newsworthiness = Newsworthiness()
  private var anomaly: Anomaly?

  /// A detector that has seen nothing.
  public init(_ configuration: DetectorConfiguration = DetectorConfiguration()) {
    self.configuration = configuration
    sensitivity = Sensitivity(configuration.sensitivity)
    profile = SeasonalProfile(configuration.season)
  }

  /// Takes the next sample and judges it by what came before.
  ///
  /// NaN, infinities and a second sample of the same millisecond are ignored: they give the
  /// verdict of warm-up and teach nothing. A time before the last one is taken as a clock that was
  /// set back.
  public mutating func update(time: Int64, value: Double) -> Verdict {
    guard value.isFinite, abs(value) < 1e150, let elapsed = cadence.step(to: time) else {
      return .learning
    }
    if cadence.count == 1 { begin(at: value) }
    let interval = max(cadence.interval, 1)
    known += min(elapsed, 10 * interval)
    let season = profile.offset(at: time)
    let residual = value - level.value - season.value
    // What no known moment nearby explains either; 0 within the neighbouring slots' offsets.
    let plain = value - level.value
    let unexplained = plain - min(max(plain, season.lowest), season.highest)
    let step = value - recent.value
    let floor = 1e-6 * abs(level.value) + .leastNormalMagnitude
    let spread = max(scale.value, floor)
    // Two residuals make no scale: until then nothing deviates.
    if scale.count >= 2 {
      deviations.measure(
        residual: unexplained, scale: spread, step: step, stepScale: max(stepScale.value, floor),
        drift: level.value - anchor.value)
    }
    stillness.update(value)
    let strength = newsworthiness.strength(
      of: Newsworthiness.Evidence(
        time: time, value: value, residual: residual, deviation: deviations.point,
        step: deviations.step, knowsSeason: season.isKnown, usesSeason: season.mode != .none,
        count: cadence.count, known: known, interval: interval, floor: floor))
    recent.update(
      step, limit: Self.recentReach * stepScale.value, gain: Self.recentGain)
    var verdict = Verdict.learning
    if isReady {
      verdict = judge(
        value: value, residual: residual, unexplained: unexplained, spread: spread,
        strength: strength, interval: interval)
      follow(&verdict, time: time, value: value - season.value, step: step)
    }
    if anomaly == nil { learn(residual, step, interval: interval) }
    learnSeason(plain, at: season, interval: interval)
    return verdict
  }

  private mutating func begin(at value: Double) {
    level.restart(at: value, count: 0)
    anchor.restart(at: value, count: 0)
    recent.restart(at: value, count: 0)
  }

  /// Enough was seen to judge.
  private var isReady: Bool {
    if let asked = configuration.learn {
      return cadence.count > Self.learnSamplesMin && known >= Double(asked)
    }
    guard cadence.count > Self.samplesMin else { return false }
    return switch configuration.season {
    case .auto, .none: true
    case .daily: known >= Double(SeasonalProfile.day)
    case .weekly: known >= Double(SeasonalProfile.week)
    case .period(let length): known >= Double(length)
    }
  }

  /// The verdict on one sample, without its history.
  private func judge(
    value: Double, residual: Double, unexplained: Double, spread: Double, strength: Double,
    interval: Double
  ) -> Verdict {
    let expected = value - residual
    let probability = sensitivity.probability(interval: interval)
    let half = max(
      deviations.band(atProbability: probability) * spread, configuration.minimum, spread * 1e-9)
    let slack = residual - unexplained
    var verdict = Verdict(
      expected: expected, lower: expected - half + min(slack, 0),
      upper: expected + half + max(slack, 0), score: 0, channel: .none,
      isAnomalous: false, adapted: false)
    if matters(residual) {
      let point = abs(unexplained) / half
      var shift = deviations.stepExcess(atProbability: probability)
      if (deviations.mean < 0) == (residual < 0) {
        shift = max(shift, deviations.meanExcess(atProbability: probability))
      }
      if (deviations.drift < 0) == (residual < 0), !profile.isYoung(after: known) {
        shift = max(shift, deviations.driftExcess(atProbability: probability))
      }
      verdict.news = strength / (1 + strength)
      verdict.score = min(max(point, shift, strength / sensitivity.newsMin), Deviations.sizeMax)
      if verdict.score >= 1 { verdict.channel = deviations.isAbrupt ? .spike : .drift }
    }
    // Scatter and stillness have no side, so they speak only where either side matters.
    guard verdict.score < 1, configuration.direction == .both else { return verdict }
    let scatter =
      abs(residual) >= configuration.minimum
      ? deviations.scatterExcess(atProbability: probability) : 0
    let still = stillness.excess(atProbability: probability)
    if max(scatter, still) > verdict.score { verdict.score = max(scatter, still) }
    if verdict.score >= 1 { verdict.channel = still >= 1 ? .flatLine : .variance }
    return verdict
  }

  /// The deviation is on the side that was asked for and large enough to matter in practice.
  private func matters(_ residual: Double) -> Bool {
    guard abs(residual) >= configuration.minimum else { return false }
    return switch configuration.direction {
    case .above: residual > 0
    case .below: residual < 0
    case .both: true
    }
  }

  /// Opens, continues, ends or accepts an anomaly, and completes the verdict.
  private mutating func follow(
    _ verdict: inout Verdict, time: Int64, value: Double, step: Double
  ) {
    let isOut = verdict.score >= 1
    if isOut, anomaly == nil {
      deviations.learn()
      anomaly = Anomaly(since: time, channel: verdict.channel, known: known)
    }
    guard var present = anomaly else { return }
    if isOut {
      present.rarest = min(
        present.rarest,
        verdict.channel == .flatLine ? stillness.probability : deviations.probability)
    }
    present.take(value, step: step, isOut: isOut, isRepeat: stillness.isRepeat)
    verdict.isAnomalous = true
    verdict.channel = present.channel
    verdict.since = present.since
    if present.rarest < Tail.share { verdict.recurrence = cadence.interval / present.rarest }
    anomaly = present
    if present.isOver {
      verdict.isAnomalous = false
      verdict.channel = .none
      verdict.since = nil
      verdict.recurrence = nil
      anomaly = nil
    } else if present.isLasting(at: time) {
      verdict.adapted = true
      accept(present)
    }
  }

  /// Takes what an anomaly showed for the new normal.
  private mutating func accept(_ lasting: Anomaly) {
    level.restart(at: lasting.level.value, count: lasting.count)
    anchor.restart(at: lasting.level.value, count: lasting.count)
    // Half the former scale at least: a level that was reached once may still be left a little.
    scale.restart(at: max(lasting.scale.value, scale.value / 2), count: lasting.count)
    stepScale.restart(at: max(lasting.steps.value, stepScale.value / 2), count: lasting.count)
    deviations.restart()
    stillness.accept()
    anomaly = nil
  }

  /// Lets everything normal but the season learn from a sample that was none.
  private mutating func learn(_ residual: Double, _ step: Double, interval: Double) {
    if cadence.count > 1 {
      if scale.count >= 2 { deviations.learn() }
      scale.update(residual, isRepeat: stillness.isRepeat)
      stepScale.update(step, isRepeat: stillness.isRepeat)
    }
    // With a season the level is the mean of a whole period, and must not follow its course.
    let gain =
      profile.mode == .none
      ? Self.levelGain : min(Self.levelGain, interval / Double(profile.period))
    level.update(residual, limit: Scale.reach * scale.value, gain: gain)
    anchor.update(level.value - anchor.value, limit: .infinity, gain: Self.anchorGain)
  }

  /// Lets the season learn; while it is young, from anomalies too, for they may be its rhythm.
  private mutating func learnSeason(
    _ plain: Double, at season: SeasonalProfile.Offset, interval: Double
  ) {
    let isYoung = profile.isYoung(after: known)
    guard anomaly == nil || isYoung else { return }
    let former = profile.mode
    profile.learn(
      plain, at: season, limit: isYoung ? .infinity : 4 * scale.value, interval: interval)
    guard profile.mode != former else { return }
    // What is left without the rhythm is another series, with a scale and tails of its own.
    scale.restart(at: scale.value, count: Level.seedCount)
    deviations.doubt()
  }
}

// MARK: Checkpoint

extension Detector {
  /// First byte of every checkpoint; raised when the state changes its shape.
  private static var version: UInt8 { 3 }

  /// Appends everything learned (not the configuration) to `bytes`.
  public func encode(into bytes: inout [UInt8]) {
    var writer = StateWriter()
    writer.write(byte: Self.version)
    cadence.encode(into: &writer)
    writer.write(known)
    level.encode(into: &writer)
    anchor.encode(into: &writer)
    scale.encode(into: &writer)
    recent.encode(into: &writer)
    stepScale.encode(into: &writer)
    profile.encode(into: &writer)
    deviations.encode(into: &writer)
    stillness.encode(into: &writer)
    newsworthiness.encode(into: &writer)
    writer.write(anomaly != nil)
    anomaly?.encode(into: &writer)
    bytes += writer.bytes
  }

  /// A detector that goes on where the one that wrote `bytes` stood, with bit-equal verdicts.
  ///
  /// - Parameters:
  ///   - configuration: what the rule asks for now; its season must be the one of then.
  ///   - bytes: begins with what `encode` wrote; what was read is dropped from its front.
  /// - Throws: `StateError` when the bytes are cut off or not a checkpoint of this version.
  public init(
    _ configuration: DetectorConfiguration = DetectorConfiguration(),
    decoding bytes: inout ArraySlice<UInt8>
  ) throws(StateError) {
    var reader = StateReader(bytes)
    guard try reader.byte() == Self.version else { throw reader.failure(.unknownVersion) }
    self.configuration = configuration
    sensitivity = Sensitivity(configuration.sensitivity)
    cadence = try Cadence(from: &reader)
    known = try reader.double()
    level = try Level(from: &reader)
    anchor = try Level(from: &reader)
    scale = try Scale(from: &reader)
    recent = try Level(from: &reader)
    stepScale = try Scale(from: &reader)
    profile = try SeasonalProfile(configuration.season, from: &reader)
    deviations = try Deviations(from: &reader)
    stillness = try Stillness(from: &reader)
    newsworthiness = try Newsworthiness(from: &reader)
    anomaly = try reader.bool() ? Anomaly(from: &reader) : nil
    bytes = bytes[reader.position...]
  }
}
