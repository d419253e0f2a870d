public import Model

/// An alert that another system evaluated and sent on, as Prometheus sends it to an Alertmanager.
///
/// Source: Alertmanager API v2, `postableAlert`.
public struct ForeignAlert: Hashable, Sendable {
  /// Labels, `alertname` among them; they identify the alert.
  public var labels: Labels
  /// Annotations, expanded.
  public var annotations: Labels
  /// When it began to fire; nil: when it was sent.
  public var startsAt: Timestamp?
  /// When it is over, or, while it fires, until when its sender vouches for it; nil when unknown.
  public var endsAt: Timestamp?

  /// An alert as it was sent.
  public init(
    labels: Labels, annotations: Labels = .empty, startsAt: Timestamp? = nil,
    endsAt: Timestamp? = nil
  ) {
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.endsAt = endsAt
  }
}
