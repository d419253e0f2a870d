public import Model

/// Something about a histogram that the author of a query should know.
///
/// The sentences are those of Prometheus' API, so that scripts and dashboards that match them go on
/// working.
public enum HistogramRemark: Hashable, Sendable {
  /// What two histograms were combined for.
  public enum Combination: String, Sendable {
    /// `a + b`
    case addition
    /// `a - b`, and differences inside functions such as `rate`
    case subtraction
    /// `sum`, `avg` and their `_over_time` kin
    case aggregation
  }

  /// The quantile lies among observations of NaN.
  case quantileIsNaN
  /// There are observations of NaN, which count as higher than all others.
  case quantileIsSkewed
  /// There are observations of NaN, which no fraction holds.
  case fractionLacksNaN
  /// Counts of classic buckets fell with a rising `le`.
  case forcedMonotonicity(ForcedMonotonicity)
  /// `reset` met `not_reset`.
  case counterResetCollision(Combination)
  /// Custom bounds differed and were brought to those in common.
  case mismatchedBounds(Combination)
  /// Exponential buckets met custom bounds; the result is left out.
  case mixedSchemas

  /// How grave the remark is.
  public var level: Annotation.Level {
    switch self {
    case .quantileIsNaN, .quantileIsSkewed, .fractionLacksNaN, .forcedMonotonicity,
      .mismatchedBounds:
      .info
    case .counterResetCollision, .mixedSchemas: .warning
    }
  }

  /// The sentence, without prefix and position.
  ///
  /// - Parameter metricName: Named where Prometheus names it; nil or "" when it is not known.
  /// - Returns: The words of Prometheus.
  public func message(metricName: String?) -> String {
    var name = ""
    if let metricName, !metricName.isEmpty { name = " for metric name \(quoted(metricName))" }
    switch self {
    case .quantileIsNaN:
      return "input to histogram_quantile has NaN observations, result is NaN" + name
    case .quantileIsSkewed:
      return "input to histogram_quantile has NaN observations, result is skewed higher" + name
    case .fractionLacksNaN:
      return "input to histogram_fraction has NaN observations,"
        + " which are excluded from all fractions" + name
    case .forcedMonotonicity:
      return "input to histogram_quantile needed to be fixed for monotonicity (see "
        + "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
        + name
    case .counterResetCollision(let combination):
      return "conflicting counter resets during histogram \(combination.rawValue)"
    case .mismatchedBounds(let combination):
      return "mismatched custom buckets were reconciled during \(combination.rawValue)"
    case .mixedSchemas:
      return "vector contains a mix of histograms"
        + " with exponential and custom buckets schemas" + name
    }
  }

  /// The remarks on a combination.
  ///
  /// - Parameters:
  ///   - reconciliation: What had to be smoothed over.
  ///   - combination: What the histograms were combined for.
  /// - Returns: One remark for each fact.
  public static func remarks(
    on reconciliation: HistogramReconciliation, during combination: Combination
  ) -> [HistogramRemark] {
    var remarks: [HistogramRemark] = []
    if reconciliation.contains(.counterResetCollision) {
      remarks.append(.counterResetCollision(combination))
    }
    if reconciliation.contains(.mismatchedBounds) { remarks.append(.mismatchedBounds(combination)) }
    return remarks
  }
}

/// Where the counts of classic buckets fell, and how far.
public struct ForcedMonotonicity: Hashable, Sendable {
  /// Upper bound of the first bucket that was lifted.
  public var lowestBound: Double
  /// Upper bound of the last bucket that was lifted.
  public var highestBound: Double
  /// The largest number of observations that a bucket lacked.
  public var differenceMax: Double

  /// A fall of at most `differenceMax` between two bounds.
  public init(lowestBound: Double, highestBound: Double, differenceMax: Double) {
    self.lowestBound = lowestBound
    self.highestBound = highestBound
    self.differenceMax = differenceMax
  }
}
