import Model
import Statistics

/// A simulated web shop: services, the database behind them and their host, scraped at a given pace.
struct Shop {
  private var services: [Service]
  private var database = Database()
  private var host = Host("app-1")
  private var random: SplitMix64
  private var sessions = Wander(spread: 0.03)
  private var orders = 0.0
  private(set) var text = PrometheusText()

  /// A shop at rest, its numbers drawn from `seed`.
  init(seed: UInt64, services: [Service] = Shop.usualServices) {
    self.services = services
    random = SplitMix64(seed: seed)
    for (metric, kind) in Self.types { text.type(metric, kind) }
  }

  static let usualServices = [
    Service("api", peakRate: 120, medianLatency: 0.060, hasLatency: true),
    Service("auth", peakRate: 25, medianLatency: 0.030, usualErrors: 0.001),
    Service("catalog", peakRate: 80, medianLatency: 0.045, usualErrors: 0.001),
    Service("checkout", peakRate: 18, medianLatency: 0.110, usualErrors: 0.004, hasLatency: true),
  ]

  private static let types = [
    ("up", "gauge"), ("http_requests_total", "counter"),
    ("http_request_duration_seconds", "histogram"), ("active_sessions", "gauge"),
    ("orders_placed_total", "counter"), ("db_connection_pool_in_use", "gauge"),
    ("db_connection_pool_size", "gauge"), ("db_connection_pool_waiting", "gauge"),
    ("db_connection_errors_total", "counter"), ("db_cpu_utilization_ratio", "gauge"),
    ("db_queries_total", "counter"), ("db_slow_queries_total", "counter"),
    ("db_replication_lag_seconds", "gauge"), ("node_cpu_seconds_total", "counter"),
    ("node_memory_MemTotal_bytes", "gauge"), ("node_memory_MemAvailable_bytes", "gauge"),
    ("node_filesystem_size_bytes", "gauge"), ("node_filesystem_avail_bytes", "gauge"),
    ("node_load1", "gauge"),
  ]

  /// Runs from `start` to `end` and is scraped every `interval` milliseconds, first at `start`.
  mutating func record(
    from start: Timestamp, to end: Timestamp, every interval: Milliseconds,
    under conditions: (Timestamp) -> Conditions
  ) {
    var time = start
    while time < end {
      step(at: time, seconds: Double(interval) / 1000, conditions(time))
      time = time + interval
    }
  }

  private mutating func step(at time: Timestamp, seconds: Double, _ conditions: Conditions) {
    let traffic = Traffic.factor(at: time) * conditions.traffic
    for index in services.indices {
      services[index].serve(seconds, traffic: traffic, conditions, &random)
      if !conditions.silent.contains(services[index].name) {
        services[index].scrape(at: time, into: &text)
      }
    }
    database.serve(seconds, traffic: traffic, conditions, &random)
    if !conditions.silent.contains(Database.name) { database.scrape(at: time, into: &text) }
    host.run(seconds, traffic: traffic, at: time, &random)
    if !conditions.silent.contains(host.name) { host.scrape(at: time, into: &text) }
    shoppers(at: time, seconds: seconds, traffic, conditions)
  }

  /// The shop's own figures, which the checkout reports.
  private mutating func shoppers(
    at time: Timestamp, seconds: Double, _ traffic: Double, _ conditions: Conditions
  ) {
    let all = (900 * traffic * (1 + sessions.next(&random))).rounded()
    let troubled = (all * min(1, conditions.shoppersInTrouble)).rounded()
    orders += random.count(mean: 1.6 * traffic * seconds * (1 - conditions.shoppersInTrouble))
    guard !conditions.silent.contains("checkout") else { return }
    let labels = "job=\"shop\",instance=\"checkout-1:8080\",service=\"checkout\""
    text.sample("active_sessions{\(labels),state=\"ok\"}", all - troubled, at: time)
    text.sample("active_sessions{\(labels),state=\"failing\"}", troubled, at: time)
    text.sample("orders_placed_total{\(labels)}", orders.rounded(.down), at: time)
  }
}
