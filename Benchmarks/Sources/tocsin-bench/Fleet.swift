import Model
import Statistics

/// A small fleet, the same for every run: ten metrics of some hosts, a step every 15 seconds.
struct Fleet {
  var hosts: Int
  var steps: Int

  static let start: Int64 = 1_760_000_000_000
  static let step: Int64 = 15_000

  static let metrics = [
    "node_cpu_utilization_ratio", "node_memory_used_bytes", "db_connection_pool_in_use",
    "db_connection_pool_size", "http_requests_total", "http_errors_total",
    "http_request_latency_seconds", "disk_used_ratio", "network_receive_bytes_total", "queue_depth",
  ]

  var samples: Int { hosts * steps * Self.metrics.count }

  /// Calls `body` with every sample, in the order in which they would be scraped.
  func forEach(
    _ body: (_ metric: String, _ host: Int, _ value: Double, _ time: Int64) -> Void
  ) {
    var random = SplitMix64(seed: 7)
    for step in 0..<steps {
      for host in 0..<hosts {
        for (number, metric) in Self.metrics.enumerated() {
          let noise = Double(random.next() % 1000)
          let value: Double =
            switch number {
            case 4, 5, 8: Double(step * (number * 40)) + (noise / 40).rounded(.down)
            case 1: 4e9 + noise * 1234
            case 3: 50
            case 2, 9: (noise / 100).rounded(.down)
            default: noise / 10_000
            }
          body(metric, host, value, Self.start + Int64(step) * Self.step)
        }
      }
    }
  }

  static func labels(of host: Int) -> [(name: String, value: String)] {
    [
      ("instance", "app-\(1000 + host).prod.example:9100"),
      ("region", ["eu-west-1", "us-east-1", "ap-south-1"][host % 3]),
      ("service", ["checkout", "catalog", "search", "auth", "payments"][host % 5]),
      ("job", "app"),
    ]
  }

  /// The spelling of a series in Prometheus text.
  static func spelling(_ metric: String, _ host: Int) -> String {
    metric + "{" + labels(of: host).map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
      + "}"
  }

  /// All samples in one batch, steps in order.
  ///
  /// `shuffled` puts the series of each step in another order, which no guess foresees.
  func batch(shuffled: Bool = false) -> SampleBatch {
    var batch = SampleBatch()
    var rows: [(key: Range<Int>, time: Int64, value: Double)] = []
    var keys: [String: Range<Int>] = [:]
    forEach { metric, host, value, time in
      let spelling = Self.spelling(metric, host)
      let start = batch.bytes.count
      let key = keys[spelling] ?? start..<start + spelling.utf8.count
      if keys[spelling] == nil { batch.bytes += Array(spelling.utf8) }
      keys[spelling] = key
      rows.append((key, time, value))
    }
    if shuffled {
      let width = hosts * Self.metrics.count
      var random = SplitMix64(seed: 11)
      for first in stride(from: 0, to: rows.count, by: width) {
        for i in stride(from: width - 1, to: 0, by: -1) {
          rows.swapAt(first + i, first + Int(random.next() % UInt64(i + 1)))
        }
      }
    }
    for row in rows { batch.append(key: row.key, time: row.time, value: row.value) }
    return batch
  }
}

extension UInt64 {
  /// This hash with one more number in it.
  func mixed(_ value: Double) -> UInt64 { (self &* 31) ^ value.bitPattern }
}
