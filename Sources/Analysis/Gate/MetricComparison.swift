import Incidents
import Statistics

/// One metric before and after a change, and what that means.
public struct MetricComparison: Sendable {
  /// What the comparison says.
  public enum Judgement: String, Sendable, CaseIterable {
    /// Not different beyond chance, or not by enough to matter.
    case same
    /// Clearly better.
    case better
    /// Clearly different, in a way that a person should look at.
    case notable
    /// Clearly worse, by as much as users notice.
    case worse
    /// Too few values on one of the sides.
    case unknown
  }

  /// The metric, with the values after the change.
  public var metric: ServiceMetric
  /// Values before.
  public var valuesBefore: Int
  /// Values after.
  public var valuesAfter: Int
  /// The median before; NaN without values.
  public var before: Double
  /// The median after; NaN without values.
  public var after: Double
  /// By how much it lies higher after: the shift of Hodges and Lehmann; NaN without values.
  public var shift: Double
  /// Cliff's delta, -1...1.
  public var delta: Double
  /// Probability of such a difference by chance, neighbours' likeness allowed for.
  public var probability: Double
  /// The same after Holm's correction for the number of metrics.
  public var adjusted = 1.0
  /// True when it is about the last third of the time after the change alone.
  public var isLate = false
  /// What it means.
  public var judgement = Judgement.unknown

  /// `shift` as a share of the level before; nil when that is 0.
  public var relative: Double? { before == 0 || !before.isFinite ? nil : shift / abs(before) }

  /// Compares the values of a metric; both sides in order of time.
  init(_ metric: ServiceMetric, before: [Double], after: [Double]) {
    self.metric = metric
    valuesBefore = before.count
    valuesAfter = after.count
    self.before = Quantiles(before).median
    self.after = Quantiles(after).median
    shift = EffectSize.shift(before, after)
    // How alike neighbours are is asked of the time before alone: after a change for the worse a step
    // or a slope looks like likeness too, and would excuse itself.
    let inflation = Autocorrelation.inflation(of: before)
    let test = MannWhitney(before, after, inflation: inflation)
    delta = test?.delta ?? 0
    // Ranks do not know how far apart two sets lie, only that they do. The better of two looks counts,
    // so its probability is doubled.
    let far = Self.probability(of: shift, before, after.count, inflation: inflation)
    probability = min(1, 2 * min(test?.probability ?? 1, far))
  }

  /// Probability of a shift as large by chance, by the scatter of the time before; 1 without scatter.
  ///
  /// The variance of a median of normal values is wider than that of their mean by π / 2.
  private static func probability(
    of shift: Double, _ before: [Double], _ countAfter: Int, inflation: Double
  ) -> Double {
    let scatter = Quantiles(before).scatter
    guard scatter > 0, countAfter > 0, shift.isFinite else { return 1 }
    let share = 1 / Double(before.count) + 1 / Double(countAfter)
    return NormalTail.twoSided(shift / (scatter * (.pi / 2 * share * inflation).squareRoot()))
  }

  /// Decides what the comparison means, once `adjusted` is known.
  mutating func judge(_ limits: GateLimits) {
    guard min(valuesBefore, valuesAfter) >= limits.valuesMin else { return }
    guard adjusted <= limits.level, abs(delta) >= limits.delta, moves(limits) else {
      judgement = .same
      return
    }
    let isUp = shift > 0
    switch metric.signal {
    case .latency, .errors, .availability:
      judgement = isUp == metric.countsSuccess ? .better : .worse
    case .traffic, .saturation, .other: judgement = .notable
    }
  }

  /// True when the shift is as large as somebody would care about.
  private func moves(_ limits: GateLimits) -> Bool {
    let size = abs(shift)
    switch metric.signal {
    case .errors, .availability:
      return metric.unit == "ratio" || metric.signal == .availability
        ? size >= limits.errorShare : size >= limits.other * abs(before) && size > 0
    case .latency: return size >= limits.latency * abs(before) && size > 0
    case .traffic, .saturation, .other: return size >= limits.other * abs(before) && size > 0
    }
  }
}

/// What a gate asks for before it speaks of a difference.
public struct GateLimits: Hashable, Sendable {
  /// Chance of a false alarm over all metrics together, 0...1.
  public var level = 0.05
  /// Smallest absolute value of Cliff's delta: medium in the usual words.
  public var delta = 0.33
  /// Smallest shift of a latency, as a share of its level before.
  public var latency = 0.1
  /// Smallest shift of a ratio of errors or of availability, 0...1.
  public var errorShare = 0.005
  /// Smallest shift of anything else, as a share of its level before.
  public var other = 0.5
  /// Fewest values on each side.
  public var valuesMin = 8

  /// The usual.
  public init() {}
}
