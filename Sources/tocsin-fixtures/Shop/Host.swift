import Model
import Statistics

/// The machine that the shop's services run on, as node_exporter shows it.
struct Host {
  let name: String
  private let labels: String
  private var idle = 0.0
  private var user = 0.0
  private var memory = 0.0
  private var disk = 0.0
  private var load = 0.0
  private var wander = Wander(spread: 0.02)

  private static let cores = 4.0
  private static let memoryBytes = 16e9
  private static let diskBytes = 100e9

  init(_ name: String) {
    self.name = name
    labels = "job=\"node\",instance=\"\(name):9100\""
  }

  mutating func run(
    _ seconds: Double, traffic: Double, at time: Timestamp, _ random: inout SplitMix64
  ) {
    let busy = min(0.97, max(0.01, 0.08 + 0.40 * traffic + wander.next(&random)))
    user += busy * seconds * Self.cores
    idle += (1 - busy) * seconds * Self.cores
    load = max(0, busy * Self.cores + 0.2 * random.nearlyNormal())
    memory = 0.42 + 0.12 * traffic + 0.01 * random.nearlyNormal()
    // Logs fill a fifth of the disk in a day, and are moved away at night.
    let inDay = Double(((time.milliseconds % day) + day) % day) / Double(day)
    disk = 0.48 + 0.08 * inDay
  }

  func scrape(at time: Timestamp, into text: inout PrometheusText) {
    text.sample("up{\(labels)}", 1, at: time)
    text.sample(
      "node_cpu_seconds_total{\(labels),cpu=\"0\",mode=\"idle\"}", idle, decimals: 1, at: time)
    text.sample(
      "node_cpu_seconds_total{\(labels),cpu=\"0\",mode=\"user\"}", user, decimals: 1, at: time)
    text.sample("node_memory_MemTotal_bytes{\(labels)}", Self.memoryBytes, at: time)
    text.sample(
      "node_memory_MemAvailable_bytes{\(labels)}", megabytes((1 - memory) * Self.memoryBytes),
      at: time)
    let mount = "\(labels),device=\"/dev/vda1\",fstype=\"ext4\",mountpoint=\"/\""
    text.sample("node_filesystem_size_bytes{\(mount)}", Self.diskBytes, at: time)
    text.sample(
      "node_filesystem_avail_bytes{\(mount)}", megabytes((1 - disk) * Self.diskBytes), at: time)
    text.sample("node_load1{\(labels)}", load, decimals: 2, at: time)
  }

  /// Whole megabytes: what is below would only be noise that does not compress.
  private func megabytes(_ bytes: Double) -> Double { (bytes / 1e6).rounded() * 1e6 }
}
