import Model

/// Metrics' names as a person says them, by Prometheus' naming practice.
enum MetricWords {
  private static let unitWords: Set<String> = [
    "total", "seconds", "ratio", "bytes", "count", "sum",
  ]

  /// `db_connection_errors_total` as words: db connection errors.
  ///
  /// The count of a duration counts what took it: `http_request_duration_seconds_count` is http requests.
  static func spoken(_ name: String) -> String {
    let duration = "_duration_seconds_count"
    if name.hasSuffix(duration), name.utf8.count > duration.utf8.count {
      return words(of: String(name.dropLast(duration.utf8.count))).map(spelled)
        .joined(separator: " ") + "s"
    }
    let plain = words(of: name).filter { !unitWords.contains($0.lowercased()) }
    return plain.isEmpty ? name : plain.map(spelled).joined(separator: " ")
  }

  /// Abbreviations of metrics' names as a person writes them.
  private static let abbreviations = [
    "api": "API", "cpu": "CPU", "db": "database", "dns": "DNS", "gc": "GC", "grpc": "gRPC",
    "http": "HTTP", "io": "I/O", "jvm": "JVM", "ram": "RAM", "rpc": "RPC", "sql": "SQL",
    "tcp": "TCP", "tls": "TLS", "udp": "UDP",
  ]

  private static func spelled(_ word: String) -> String {
    abbreviations[word.lowercased()] ?? midSentence(word)
  }

  /// The unit of what is kept of a metric: counters as rates, sums of summaries as means.
  static func unit(of name: String) -> Unit {
    if name.hasSuffix("_total") || name.hasSuffix("_count") { return .perSecond }
    if name.hasSuffix("_seconds") || name.hasSuffix("_seconds_sum") { return .seconds }
    if name.hasSuffix("_bytes") || name.hasSuffix("_bytes_sum") { return .bytes }
    return name.hasSuffix("_ratio") ? .ratio : .plain
  }

  private static let demandWords: Set<String> = [
    "requests", "request", "sessions", "queries", "users", "visitors", "orders", "messages", "jobs",
    "traffic", "rps", "qps",
  ]
  private static let failureWords: Set<String> = [
    "error", "errors", "failed", "failures", "failing", "slow", "waiting", "rejected", "dropped",
    "timeouts", "queue", "pending", "latency",
  ]
  private static let codeLabels = ["code", "status", "status_code", "http_response_status_code"]

  /// True for what is asked of a service: requests, sessions, queries; not for what failed of it.
  static func isDemand(_ metric: Labels) -> Bool {
    let known = Set(words(of: metric.metricName ?? "").map { $0.lowercased() })
    guard known.isDisjoint(with: failureWords),
      !codeLabels.contains(where: { metric[$0]?.hasPrefix("4") == true }),
      !codeLabels.contains(where: { metric[$0]?.hasPrefix("5") == true }),
      metric["state"].map({ !$0.hasPrefix("fail") && !$0.hasPrefix("err") }) ?? true
    else { return false }
    if known.contains("duration") { return known.contains("count") }
    return !known.isDisjoint(with: demandWords)
  }
}
