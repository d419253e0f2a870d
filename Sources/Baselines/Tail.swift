import Glibc

/// How rare a deviation is, judged by the series' own largest ones.
///
/// Beyond a threshold that `share` of the samples exceed, deviations are taken to follow a Pareto
/// law, P(Z > z) = share · (z / threshold)^(-1 / index). The threshold is tracked by stochastic
/// approximation, the index by Hill's mean of log excesses, which starts at that of a Student t with
/// three degrees of freedom and trusts that prior like `priorWeight` excesses. A normal series so
/// ends with a lighter tail than it is given at first, a bursty one with a heavier.
///
/// Deviations beyond the threshold that follow each other are one event and teach the index once,
/// with the largest of them and when they are over: a ramp under way is not the measure of ramps.
///
/// Pickands 1975; Hill 1975; Siffer et al., "Anomaly detection in streams with extreme value
/// theory", 2017; runs declustering: Smith and Weissman, "Estimating the extremal index", 1994.
struct Tail: Hashable, Sendable {
  /// Part of the samples beyond the threshold.
  static let share = 0.03
  /// Tail index before anything was seen.
  static let priorIndex = 0.3
  /// Lightest tail believed in.
  ///
  /// That of a normal series comes out a little lighter; counts, whose values are few and far apart,
  /// would come out without any.
  static let lightestIndex = 0.15
  /// Relative size of a step of the threshold, over its gain.
  static let speed = 8.0
  /// Heaviest tail believed in; with a heavier one not even the mean would exist.
  static let heaviestIndex = 1.0
  /// Excesses that the prior counts for.
  static let priorWeight = 10.0
  /// Excesses after which the oldest are forgotten.
  static let memory = 500.0
  /// An excess counts up to this many times the threshold, so that an outage does not become the
  /// measure of outages.
  static let reach = 8.0

  private(set) var threshold: Double
  private(set) var index = Tail.priorIndex
  private var count = 0.0
  private var excesses = Tail.priorWeight
  /// The largest deviation of the run of excesses under way; 0 when there is none.
  private var largest = 0.0

  /// A tail that begins at `threshold`, in the unit of the deviations.
  init(threshold: Double) {
    self.threshold = threshold
  }

  /// Takes one deviation, 0 or more.
  mutating func update(_ deviation: Double) {
    count += 1
    let gain = Self.speed * max(0.001, 1 / (count + 20))
    if deviation > threshold {
      largest = max(largest, deviation)
      threshold *= 1 + gain * (1 - Self.share)
    } else {
      if largest > 0 { closeRun() }
      threshold *= 1 - gain * Self.share
    }
    threshold = max(threshold, 1e-3)
  }

  /// Learns from a run of excesses that is over.
  private mutating func closeRun() {
    let excess = log(max(1, min(largest / threshold, Self.reach)))
    excesses = min(excesses + 1, Self.memory)
    index += (excess - index) / excesses
    largest = 0
  }

  /// Keeps what was learned, but lets what comes next replace it as fast as at the start.
  mutating func doubt() {
    count = 0
    excesses = Self.priorWeight
  }

  private var believed: Double { min(max(index, Self.lightestIndex), Self.heaviestIndex) }

  /// Probability that a sample deviates by at least `deviation`, `share` at most.
  func probability(of deviation: Double) -> Double {
    guard deviation > threshold else { return Self.share }
    return Self.share * pow(deviation / threshold, -1 / believed)
  }

  /// The deviation that a sample exceeds with `probability`.
  func deviation(atProbability probability: Double) -> Double {
    guard probability < Self.share else { return threshold }
    return threshold * pow(Self.share / probability, believed)
  }
}

extension Tail: StateCoding {
  func encode(into writer: inout StateWriter) {
    for number in [threshold, index, count, excesses, largest] { writer.write(number) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    threshold = try reader.double()
    index = try reader.double()
    count = try reader.double()
    excesses = try reader.double()
    largest = try reader.double()
  }
}
