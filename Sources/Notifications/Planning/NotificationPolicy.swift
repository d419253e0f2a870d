public import Incidents
import Model
import Rules

/// What decides who is told: made once when the configuration is loaded, handed to every call.
public struct NotificationPolicy: Sendable {
  /// The routes.
  public var routes: RouteTree
  /// The calendars that routes name.
  public var calendars: [NotificationCalendar]
  /// Catalogue and dependency graph, for inhibition and links.
  public var context: IncidentContext
  /// Where this program is reached by people, for links; nil when it is not.
  public var externalURL: String?
  /// The bounds of what is kept.
  public var limits: NotificationLimits

  /// A policy; nobody is told without routes.
  public init(
    routes: RouteTree = RouteTree(), calendars: [NotificationCalendar] = [],
    context: IncidentContext = IncidentContext(), externalURL: String? = nil,
    limits: NotificationLimits = NotificationLimits()
  ) {
    self.routes = routes
    self.calendars = calendars
    self.context = context
    self.externalURL = externalURL
    self.limits = limits
  }

  /// True when a target's calendars keep it silent at `time`.
  ///
  /// A calendar that is not there contains nothing.
  func isMuted(_ target: RouteTarget, at time: Timestamp) -> Bool {
    func contains(_ name: String) -> Bool {
      calendars.first { $0.name == name }?.contains(time) ?? false
    }
    return target.mute.contains(where: contains)
      || (!target.active.isEmpty && !target.active.contains(where: contains))
  }

  /// The incident of `others` that explains this one: a graver open one with a service that each of this
  /// one's services depends on.
  func explanation(
    of incident: Incident, among others: some Sequence<Incident>
  ) -> Incident? {
    guard !incident.services.isEmpty else { return nil }
    let graph = context.graph
    return others.first { other in
      other.id != incident.id && other.state != .resolved && other.severity > incident.severity
        && incident.services.allSatisfy { service in
          other.services.contains { (graph.distance(from: service, to: $0) ?? 0) > 0 }
        }
    }
  }

  /// Where an incident is looked at; nil when nobody can reach this program.
  func page(of incident: Incident) -> String? {
    externalURL.map { external in
      let base = external.hasSuffix("/") ? String(external.dropLast()) : external
      return "\(base)/incidents/\(incident.id)"
    }
  }

  /// Links that help with an incident: its page, runbooks of its alerts, those of the catalogue.
  func links(of incident: Incident) -> [Notice.Link] {
    var links: [Notice.Link] = []
    func add(_ name: String, _ url: String) {
      guard !links.contains(where: { $0.url == url }), links.count < 10 else { return }
      links.append(Notice.Link(name: name, url: url))
    }
    if let page = page(of: incident) { add("incident", page) }
    for alert in incident.alerts where alert.isFiring {
      if let url = alert.annotations["runbook_url"] { add("runbook of \(alert.alert)", url) }
    }
    for name in incident.services {
      let found = context.catalogue.service(named: name)?.links ?? [:]
      for (kind, url) in found.sorted(by: { $0.key < $1.key }) { add("\(kind) of \(name)", url) }
    }
    return links
  }
}
