public import Incidents
public import Model
public import Rules

/// What one replay made of its input, as far as two replays are compared: alerts that fired, incidents.
///
///     var outcome = Outcome()
///     outcome.note(transition, service: "checkout")
///     outcome.note(incidentChange)
public struct Outcome: Sendable {
  /// One stretch of one alert instance, from firing to its end.
  public struct Firing: Hashable, Sendable {
    /// The rule's group.
    public var group: String
    /// The alert's name.
    public var alert: String
    /// The instance's labels, `alertname` among them.
    public var labels: Labels
    /// The service it belongs to; nil when unknown.
    public var service: String?
    /// When its condition became true.
    public var activeSince: Timestamp
    /// When it fired.
    public var start: Timestamp
    /// When it ended; nil when it still fired at the end of the input.
    public var end: Timestamp?

    /// A stretch with all that is known of it.
    public init(
      group: String, alert: String, labels: Labels, service: String?, activeSince: Timestamp,
      start: Timestamp, end: Timestamp? = nil
    ) {
      self.group = group
      self.alert = alert
      self.labels = labels
      self.service = service
      self.activeSince = activeSince
      self.start = start
      self.end = end
    }

    /// The rule's `severity` label; nil without one.
    public var severity: String? { labels["severity"] }
  }

  /// Every stretch, by start, then as the engine told them.
  public private(set) var firings: [Firing] = []
  private var views: [String: Incident] = [:]
  /// Place in `firings` of what fires now, by alert id.
  private var open: [String: Int] = [:]

  /// Nothing yet.
  public init() {}

  /// Takes over what happened to an alert.
  public mutating func note(_ transition: AlertTransition, service: String?) {
    let id = AlertRecord.id(of: transition)
    switch transition.kind {
    case .pending: break
    case .firing:
      open[id] = firings.count
      firings.append(
        Firing(
          group: transition.group, alert: transition.alert, labels: transition.labels,
          service: service, activeSince: transition.activeSince, start: transition.time))
    case .resolved:
      guard let index = open.removeValue(forKey: id) else { return }
      firings[index].end = transition.time
    }
  }

  /// Takes over what happened to an incident.
  public mutating func note(_ change: IncidentChange) {
    views[change.incident.id] = change.incident
  }

  /// Incidents by opening, merged ones left out.
  public var incidents: [Incident] {
    views.values.filter { $0.mergedInto == nil }
      .sorted { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }
  }
}
