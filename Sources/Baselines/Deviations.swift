import Glibc

/// The ways in which a value is unusual, each measured in the series' own scale and judged by the
/// series' own tail.
struct Deviations: Hashable, Sendable {
  /// Share of a sample in the short mean of residuals: about eight samples.
  static let meanGain = 2.0 / 9
  /// Share of a sample in the short mean of steps: about thirty samples.
  static let scatterGain = 1.0 / 16
  /// A step counts up to this many scales towards scatter, so that one jump is not scatter.
  static let scatterReach = 4.0
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
  private var pointTail = Tail(threshold: 2.2)
  private var stepTail = Tail(threshold: 2.2)
  private var meanTail = Tail(threshold: 0.8)
  private var scatterTail = Tail(threshold: 1.2)

  /// Nothing seen.
  init() {}

  /// Measures a sample: its residual and its step, with the scales of each.
  mutating func measure(residual: Double, scale: Double, step: Double, stepScale: Double) {
    point = min(abs(residual) / scale, Self.sizeMax)
    self.step = min(abs(step) / stepScale, Self.sizeMax)
    let signed = residual < 0 ? -point : point
    mean += Self.meanGain * (signed - mean)
    scatter += Self.scatterGain * (min(self.step, Self.scatterReach) - scatter)
  }

  /// Lets the tails learn what was measured.
  mutating func learn() {
    pointTail.update(point)
    stepTail.update(step)
    meanTail.update(abs(mean))
    scatterTail.update(scatter)
  }

  /// Forgets the short means, after the level has been moved.
  mutating func restart() {
    mean = 0
    scatter = 0.8
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

  /// The step is larger than nearly all steps are.
  var isAbrupt: Bool { step > stepTail.threshold }

  /// Probability of the rarest of what was measured, `Tail.share` at most.
  var probability: Double {
    min(
      min(pointTail.probability(of: point), stepTail.probability(of: step)),
      min(meanTail.probability(of: abs(mean)), scatterTail.probability(of: scatter)))
  }

  private static func excess(_ size: Double, _ tail: Tail, _ probability: Double) -> Double {
    // Below the threshold nothing is unusual at any sensitivity: the power is spared.
    guard size > tail.threshold else { return 0 }
    return size / tail.deviation(atProbability: probability)
  }
}

extension Deviations: StateCoding {
  func encode(into writer: inout StateWriter) {
    for number in [point, step, mean, scatter] { writer.write(number) }
    for tail in [pointTail, stepTail, meanTail, scatterTail] { tail.encode(into: &writer) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    point = try reader.double()
    step = try reader.double()
    mean = try reader.double()
    scatter = try reader.double()
    pointTail = try Tail(from: &reader)
    stepTail = try Tail(from: &reader)
    meanTail = try Tail(from: &reader)
    scatterTail = try Tail(from: &reader)
  }
}
