/// What is out of the ordinary in the shop at a moment; as initialised, nothing is.
struct Conditions {
  /// Factor on the traffic that the time of day brings.
  var traffic = 1.0
  /// Share of a service's requests that fail beside the few that always do, 0...1.
  var failing: [String: Double] = [:]
  /// Factor on a service's latency.
  var slowdown: [String: Double] = [:]
  /// Factor on how long a request holds its database connection.
  var connectionHold = 1.0
  /// Connections the pool has.
  var poolSize = 60.0
  /// Added to the CPU utilization that the traffic causes, 0...1; the sum is held at 1.
  var databaseCPU = 0.0
  /// Share of queries that are slow, beside the few that always are.
  var slowQueries = 0.0
  /// Seconds added to the replica's lag.
  var replicationLag = 0.0
  /// Refused connections to the database a second.
  var connectionErrors = 0.0
  /// Share of shoppers at the checkout who are in trouble.
  var shoppersInTrouble = 0.0
  /// Services and hosts whose agent sends nothing.
  var silent: Set<String> = []
}
