public import Incidents
public import Model

/// Which incidents a route is for; what is left out fits every incident.
public struct RouteMatch: Hashable, Sendable {
  /// A condition on the severity.
  public enum Level: Hashable, Sendable {
    /// One of these.
    case exactly(Set<Severity>)
    /// This one or a graver one.
    case atLeast(Severity)

    func accepts(_ severity: Severity) -> Bool {
      switch self {
      case .exactly(let levels): levels.contains(severity)
      case .atLeast(let level): severity >= level
      }
    }
  }

  /// How bad the incident is now.
  public var severity: Level?
  /// The incident involves one of these services; empty for any.
  public var services: [String]
  /// Some alert of the incident satisfies all of these; empty for any.
  public var matchers: [LabelMatcher]

  /// A condition; every incident without an argument.
  public init(
    severity: Level? = nil, services: [String] = [], matchers: [LabelMatcher] = []
  ) {
    self.severity = severity
    self.services = services
    self.matchers = matchers
  }

  /// True when the incident fits every part.
  public func accepts(_ incident: Incident) -> Bool {
    severity.map { $0.accepts(incident.severity) } ?? true
      && (services.isEmpty || incident.services.contains { services.contains($0) })
      && (matchers.isEmpty
        || incident.alerts.contains { alert in matchers.allSatisfy { $0.matches(alert.labels) } })
  }
}
