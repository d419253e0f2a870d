public import Model

/// What kind of trouble a metric or an alert speaks of: the golden signals, and then some.
///
/// Read from the label or annotation `signal` when there is one, else from the words of the name.
public enum Signal: String, Sendable, Codable, CaseIterable {
  /// Failures: error ratio, exceptions, success rate.
  case errors
  /// How long things take.
  case latency
  /// How much is asked.
  case traffic
  /// Whether it is there at all.
  case availability
  /// A resource that can run out: CPU, memory, disk, pool, queue.
  case saturation
  /// Anything else.
  case other

  /// The signal that a metric's labels speak of.
  public init(metric: Labels) {
    if let named = metric["signal"].flatMap(Signal.init(rawValue:)) {
      self = named
    } else {
      self.init(words: words(of: metric.metricName ?? ""))
    }
  }

  /// The signal that `words` speak of: the first table that knows any of them.
  init(words: [String]) {
    self.init(lowercased: words.map { $0.lowercased() })
  }

  /// The signal that words in lower case speak of.
  init(lowercased words: [String]) {
    var first: Int?
    for word in words {
      guard let rank = Self.ranks[word] else { continue }
      first = min(first ?? rank, rank)
    }
    self = first.map { Self.tables[$0].signal } ?? .other
  }

  private static let tables: [(signal: Signal, words: Set<String>)] = [
    (.latency, latencyWords), (.saturation, saturationWords),
    (.availability, availabilityWords), (.errors, errorWords), (.traffic, trafficWords),
  ]

  /// The first table in which each word stands.
  private static let ranks: [String: Int] = {
    var ranks: [String: Int] = [:]
    for (rank, table) in tables.enumerated().reversed() {
      for word in table.words { ranks[word] = rank }
    }
    return ranks
  }()

  private static let latencyWords: Set<String> = [
    "latency", "duration", "slow", "delay", "lag", "wait", "rtt", "p50", "p90", "p95", "p99",
    "ttfb", "time", "seconds", "apdex",
  ]
  private static let saturationWords: Set<String> = [
    "cpu", "memory", "mem", "disk", "filesystem", "fs", "inode", "inodes", "swap", "heap", "pool",
    "saturation", "saturated", "utilization", "utilisation", "usage", "load", "queue", "backlog",
    "descriptors", "fds", "threads", "connections", "capacity", "quota", "exhaustion", "exhausted",
    "full", "throttled", "throttling", "oom", "pressure",
  ]
  private static let availabilityWords: Set<String> = [
    "up", "down", "unavailable", "unreachable", "absent", "dead", "missing", "offline", "probe",
    "availability", "replicas", "ready", "crash", "crashing", "restarting",
  ]
  private static let errorWords: Set<String> = [
    "error", "errors", "errored", "fail", "failed", "failing", "failure", "failures", "5xx",
    "exception", "exceptions", "success", "timeout", "timeouts", "rejected", "dropped",
  ]
  private static let trafficWords: Set<String> = [
    "traffic", "requests", "request", "throughput", "rps", "qps", "ops", "workload", "rate",
    "sessions", "orders", "volume",
  ]

  /// True when users feel it themselves, as opposed to a resource behind the scenes.
  public var isFelt: Bool {
    switch self {
    case .errors, .latency, .traffic, .availability: true
    case .saturation, .other: false
    }
  }
}
