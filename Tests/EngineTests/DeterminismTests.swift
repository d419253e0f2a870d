import Dispatch
import Engine
import Evaluation
import Incidents
import Model
import Rules
import Testing

/// A stream in which a service's errors rise for a while, with counters, gauges and a gap.
private func stream() -> [(labels: Labels, time: Int64, value: Double)] {
  var rows: [(labels: Labels, time: Int64, value: Double)] = []
  var requests = 0.0
  var failures = 0.0
  for step in 0..<400 {
    let time = 1_760_000_000_000 + Int64(step) * 15_000
    let isBad = (150..<220).contains(step)
    requests += 150
    failures += isBad ? 60 : 0.5
    rows.append(
      (["__name__": "http_requests_total", "service": "api", "code": "200"], time, requests))
    rows.append(
      (["__name__": "http_requests_total", "service": "api", "code": "500"], time, failures))
    if step < 300 {
      rows.append(
        (["__name__": "cpu", "service": "db"], time, isBad ? 0.95 : 0.3 + Double(step % 7) / 100))
    }
  }
  return rows
}

private let rules = """
  groups:
    - name: g
      interval: 15s
      rules:
        - record: errors:ratio
          expr: |
            sum by (service) (rate(http_requests_total{code="500"}[2m]))
              / sum by (service) (rate(http_requests_total[2m]))
        - alert: Errors
          expr: errors:ratio > 0.1
          for: 1m
          labels: {severity: critical}
          annotations: {summary: "{{ $labels.service }} at {{ $value | humanizePercentage }}"}
        - alert: CPU
          threshold: {of: cpu, above: {medium: 0.8, high: 0.9}, clear: 0.5}
          for: 30s
        - alert: Odd
          baseline: {of: errors:ratio, direction: above, minimum: 0.02, learn: 20m}
        - alert: Firing
          expr: count(ALERTS{alertstate="firing"}) > 1
    - name: slow
      interval: 1m
      rules:
        - alert: Peak
          expr: max_over_time(errors:ratio[10m]) > 0.2
    # Moments and expressions of the first group and of each other: their work is shared.
    - name: other
      interval: 15s
      rules:
        - alert: Share
          expr: errors:ratio > 0.1 and avg_over_time(errors:ratio[1m]) > 0.05
        - alert: Load
          expr: cpu > 0.8
    - name: third
      interval: 15s
      rules:
        - alert: ShareAgain
          expr: avg_over_time(errors:ratio[1m]) > 0.05
        - alert: LoadAgain
          expr: cpu > 0.8
  """

private func lines(
  batchRows: Int, ticksPerPass: Int, workers: Workers = .one
) throws -> [String] {
  let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: rules)])
  var options = EngineOptions()
  options.ticksPerPass = ticksPerPass
  options.workers = workers
  var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
  var out: [String] = []
  func take(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .alert(let transition): out.append(EventJSON.line(transition))
      case .incident(let change): out.append(EventJSON.line(change))
      case .change(let change): out.append(EventJSON.line(change))
      case .evidence(let id, let windows): out.append("\(id) \(windows.count)")
      case .diagnostic(let diagnostic): out.append(diagnostic.description)
      }
    }
  }
  var rest = stream()[...]
  while !rest.isEmpty {
    var batch = SampleBatch()
    for row in rest.prefix(batchRows) {
      batch.append(labels: row.labels, time: Timestamp(milliseconds: row.time), value: row.value)
    }
    rest = rest.dropFirst(batchRows)
    take(tocsin.ingest(batch))
  }
  take(tocsin.finish())
  return out
}

@Suite struct DeterminismTests {
  @Test func `the stream raises, clears and loses what it should`() throws {
    let all = try lines(batchRows: 1000, ticksPerPass: 64)
    let events = all.filter { $0.contains("\"event\":\"incident.") }
    #expect(events.first?.contains("incident.opened") == true)
    #expect(events.contains { $0.contains("incident.resolved") })
    for name in ["Errors", "CPU", "Odd", "Firing", "Peak", "Share", "LoadAgain"] {
      #expect(all.contains { $0.contains("alert.firing") && $0.contains("\"alert\":\"\(name)\"") })
    }
  }

  @Test func `groups with the same expression say the same at the same moments`() throws {
    let all = try lines(batchRows: 1000, ticksPerPass: 64).filter { $0.contains("alert.firing") }
    func moments(_ name: String) -> [Substring] {
      all.filter { $0.contains("\"alert\":\"\(name)\"") }
        .map { $0.split(separator: ",").first { $0.hasPrefix("\"at\"") } ?? "" }
    }
    #expect(!moments("Load").isEmpty)
    #expect(moments("Load") == moments("LoadAgain"))
  }

  @Test(arguments: [(1, 1), (1, 64), (7, 5), (100, 1), (5000, 64), (5000, 13)])
  func `effects do not depend on batches or passes`(batchRows: Int, ticksPerPass: Int) throws {
    let want = try lines(batchRows: 64, ticksPerPass: 64)
    #expect(try lines(batchRows: batchRows, ticksPerPass: ticksPerPass) == want)
  }

  @Test(arguments: [1, 13, 64])
  func `effects do not depend on threads`(ticksPerPass: Int) throws {
    let workers = Workers(count: 3, leastWork: 0) {
      DispatchQueue.concurrentPerform(iterations: $0, execute: $1)
    }
    let want = try lines(batchRows: 64, ticksPerPass: 64)
    #expect(try lines(batchRows: 64, ticksPerPass: ticksPerPass, workers: workers) == want)
  }
}

@Suite struct BaselineExplanationTests {
  @Test func `what a baseline expected, in what way it was left, how rarely and since when`() throws
  {
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: rules)])
    var options = EngineOptions()
    let rows = stream().prefix { $0.time < 1_760_000_000_000 + 170 * 15_000 }
    let end = Timestamp(milliseconds: try #require(rows.last?.time))
    options.until = end
    var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
    var batch = SampleBatch()
    for row in rows {
      batch.append(labels: row.labels, time: Timestamp(milliseconds: row.time), value: row.value)
    }
    let effects = tocsin.ingest(batch) + tocsin.finish()
    let reasons = try #require(tocsin.explain("Odd", at: end).first).reasons
    let told = try #require(reasons.last)
    #expect(told.contains(" is above the expected 0.003"), "\(told)")
    #expect(told.contains(": level shift, seen "), "\(told)")
    #expect(told.contains(", since 2025-10-09T09:"), "\(told)")
    let fired = effects.compactMap { effect -> AlertTransition? in
      if case .alert(let transition) = effect, transition.alert == "Odd" { transition } else { nil }
    }
    let measure = try #require(fired.last).measure
    #expect(measure.channel != nil && measure.recurrence != nil)
  }
}
