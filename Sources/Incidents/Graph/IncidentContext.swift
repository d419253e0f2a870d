public import Model
public import Rules

/// What the incident logic must know of the system and the practice: catalogue, graph, settings.
///
/// Made once when rules and catalogue are loaded, and handed to every call.
public struct IncidentContext: Sendable {
  /// The numbers of the practice.
  public let settings: IncidentSettings
  /// The services; empty without a catalogue.
  public let catalogue: Catalogue
  /// The catalogue's dependencies.
  public let graph: ServiceGraph
  /// The labels that may name a service where the catalogue does not, the first that is present counts.
  private let namingLabels: [String]

  /// The context of a catalogue under `settings`.
  public init(catalogue: Catalogue = Catalogue(), settings: IncidentSettings = IncidentSettings()) {
    self.settings = settings
    self.catalogue = catalogue
    graph = ServiceGraph(catalogue)
    namingLabels = settings.groupBy + ["instance", "host"]
  }

  /// The service that a series or an alert with these labels belongs to.
  ///
  /// The catalogue decides first. Without it the first grouping label that is present names the
  /// service, then `instance` and `host`; nil when there is none of them.
  public func service(of labels: Labels) -> String? {
    if let service = catalogue.service(of: labels) { return service.name }
    return namingLabel(of: labels).flatMap { labels[$0] }
  }

  /// The label that names the service of a series which the catalogue does not place; nil for none.
  public func namingLabel(of labels: Labels) -> String? {
    namingLabels.first { labels[$0] != nil }
  }

  /// The selectors of the series that `label` places in `service`.
  ///
  /// No label that counts before it is there. The catalogue decides first.
  public func matchers(of service: String, namedBy label: String) -> [LabelMatcher] {
    if let known = catalogue.service(named: service) { return known.matchers }
    return namingLabels.prefix { $0 != label }.map { LabelMatcher($0, equals: "") }
      + [LabelMatcher(label, equals: service)]
  }

  /// The labels that place a series in `service`, as PromQL selectors; the catalogue decides first.
  public func matchers(of service: String) -> [LabelMatcher] {
    catalogue.service(named: service)?.matchers ?? [LabelMatcher("service", equals: service)]
  }

  /// How much `service` matters; nil when the catalogue does not know it.
  public func tier(of service: String) -> Catalogue.Tier? {
    catalogue.service(named: service)?.tier
  }

  /// True when two alerts may belong to the same trouble by their place in the system.
  ///
  /// Two services of the graph are connected when one depends on the other. Alerts that the graph
  /// does not place share a trouble when every grouping label that both carry is equal and at
  /// least one is, or when neither carries any.
  func areConnected(_ a: AlertIdentity, _ b: AlertIdentity) -> Bool {
    if let first = a.service, let second = b.service {
      if first == second { return true }
      if graph.contains(first), graph.contains(second) {
        return graph.areConnected(first, second)
      }
    }
    var hasGrouping = false
    var hasShared = false
    for name in settings.groupBy {
      let (first, second) = (a.labels[name], b.labels[name])
      hasGrouping = hasGrouping || first != nil || second != nil
      guard let first, let second else { continue }
      if first != second { return false }
      hasShared = true
    }
    return hasGrouping ? hasShared : a.service == nil && b.service == nil
  }
}
