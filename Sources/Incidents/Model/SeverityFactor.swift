public import Model

/// One piece of evidence for an incident's severity, with the numbers that led to it.
public struct SeverityFactor: Hashable, Sendable, Codable {
  /// The kinds of evidence, in the order of the severity table.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Share of users in trouble, measured or estimated.
    case usersAffected = "users_affected"
    /// Instances down, traffic gone, or nearly no success.
    case availability
    /// A rule with `impact: data_loss` fires.
    case dataAtRisk = "data_at_risk"
    /// A rule with `impact: security` fires.
    case security
    /// How far latency, errors or throughput are from normal.
    case degradation
    /// Tier and number of the services in trouble.
    case scope
    /// A resource that runs out, before users feel it.
    case capacity
    /// What the rule's own `severity` label says.
    case declared
    /// A `workaround: true` label took one level off.
    case workaround
  }

  /// Which evidence.
  public var factor: Kind
  /// The level it calls for.
  public var level: Severity
  /// One sentence with the numbers: "38 % of checkout requests failed (412 of 1 083/s) → high".
  public var because: String
  /// The number that decided, in the factor's own unit; a ratio for users and errors.
  public var value: Double?
  /// True when the number is estimated, not measured.
  public var isEstimate: Bool
  /// What would make it worse: "critical from 50 % on; now 38 %".
  public var counterfactual: String?

  /// A factor with its reason.
  public init(
    _ factor: Kind, _ level: Severity, because: String, value: Double? = nil,
    isEstimate: Bool = false, counterfactual: String? = nil
  ) {
    self.factor = factor
    self.level = level
    self.because = because
    self.value = value
    self.isEstimate = isEstimate
    self.counterfactual = counterfactual
  }
}
