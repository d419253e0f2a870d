import Model

/// Scrapes written one after the other in Prometheus text with timestamps.
struct PrometheusText {
  private(set) var bytes: [UInt8] = []

  /// One `# TYPE` line; `kind` is `counter`, `gauge` or `histogram`.
  mutating func type(_ metric: String, _ kind: String) {
    bytes.append(contentsOf: "# TYPE \(metric) \(kind)\n".utf8)
  }

  /// One sample line.
  ///
  /// `series` is spelled out: `up{job="api"}`.
  mutating func sample(_ series: String, _ value: Double, decimals: Int = 0, at time: Timestamp) {
    bytes.append(contentsOf: series.utf8)
    bytes.append(UInt8(ascii: " "))
    appendDecimal(value, decimals: decimals, to: &bytes)
    bytes.append(UInt8(ascii: " "))
    appendInteger(UInt64(max(0, time.milliseconds)), to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}
