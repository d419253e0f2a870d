import Model

/// A resource that can run out, as an expression that gives the share of it in use.
struct ResourceQuery: Hashable {
  /// The service.
  var service: String
  /// What a person calls it: "connection pool", "node memory".
  var name: String
  /// Share in use, 0...1 where 1 is all of it; one number.
  var expression: String
}

/// Which metrics tell how much of a resource is in use.
///
/// Sources: the metric names of node_exporter, the client libraries' process collector, cAdvisor, and
/// the common pairs of connection pools.
enum ResourceCatalogue {
  /// A used amount and what there is of it; `isFree` when the first tells what is left.
  private static let pairs: [(used: String, size: String, name: String, isFree: Bool)] = [
    ("node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes", "memory", true),
    ("node_filesystem_avail_bytes", "node_filesystem_size_bytes", "filesystem", true),
    ("node_filesystem_files_free", "node_filesystem_files", "inodes", true),
    ("process_open_fds", "process_max_fds", "file descriptors", false),
    (
      "container_memory_working_set_bytes", "container_spec_memory_limit_bytes",
      "container memory", false
    ),
    ("jvm_memory_used_bytes", "jvm_memory_max_bytes", "heap", false),
  ]

  /// Endings of a pair that share the beginning of their names.
  private static let endings: [(used: String, size: String)] = [
    ("_in_use", "_size"), ("_used", "_size"), ("_used", "_limit"), ("_used", "_max"),
    ("_used", "_total"), ("_active", "_max"), ("_used_bytes", "_limit_bytes"),
    ("_used_bytes", "_total_bytes"), ("_used_bytes", "_max_bytes"),
  ]

  /// Endings of metrics that are shares themselves, with what makes them 0...1.
  private static let shares: [(ending: String, factor: String)] = [
    ("_utilization_ratio", ""), ("_usage_ratio", ""), ("_used_ratio", ""), ("_utilization", ""),
    ("_utilization_percent", " / 100"), ("_usage_percent", " / 100"), ("_used_percent", " / 100"),
  ]

  /// The resources that `names`, the metrics of a service, tell of; by name.
  static func resources(
    of service: String, measuredBy names: Set<String>, selecting matchers: [String]
  ) -> [ResourceQuery] {
    let selector = matchers.joined(separator: ",")
    func select(_ metric: String) -> String { "\(metric){\(selector)}" }
    var found: [ResourceQuery] = []
    func add(_ name: String, _ expression: String) {
      found.append(ResourceQuery(service: service, name: name, expression: expression))
    }
    for pair in pairs where names.contains(pair.used) && names.contains(pair.size) {
      let share = "\(select(pair.used)) / \(select(pair.size))"
      // A size of 0 means no limit.
      add(
        pair.name,
        pair.isFree ? "max(1 - \(share))" : "max(\(share) and \(select(pair.size)) > 0)")
    }
    if names.contains("node_cpu_seconds_total") {
      func rate(_ more: String...) -> String {
        "(rate(node_cpu_seconds_total{\((matchers + more).joined(separator: ","))}[2m]))"
      }
      // Of all modes, however many processors one series stands for; by idle time where it is alone.
      let busy = "sum by (instance) \(rate("mode!=\"idle\"")) / sum by (instance) \(rate())"
      add("CPU", "max(\(busy) or 1 - avg by (instance) \(rate("mode=\"idle\"")))")
    }
    for name in names {
      for ending in endings where name.hasSuffix(ending.used) {
        let base = name.dropLast(ending.used.count)
        guard names.contains(base + ending.size) else { continue }
        add(spoken(base), "max(\(select(name)) / \(select(base + ending.size)))")
        break
      }
      if let share = shares.first(where: { name.hasSuffix($0.ending) }) {
        add(spoken(name.dropLast(share.ending.count)), "max(\(select(name)))\(share.factor)")
      }
    }
    return found.sorted { ($0.name, $0.expression) < ($1.name, $1.expression) }
  }

  private static func spoken(_ name: Substring) -> String {
    name.split(separator: "_").joined(separator: " ")
  }
}
