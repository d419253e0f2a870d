import Model

/// Every benchmark, in the order in which they run.
let benchmarks = [
  Benchmark(name: "labels: stable hash of a set of five", units: 100_000) {
    let labels: Labels = [
      "__name__": "http_requests_total", "instance": "app-0001.prod.example:9100",
      "region": "eu-west-1", "service": "checkout", "job": "app",
    ]
    var hash: UInt64 = 0
    for _ in 0..<100_000 { hash = (hash &* 31) ^ labels.stableHash }
    return hash
  },
  Benchmark(name: "timestamp: calendar of every hour of eleven years", units: 96_360) {
    var hash: UInt64 = 0
    for hour in 0..<96_360 {
      let calendar = CalendarTime(Timestamp(milliseconds: Int64(hour) * 3_600_000))
      hash = (hash &* 31) ^ UInt64(calendar.day * 24 + calendar.hour)
    }
    return hash
  },
]
