import Glibc

/// The ways in which a value is unusual, each measured in the series' own scale and judged by the
/// series' own tail.
struct Deviations: Hashable, Sendable {
  /// Share of a sample in the short mean of residuals: about eight samples.
  static let meanGain = 2.0 / 9
  /// A residual counts up to this many thresholds of the points' tail towards the short mean.
  static let meanReach = 3.0
  /// Share of a sample in the short mean of steps: about thirty samples.
  static let scatterGain = 1.0 / 16
  /// A step counts up to this many scales towards scatter, so that one jump is not scatter.
  static let scatterReach = 4.0
  /// Samples from one drift that counts to the next: a level says nothing new at each sample.
  static let driftPace = 64
  /// Scales of steps that the level must have moved at least to have drifted.
  static let driftMin = 3.0
  /// Deviations are held to this many scales; more would say no more.
  static let sizeMax = 1e6

  /// The residual, in scales.
  private(set) var point = 0.0
  /// The step from recent values, in scales of steps.
  private(set) var step = 0.0
  /// The short mean of residuals, in scales, with its sign.
  private(set) var mean = 0.0
  /// The short mean of steps.
  private(set) var scatter = 0.8
  /// How far the level has moved from where it was long ago, with its sign.
  ///
  /// In scales of steps: those of residuals grow while it moves.
  private(set) var drift = 0.0
  private var learned = 0
  private var pointTail = Tail(threshold: 2.2)
  private var stepTail = Tail(threshold: 2.2)
  private var meanTail = Tail(threshold: 0.8)
  private var scatterTail = Tail(threshold: 1.2)
  private var driftTail = Tail(threshold: 1)

  /// Nothing seen.
  init() {}

  /// Measures a sample: its residual and its step, with the scales of each, and the level's drift.
  mutating func measure(
    residual: Double, scale: Double, step: Double, stepScale: Double, drift: Double
  ) {
    point = min(abs(residual) / scale, Self.sizeMax)
    self.step = min(abs(step) / stepScale, Self.sizeMax)
    self.drift = min(max(drift / stepScale, -Self.sizeMax), Self.sizeMax)
    // Held, so that one spike is not taken for a shift after it has gone.
    let held = min(point, Self.meanReach * pointTail.threshold)
    let signed = residual < 0 ? -held : held
    mean += Self.meanGain * (signed - mean)
    scatter += Self.scatterGain * (min(self.step, Self.scatterReach) - scatter)
  }

  /// Lets the tails learn what was measured.
  mutating func learn() {
    pointTail.update(point)
    stepTail.update(step)
    meanTail.update(abs(mean))
    scatterTail.update(scatter)
    learned += 1
    if learned % Self.driftPace == 0 { driftTail.update(abs(drift)) }
  }

  /// Forgets the short means, after the level has been moved.
  mutating func restart() {
    mean = 0
    scatter = 0.8
    drift = 0
  }

  /// Lets what comes next replace what the tails learned, after the rhythm has changed.
  mutating func doubt() {
    restart()
    pointTail.doubt()
    stepTail.doubt()
    meanTail.doubt()
    scatterTail.doubt()
    driftTail.doubt()
  }

  /// Half the width of the band that residuals leave with `probability`, in scales.
  func band(atProbability probability: Double) -> Double {
    pointTail.deviation(atProbability: probability)
  }

  /// How far the step goes towards an unusual one; 1 is unusual.
  ///
  /// A jump to a place where the series often is has no excess.
  func stepExcess(atProbability probability: Double) -> Double {
    guard point > pointTail.threshold else { return 0 }
    return Self.excess(step, stepTail, probability)
  }

  /// How far the short mean goes towards an unusual one; 1 is unusual.
  func meanExcess(atProbability probability: Double) -> Double {
    Self.excess(abs(mean), meanTail, probability)
  }

  /// How far the scatter goes towards an unusual one; 1 is unusual.
  func scatterExcess(atProbability probability: Double) -> Double {
    Self.excess(scatter, scatterTail, probability)
  }

  /// How far the level has drifted towards an unusual distance; 1 is unusual.
  func driftExcess(atProbability probability: Double) -> Double {
    guard abs(drift) > driftTail.threshold else { return 0 }
    let limit = driftTail.deviation(atProbability: probability * Double(Self.driftPace))
    return abs(drift) / max(limit, Self.driftMin)
  }

  /// The step is larger than nearly all steps are.
  var isAbrupt: Bool { step > stepTail.threshold }

  /// Probability of the rarest of what was measured, `Tail.share` at most.
  var probability: Double {
    min(
      min(pointTail.probability(of: point), stepTail.probability(of: step)),
      min(meanTail.probability(of: abs(mean)), scatterTail.probability(of: scatter)),
      driftTail.probability(of: abs(drift)) / Double(Self.driftPace))
  }

  private static func excess(_ size: Double, _ tail: Tail, _ probability: Double) -> Double {
    // Below the threshold nothing is unusual at any sensitivity: the power is spared.
    guard size > tail.threshold else { return 0 }
    return size / tail.deviation(atProbability: probability)
  }
}

extension Deviations: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(learned)
    for number in [point, step, mean, scatter, drift] { writer.write(number) }
    for tail in [pointTail, stepTail, meanTail, scatterTail, driftTail] {
      tail.encode(into: &writer)
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    learned = try reader.int()
    point = try reader.double()
    step = try reader.double()
    mean = try reader.double()
    scatter = try reader.double()
    drift = try reader.double()
    pointTail = try Tail(from: &reader)
    stepTail = try Tail(from: &reader)
    meanTail = try Tail(from: &reader)
    scatterTail = try Tail(from: &reader)
    driftTail = try Tail(from: &reader)
  }
}
