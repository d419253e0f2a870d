public import Model
public import Rules

/// One alert instance as an incident keeps it: from its first true evaluation to its end.
public struct AlertRecord: Hashable, Sendable, Codable {
  /// Hash of rule group, alert name and labels: equal for the same alert in every run.
  public var id: String
  /// The rule's group.
  public var group: String
  /// The alert's name.
  public var alert: String
  /// The instance's labels, `alertname` among them.
  public var labels: Labels
  /// The rule's annotations as last seen.
  public var annotations: Labels
  /// The service it belongs to; nil when neither the catalogue nor a label names one.
  public var service: String?
  /// When its condition became true.
  public var activeSince: Timestamp
  /// When it fired.
  public var firedAt: Timestamp
  /// When it ended; nil while it fires.
  public var endedAt: Timestamp?
  /// How it ended; nil while it fires.
  public var ending: AlertTransition.Ending?
  /// The value it fired with.
  public var firstValue: Double
  /// The last value known.
  public var lastValue: Double
  /// What the value is measured against, as last known.
  public var measure: AlertTransition.Measure
  /// What the value it fired with was measured against; nil in records of old.
  public var firstMeasure: AlertTransition.Measure?
  /// How often it fired in this incident; above 1 when it cleared and came back.
  public var firings: Int

  /// The record of a transition to `firing`.
  public init(firing transition: AlertTransition, service: String?) {
    id = Self.id(of: transition)
    group = transition.group
    alert = transition.alert
    labels = transition.labels
    annotations = transition.annotations
    self.service = service
    activeSince = transition.activeSince
    firedAt = transition.time
    firstValue = transition.value
    lastValue = transition.value
    measure = transition.measure
    firstMeasure = transition.measure
    firings = 1
  }

  /// True until it cleared or vanished.
  public var isFiring: Bool { endedAt == nil }

  /// The identity of the alert instance that `transition` belongs to.
  public static func id(of transition: AlertTransition) -> String {
    var hash = StableHash()
    hash.combine(transition.group)
    hash.combine(transition.alert)
    for pair in transition.labels.pairs {
      hash.combine(pair.name)
      hash.combine(pair.value)
    }
    return hash.hexadecimal
  }
}
