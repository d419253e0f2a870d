import Model
import Statistics

/// The fleet recording of the benchmarks: ten metrics of each host, a step every 15 seconds.
///
/// 1 000 hosts and 360 steps are 10 000 series, 3.6 million samples and about 460 MB of Prometheus
/// text. The values follow a slow wave with uniform noise; counters only rise.
struct Fleet {
  var hosts: Int
  var steps: Int
  var format: StreamFormat
  private var random: SplitMix64
  private var requests: [Double]
  private var errors: [Double]
  private var received: [Double]

  static let start = Timestamp(milliseconds: 1_760_000_000_000)
  static let step: Milliseconds = 15_000

  init(hosts: Int, steps: Int, seed: UInt64, format: StreamFormat) {
    self.hosts = hosts
    self.steps = steps
    self.format = format
    random = SplitMix64(seed: seed)
    requests = Array(repeating: 0, count: hosts)
    errors = requests
    received = requests
  }

  mutating func write(to output: inout Output) throws {
    format.writeHead(to: &output.bytes)
    let labels = (0..<hosts).map(Self.labels)
    for step in 0..<steps {
      let time = Self.start + Int64(step) * Self.step
      let wave = Self.wave(Double(step) / 360)
      for host in 0..<hosts {
        for (metric, value, decimals) in values(of: host, step, wave) {
          format.write(metric, labels[host], value, decimals, time, to: &output.bytes)
        }
        try output.flushFullBlock()
      }
    }
    try output.flush()
  }

  private static func labels(of host: Int) -> [(String, String)] {
    let number = String(host)
    let padded = String(repeating: "0", count: max(0, 4 - number.utf8.count)) + number
    return [
      ("instance", "app-\(padded).prod.example:9100"),
      ("region", ["eu-west-1", "us-east-1", "ap-south-1"][host % 3]),
      ("service", ["checkout", "catalog", "search", "auth", "payments"][host % 5]),
      ("job", "app"),
    ]
  }

  /// A wave of height 1 and period 1, out of parabolas instead of a sine.
  private static func wave(_ turns: Double) -> Double {
    let phase = turns - turns.rounded(.down)
    return phase < 0.5 ? 16 * phase * (0.5 - phase) : -16 * (phase - 0.5) * (1 - phase)
  }

  private mutating func values(
    of host: Int, _ step: Int, _ wave: Double
  ) -> [(metric: StaticString, value: Double, decimals: Int)] {
    requests[host] += (50 + 40 * wave + 10 * random.uniform()).rounded(.down)
    errors[host] += random.uniform() < 0.1 ? 1 : 0
    received[host] += (1e6 * random.uniform()).rounded(.down)
    return [
      ("node_cpu_utilization_ratio", 0.4 + 0.2 * wave + 0.1 * random.uniform(), 4),
      ("node_memory_used_bytes", (4e9 + 1e9 * random.uniform()).rounded(.down), 0),
      ("db_connection_pool_in_use", (20 + 10 * random.uniform()).rounded(.down), 0),
      ("db_connection_pool_size", 50, 0),
      ("http_requests_total", requests[host], 0),
      ("http_errors_total", errors[host], 0),
      ("http_request_latency_seconds", 0.05 + 0.02 * random.uniform(), 6),
      ("disk_used_ratio", 0.5 + 0.0001 * Double(step), 4),
      ("network_receive_bytes_total", received[host], 0),
      ("queue_depth", (10 * random.uniform()).rounded(.down), 0),
    ]
  }
}
