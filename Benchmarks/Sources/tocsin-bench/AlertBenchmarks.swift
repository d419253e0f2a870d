import Baselines
import Incidents
import Model
import Rules
import Statistics

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
  Benchmark("incident: a tick of alerts that come and go, some hundred of them firing", units: 200)
  {
    let ticks = (0..<200).map(comingAndGoing)
    let context = IncidentContext()
    return {
      var book = IncidentBook()
      // As a ledger does: the newest view of the incident is held while the book goes on.
      var view: Incident?
      var hash: UInt64 = 0
      for (tick, transitions) in ticks.enumerated() {
        let time = Timestamp(milliseconds: Fleet.start + Int64(tick) * 15_000)
        for change in book.apply(transitions, at: time, context: context)
          + book.advance(to: time, context: context)
        {
          view = change.incident
          hash = (hash &* 31) ^ UInt64(change.events.count)
        }
      }
      return hash ^ UInt64(view?.alerts.count ?? 0)
    }
  },
  Benchmark("baseline: a sample of a detector", units: 2000) {
    var random = SplitMix64(seed: 3)
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

/// Of 400 instances of two rules every tenth changes at a tick: half of them fire at a time.
func comingAndGoing(_ tick: Int) -> [AlertTransition] {
  (0..<400).filter { ($0 + tick) % 10 == 0 }.map { number in
    let isFiring = (number + tick) / 10 % 2 == 0
    let alert = number % 2 == 0 ? "LatencyHigh" : "PoolHigh"
    return AlertTransition(
      time: Timestamp(milliseconds: Fleet.start + Int64(tick) * 15_000),
      kind: isFiring ? .firing : .resolved, ending: isFiring ? nil : .cleared, group: "fleet",
      alert: alert,
      labels: [
        "alertname": alert, "instance": "app-\(number).prod.example:9100", "service": "checkout",
      ], value: 0.5 + Double(number) / 1000,
      activeSince: Timestamp(milliseconds: Fleet.start + Int64(tick) * 15_000))
  }
}
