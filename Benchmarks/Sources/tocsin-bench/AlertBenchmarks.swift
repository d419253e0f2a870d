import Baselines
import Incidents
import Model
import Rules

/// What happens after an expression is evaluated.
let alertBenchmarks: [Benchmark] = [
  Benchmark("alert: machine, a tick of a flapping instance", units: 64 * 1000) {
    let ticks = AlertTicks(first: Timestamp(milliseconds: 0), interval: 15_000, count: 64)
    let values = [Double](repeating: 0.9, count: 64)
    return {
      var machine = AlertMachine()
      var hash: UInt64 = 0
      values.withUnsafeBufferPointer { values in
        for pass in 0..<1000 {
          machine.step(
            ticks, in: 0..<64, isTrue: 0x00ff_f00f_ffff_0001 &<< UInt64(pass & 7),
            isPresent: .max, values: values, timing: .init(hold: 60_000)
          ) { tick, _, _ in hash = (hash &* 31) ^ UInt64(tick) }
        }
      }
      return hash
    }
  },
  Benchmark("alert: event as JSON", units: 1000) {
    let transition = AlertTransition(
      time: Timestamp(milliseconds: Fleet.start), kind: .firing, ending: nil, group: "fleet",
      alert: "PoolHigh",
      labels: [
        "alertname": "PoolHigh", "instance": "app-0001.prod.example:9100", "region": "eu-west-1",
        "service": "checkout", "job": "app",
      ],
      annotations: ["summary": "the pool of app-0001 is at 57 %"], value: 0.57,
      activeSince: Timestamp(milliseconds: Fleet.start - 60_000), measure: .init())
    return {
      var hash: UInt64 = 0
      for _ in 0..<1000 { hash = (hash &* 31) ^ UInt64(EventJSON.line(transition).utf8.count) }
      return hash
    }
  },
  Benchmark("baseline: a sample of a detector", units: 2000) {
    var random = Noise(seed: 3)
    let values = (0..<2000).map { _ in 0.4 + Double(random.next() % 1000) / 1e4 }
    return {
      var detector = Detector()
      var hash: UInt64 = 0
      for (step, value) in values.enumerated() {
        let verdict = detector.update(time: Int64(step) * 60_000, value: value)
        if let expected = verdict.expected { hash = hash.mixed(expected) }
      }
      return hash
    }
  },
  Benchmark("labels: stable hash of a set of five", units: 1000) {
    let labels: Labels = [
      "__name__": "http_requests_total", "instance": "app-0001.prod.example:9100",
      "region": "eu-west-1", "service": "checkout", "job": "app",
    ]
    return {
      var hash: UInt64 = 0
      for _ in 0..<1000 { hash = (hash &* 31) ^ labels.stableHash }
      return hash
    }
  },
]
