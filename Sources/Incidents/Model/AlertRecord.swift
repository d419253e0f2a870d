public import Model
public import Rules

/// One alert instance as an incident keeps it: from its first true evaluation to its end.
public struct AlertRecord: Hashable, Sendable {
  /// What stays as it is however often the alert fires, shared by all copies of the record.
  let identity: AlertIdentity
  /// The rule's annotations as last seen.
  public var annotations: Labels
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
    self.init(
      firing: transition,
      as: AlertIdentity(
        group: transition.group, alert: transition.alert, labels: transition.labels,
        service: service))
  }

  /// The record of a transition to `firing` of an alert that is known.
  init(firing transition: AlertTransition, as identity: AlertIdentity) {
    self.identity = identity
    annotations = transition.annotations
    activeSince = transition.activeSince
    firedAt = transition.time
    firstValue = transition.value
    lastValue = transition.value
    measure = transition.measure
    firstMeasure = transition.measure
    firings = 1
  }

  /// Hash of rule group, alert name and labels: equal for the same alert in every run.
  public var id: String { identity.id }
  /// The rule's group.
  public var group: String { identity.group }
  /// The alert's name.
  public var alert: String { identity.alert }
  /// The instance's labels, `alertname` among them.
  public var labels: Labels { identity.labels }
  /// The service it belongs to; nil when neither the catalogue nor a label names one.
  public var service: String? { identity.service }

  /// True until it cleared or vanished.
  public var isFiring: Bool { endedAt == nil }

  /// The identity of the alert instance that `transition` belongs to.
  public static func id(of transition: AlertTransition) -> String {
    StableHash(of: transition).hexadecimal
  }
}

extension AlertRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, group, alert, labels, annotations, service, activeSince, firedAt, endedAt, ending
    case firstValue, lastValue, measure, firstMeasure, firings
  }

  /// Reads what `encode` wrote.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    identity = AlertIdentity(
      group: try values.decode(String.self, forKey: .group),
      alert: try values.decode(String.self, forKey: .alert),
      labels: try values.decode(Labels.self, forKey: .labels),
      service: try values.decodeIfPresent(String.self, forKey: .service))
    annotations = try values.decode(Labels.self, forKey: .annotations)
    activeSince = try values.decode(Timestamp.self, forKey: .activeSince)
    firedAt = try values.decode(Timestamp.self, forKey: .firedAt)
    endedAt = try values.decodeIfPresent(Timestamp.self, forKey: .endedAt)
    ending = try values.decodeIfPresent(AlertTransition.Ending.self, forKey: .ending)
    firstValue = try values.decode(Double.self, forKey: .firstValue)
    lastValue = try values.decode(Double.self, forKey: .lastValue)
    measure = try values.decode(AlertTransition.Measure.self, forKey: .measure)
    firstMeasure = try values.decodeIfPresent(
      AlertTransition.Measure.self, forKey: .firstMeasure)
    firings = try values.decode(Int.self, forKey: .firings)
  }

  /// Writes one flat object, whatever is shared in memory.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(group, forKey: .group)
    try values.encode(alert, forKey: .alert)
    try values.encode(labels, forKey: .labels)
    try values.encode(annotations, forKey: .annotations)
    try values.encodeIfPresent(service, forKey: .service)
    try values.encode(activeSince, forKey: .activeSince)
    try values.encode(firedAt, forKey: .firedAt)
    try values.encodeIfPresent(endedAt, forKey: .endedAt)
    try values.encodeIfPresent(ending, forKey: .ending)
    try values.encode(firstValue, forKey: .firstValue)
    try values.encode(lastValue, forKey: .lastValue)
    try values.encode(measure, forKey: .measure)
    try values.encodeIfPresent(firstMeasure, forKey: .firstMeasure)
    try values.encode(firings, forKey: .firings)
  }
}
