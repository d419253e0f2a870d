public import Model
public import PromQL

/// The services of a system, what they depend on and how their users are counted (`services.yaml`).
public struct Catalogue: Sendable {
  /// How much a broken service matters.
  public enum Tier: String, Sendable, Codable, CaseIterable {
    /// A major feature.
    case core
    /// A minor feature.
    case minor
    /// Looks only.
    case cosmetic
  }

  /// One entry of the catalogue.
  public struct Service: Sendable {
    /// Unique name.
    public var name: String
    /// How much it matters; `minor` when the file says nothing.
    public var tier: Tier
    /// Team or person.
    public var owner: String?
    /// Labels that place a series in this service; `service="<name>"` when the file says nothing.
    public var matchers: [LabelMatcher]
    /// Names of the services it calls.
    public var dependsOn: [String]
    /// Number of users, as an expression over the metrics.
    public var totalUsers: Expression?
    /// Number of users in trouble.
    public var affectedUsers: Expression?
    /// How it is deployed (`kubernetes`, `docker-compose`, …), for the rollback advice.
    public var changeKind: String?
    /// Named links: `dashboard`, `runbook`, ….
    public var links: [String: String]

    /// A service of which only the name is known.
    public init(name: String) {
      self.name = name
      tier = .minor
      matchers = [LabelMatcher("service", equals: name)]
      dependsOn = []
      links = [:]
    }
  }

  /// Sorted by name.
  public var services: [Service]
  /// Ways out of trouble, in the order of the files.
  public var playbooks: [PlaybookEntry]

  /// A catalogue of `services`.
  public init(services: [Service] = [], playbooks: [PlaybookEntry] = []) {
    self.playbooks = playbooks
    self.services = services.sorted { $0.name < $1.name }
  }

  /// The service called `name`.
  public func service(named name: String) -> Service? {
    services.first { $0.name == name }
  }

  /// The service a series with these labels belongs to: the first whose matchers all hold.
  public func service(of labels: Labels) -> Service? {
    services.first { service in service.matchers.allSatisfy { $0.matches(labels) } }
  }
}
