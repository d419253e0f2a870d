import Model
import Statistics

/// A service that answers requests: its counters and its latency histogram.
///
/// Latency is log-logistic with an integer shape, whose distribution function needs no `exp`:
/// a share `1 / (1 + (median / x)⁴)` of requests takes at most `x`. The 95th percentile is 2.1 times
/// the median, the 99th 3.2 times.
struct Service {
  let name: String
  /// Requests a second in the busiest hour.
  let peakRate: Double
  /// Seconds.
  let medianLatency: Double
  /// Share of requests that fails on an ordinary day.
  let usualErrors: Double
  /// Whether it has a latency histogram: eight counters more, which make a recording large.
  let hasLatency: Bool
  private let names: Names
  private var counts = Counts()
  private var load = Wander(spread: 0.02)
  private var latency = Wander(spread: 0.03)

  static let bounds: [Double] = [0.1, 0.25, 0.5, 1, 2.5]

  private struct Names {
    var up, ok, failed, unavailable, sum, count: String
    var buckets: [String]
  }

  private struct Counts {
    var ok = 0.0, failed = 0.0, unavailable = 0.0, seconds = 0.0, all = 0.0
    var buckets = [Double](repeating: 0, count: Service.bounds.count)
  }

  init(
    _ name: String, peakRate: Double, medianLatency: Double, usualErrors: Double = 0.002,
    hasLatency: Bool = false
  ) {
    self.name = name
    self.peakRate = peakRate
    self.medianLatency = medianLatency
    self.usualErrors = usualErrors
    self.hasLatency = hasLatency
    let labels = "job=\"shop\",instance=\"\(name)-1:8080\",service=\"\(name)\""
    let histogram = "http_request_duration_seconds"
    names = Names(
      up: "up{\(labels)}", ok: "http_requests_total{\(labels),code=\"200\"}",
      failed: "http_requests_total{\(labels),code=\"500\"}",
      unavailable: "http_requests_total{\(labels),code=\"503\"}",
      sum: "\(histogram)_sum{\(labels)}", count: "\(histogram)_count{\(labels)}",
      buckets: Self.bounds.map { "\(histogram)_bucket{\(labels),le=\"\(trimmed($0))\"}" }
        + ["\(histogram)_bucket{\(labels),le=\"+Inf\"}"])
  }

  /// Serves `seconds` of traffic under `conditions`, where `traffic` is the share of the peak.
  mutating func serve(
    _ seconds: Double, traffic: Double, _ conditions: Conditions, _ random: inout SplitMix64
  ) {
    let mean = peakRate * traffic * seconds * max(0, 1 + load.next(&random))
    let requests = random.count(mean: mean)
    let failing = min(1, max(0, conditions.failing[name] ?? 0))
    let unavailable = min(requests, random.count(mean: requests * failing))
    let failed = min(requests - unavailable, random.count(mean: requests * usualErrors))
    counts.ok += requests - failed - unavailable
    counts.failed += failed
    counts.unavailable += unavailable
    counts.all += requests
    let slowdown = conditions.slowdown[name] ?? 1
    let median = medianLatency * slowdown * (1 + latency.next(&random))
    counts.seconds += requests * median * 1.11  // The mean of a log-logistic of shape 4.
    for (index, bound) in Self.bounds.enumerated() {
      let ratio = (median / bound) * (median / bound)
      counts.buckets[index] += requests / (1 + ratio * ratio)
    }
  }

  /// Writes what a scrape finds at `time`.
  func scrape(at time: Timestamp, into text: inout PrometheusText) {
    text.sample(names.up, 1, at: time)
    text.sample(names.ok, counts.ok.rounded(.down), at: time)
    text.sample(names.failed, counts.failed.rounded(.down), at: time)
    text.sample(names.unavailable, counts.unavailable.rounded(.down), at: time)
    guard hasLatency else { return }
    for (name, count) in zip(names.buckets, counts.buckets + [counts.all]) {
      text.sample(name, count.rounded(.down), at: time)
    }
    text.sample(names.sum, counts.seconds.rounded(.down), at: time)
    text.sample(names.count, counts.all.rounded(.down), at: time)
  }
}

/// A bucket's bound as exporters write it: `0.25`, `1`.
private func trimmed(_ bound: Double) -> String {
  var bytes: [UInt8] = []
  appendDecimal(bound, decimals: 3, to: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}
