import Engine
import Incidents
import Model
import Rules
import Statistics
import Testing

/// A stream drawn from a seed: counters that restart, gauges that fall silent, scrapes that are missed.
private struct DrawnStream {
  struct Row {
    var labels: Labels
    var time: Int64
    var value: Double
  }

  private(set) var rows: [Row] = []
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    var totals: [String: Double] = [:]
    var isBad = false
    for scrape in 0..<240 {
      if random.below(30) == 0 { isBad.toggle() }
      if random.below(25) == 0 { continue }
      for (number, service) in ["api", "db", "web"].enumerated() {
        // Each agent has a phase of its own; two of them share the moment now and then.
        let phase = Int64(number * random.below(3) * 700)
        let time = 1_760_000_000_000 + Int64(scrape) * 15_000 + phase
        if service == "web", isBad, scrape % 3 == 0 { continue }
        let isHit = isBad && service != "web"
        for code in ["200", "500"] {
          let pace = code == "200" ? 100.0 : isHit ? 40 : 0.3
          let key = service + code
          totals[key, default: 0] += pace + Double(random.below(5))
          if random.below(90) == 0 { totals[key] = 0 }
          let labels: Labels = ["__name__": "requests_total", "service": service, "code": code]
          append(labels, time, totals[key])
        }
        append(
          ["__name__": "cpu", "service": service], time,
          (isHit ? 0.9 : 0.3) + Double(random.below(10)) / 100)
      }
    }
    rows.sort { $0.time < $1.time }
  }

  private mutating func append(_ labels: Labels, _ time: Int64, _ value: Double?) {
    rows.append(Row(labels: labels, time: time, value: value ?? 0))
  }
}

private let rules = """
  groups:
    - name: g
      interval: 15s
      rules:
        - record: errors:ratio
          expr: |
            sum by (service) (rate(requests_total{code="500"}[2m]))
              / sum by (service) (rate(requests_total[2m]))
        - alert: Errors
          expr: errors:ratio > 0.1
          for: 1m
          keep_firing_for: 2m
          labels: {severity: critical}
          annotations: {summary: "{{ $labels.service }} at {{ $value | humanizePercentage }}"}
        - alert: CPU
          threshold: {of: cpu, above: {medium: 0.7, high: 0.95}, clear: 0.5}
          for: 30s
        - alert: Odd
          baseline: {of: errors:ratio, direction: above, minimum: 0.02, learn: 20m}
        - alert: Silent
          expr: absent_over_time(cpu{service="web"}[1m])
    - name: slow
      interval: 1m
      rules:
        - alert: Peak
          expr: max_over_time(errors:ratio[10m:30s]) > 0.2
        - record: cpu:p90
          expr: quantile_over_time(0.9, cpu[5m])
  """

private func told(_ effects: [Effect]) -> [String] {
  effects.map { effect in
    switch effect {
    case .alert(let transition): EventJSON.line(transition)
    case .incident(let change): EventJSON.line(change)
    case .change(let change): EventJSON.line(change)
    case .evidence(let id, let windows): "\(id) \(windows.count)"
    case .diagnostic(let diagnostic): diagnostic.description
    }
  }
}

private func engine(ticksPerPass: Int) throws -> Tocsin {
  let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: rules)])
  var options = EngineOptions()
  options.ticksPerPass = ticksPerPass
  return Tocsin(rules: try #require(loaded.ruleSet), options: options)
}

private func batch(_ rows: some Sequence<DrawnStream.Row>) -> SampleBatch {
  var batch = SampleBatch()
  for row in rows {
    batch.append(labels: row.labels, time: Timestamp(milliseconds: row.time), value: row.value)
  }
  return batch
}

/// What a recording tells is what its stream told when it happened.
@Suite struct LiveReplayTests {
  @Test(arguments: 0..<6 as Range<UInt64>)
  func `a live run tells what the replay of its stream tells`(seed: UInt64) throws {
    let rows = DrawnStream(seed: seed).rows
    var replay = try engine(ticksPerPass: 64)
    var replayed = told(replay.ingest(batch(rows)))
    replayed += told(replay.finish())

    // Each scrape comes by itself, and the clock goes on between them.
    var live = try engine(ticksPerPass: 1)
    var lived: [String] = []
    var random = SplitMix64(seed: seed ^ 0x5eed)
    var rest = rows[...]
    while let first = rest.first {
      let scrape = rest.prefix { $0.time == first.time }
      lived += told(live.ingest(batch(scrape)))
      rest = rest.dropFirst(scrape.count)
      guard let next = rest.first, random.below(2) == 0 else { continue }
      lived += told(live.settle())
      let pause = Int(next.time - first.time)
      let now = first.time + Int64(random.below(pause))
      lived += told(live.advance(to: Timestamp(milliseconds: now)))
    }
    lived += told(live.finish())

    #expect(replayed.contains { $0.contains("alert.firing") })
    #expect(replayed.contains { $0.contains("incident.opened") })
    #expect(lived.count == replayed.count)
    for (a, b) in zip(lived, replayed) {
      #expect(a == b)
      if a != b { break }
    }
  }
}
