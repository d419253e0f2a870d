public import Rules

/// Who calls whom: the services of a system and their dependencies as a directed graph.
///
/// An edge runs from the caller to the service it depends on; trouble travels the other way.
/// Cycles are allowed. Nodes and neighbours are kept sorted, so every walk has one order.
public struct ServiceGraph: Hashable, Sendable {
  /// The services, sorted.
  public let services: [String]
  private let indices: [String: Int]
  private let callees: [[Int]]
  private let callers: [[Int]]

  /// The graph of `edges` over `services` and every name that an edge mentions.
  public init(services: [String] = [], edges: [(caller: String, callee: String)]) {
    let names = Set(services + edges.flatMap { [$0.caller, $0.callee] }).sorted()
    var indices: [String: Int] = [:]
    for (index, name) in names.enumerated() { indices[name] = index }
    var callees = [Set<Int>](repeating: [], count: names.count)
    var callers = callees
    for edge in edges where edge.caller != edge.callee {
      guard let caller = indices[edge.caller], let callee = indices[edge.callee] else { continue }
      callees[caller].insert(callee)
      callers[callee].insert(caller)
    }
    self.services = names
    self.indices = indices
    self.callees = callees.map { $0.sorted() }
    self.callers = callers.map { $0.sorted() }
  }

  /// The graph that a catalogue's `depends_on` lists describe.
  public init(_ catalogue: Catalogue) {
    self.init(
      services: catalogue.services.map(\.name),
      edges: catalogue.services.flatMap { service in
        service.dependsOn.map { (service.name, $0) }
      })
  }

  /// True when the graph has a service of that name.
  public func contains(_ service: String) -> Bool { indices[service] != nil }

  /// The services that `service` calls itself, sorted.
  public func dependencies(of service: String) -> [String] {
    indices[service].map { callees[$0].map { services[$0] } } ?? []
  }

  /// The services that call `service` themselves, sorted.
  public func dependants(of service: String) -> [String] {
    indices[service].map { callers[$0].map { services[$0] } } ?? []
  }

  /// Number of calls from `caller` down to `callee`; 0 for itself, nil when it never gets there.
  public func distance(from caller: String, to callee: String) -> Int? {
    guard let start = indices[caller], let goal = indices[callee] else { return nil }
    return distances(from: start, along: callees)[goal]
  }

  /// True when one of the two services depends on the other, directly or through others.
  public func areConnected(_ a: String, _ b: String) -> Bool {
    distance(from: a, to: b) != nil || distance(from: b, to: a) != nil
  }

  /// Everything that `service` depends on, directly or not, nearest first, then by name.
  public func reachable(from service: String) -> [String] {
    guard let start = indices[service] else { return [] }
    let found = distances(from: start, along: callees).enumerated().compactMap {
      index, distance in distance.flatMap { $0 > 0 ? ($0, index) : nil }
    }
    return found.sorted { $0 < $1 }.map { services[$0.1] }
  }

  /// Everything that depends on `service`, directly or not, nearest first, then by name.
  public func impacted(by service: String) -> [String] {
    guard let start = indices[service] else { return [] }
    let found = distances(from: start, along: callers).enumerated().compactMap {
      index, distance in distance.flatMap { $0 > 0 ? ($0, index) : nil }
    }
    return found.sorted { $0 < $1 }.map { services[$0.1] }
  }

  /// Breadth first from `start`; nil where no path leads.
  private func distances(from start: Int, along next: [[Int]]) -> [Int?] {
    var distance = [Int?](repeating: nil, count: services.count)
    distance[start] = 0
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for neighbour in next[node] where distance[neighbour] == nil {
        distance[neighbour] = (distance[node] ?? 0) + 1
        queue.append(neighbour)
      }
    }
    return distance
  }
}
