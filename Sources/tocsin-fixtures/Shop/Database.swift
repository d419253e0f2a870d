import Model
import Statistics

/// The database behind the shop: a connection pool, CPU, queries and a replica.
struct Database {
  static let name = "orders-db"
  private let labels = "job=\"shop\",instance=\"orders-db-1:9187\",service=\"orders-db\""
  private var queries = 0.0
  private var slowQueries = 0.0
  private var connectionErrors = 0.0
  private var inUse = 0.0
  private var waiting = 0.0
  private var poolSize = 60.0
  private var cpu = 0.0
  private var lag = 0.0
  private var load = Wander(spread: 0.03)

  /// Connections in use in the busiest hour of an ordinary day.
  private static let usualConnections = 22.0
  /// CPU utilization in the busiest hour of an ordinary day.
  private static let usualCPU = 0.34
  /// Queries a second in the busiest hour.
  private static let peakQueries = 260.0

  mutating func serve(
    _ seconds: Double, traffic: Double, _ conditions: Conditions, _ random: inout SplitMix64
  ) {
    let wander = 1 + load.next(&random)
    poolSize = conditions.poolSize
    let wanted = max(
      1,
      Self.usualConnections * traffic * conditions.connectionHold * wander + 0.8
        * random.nearlyNormal())
    inUse = min(poolSize, wanted.rounded())
    waiting = max(0, (wanted - poolSize).rounded())
    cpu =
      0.06 + Self.usualCPU * traffic * wander + conditions.databaseCPU + 0.01
      * random.nearlyNormal()
    cpu = min(1, max(0.01, cpu))
    let asked = random.count(mean: Self.peakQueries * traffic * seconds)
    queries += asked
    slowQueries += min(asked, random.count(mean: asked * (0.001 + conditions.slowQueries)))
    connectionErrors += random.count(mean: conditions.connectionErrors * seconds)
    lag = max(0, 0.2 + 0.05 * random.nearlyNormal() + conditions.replicationLag)
  }

  func scrape(at time: Timestamp, into text: inout PrometheusText) {
    text.sample("up{\(labels)}", 1, at: time)
    text.sample("db_connection_pool_in_use{\(labels)}", inUse, at: time)
    text.sample("db_connection_pool_size{\(labels)}", poolSize, at: time)
    text.sample("db_connection_pool_waiting{\(labels)}", waiting, at: time)
    text.sample("db_connection_errors_total{\(labels)}", connectionErrors.rounded(.down), at: time)
    text.sample("db_cpu_utilization_ratio{\(labels)}", cpu, decimals: 3, at: time)
    text.sample("db_queries_total{\(labels)}", queries.rounded(.down), at: time)
    text.sample("db_slow_queries_total{\(labels)}", slowQueries.rounded(.down), at: time)
    text.sample("db_replication_lag_seconds{\(labels)}", lag, decimals: 2, at: time)
  }
}
