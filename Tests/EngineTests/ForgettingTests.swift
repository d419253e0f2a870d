import Evaluation
import Incidents
import Model
import PromQL
import Rules
import Testing

@testable import Engine

/// Pods that come and go beside a few series that stay.
private struct Churn {
  static let start: Int64 = 1_760_000_400_000
  static let step: Int64 = 30_000
  /// Steps that a pod lives.
  static let life = 40
  /// Pods that begin every `life` steps.
  static let pods = 30

  static let rules = """
    groups:
      - name: pods
        interval: 30s
        rules:
          - record: pods:requests:rate
            expr: sum by (job) (rate(requests_total[5m]))
          - record: pod:load:smooth
            expr: avg_over_time(load[10m])
          - alert: Hot
            expr: load > 95
            for: 1m
            keep_firing_for: 5m
            labels: {severity: high}
          - alert: Busy
            expr: max_over_time(sum by (job) (load)[20m:1m]) > 1500
          - alert: Pair
            expr: load * on (pod) group_left (node) info{node!=""} > 90
            for: 2m
          - alert: Steady
            threshold: {of: steady, above: {medium: 80}, clear: 60}
            for: 2m
          - alert: Odd
            baseline: {of: "pods:requests:rate", direction: both, minimum: 1, learn: 30m}
          - alert: Missing
            expr: absent(load{pod="p3-1"}) and on () steady
            for: 1h
    """

  /// The samples of one step.
  static func batch(_ step: Int) -> SampleBatch {
    var batch = SampleBatch()
    let time = Timestamp(milliseconds: start + Int64(step) * self.step)
    func put(_ labels: Labels, _ value: Double) {
      batch.append(labels: labels, time: time, value: value)
    }
    put(["__name__": "steady", "job": "a"], Double(step % 100))
    let generation = step / life
    for pod in 0..<pods {
      let name = "p\(generation)-\(pod)"
      let noise = Double((step * 31 + pod * 17 + generation * 13) % 97)
      put(["__name__": "load", "job": pod < 20 ? "a" : "b", "pod": name], noise)
      put(
        ["__name__": "requests_total", "job": "a", "pod": name],
        Double((step % life) * (10 + pod)))
      put(["__name__": "info", "node": "n\(pod % 5)", "pod": name], 1)
    }
    return batch
  }
}

@Suite struct ForgettingTests {
  private struct Run {
    var lines: [String] = []
    var mostSeries = 0
    var refused = 0
    var recorded: [String] = []
  }

  private func run(forgets: Bool, steps: Int, limit: Int? = nil) throws -> Run {
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: Churn.rules)])
    var options = EngineOptions()
    options.evidenceReach = 600_000
    options.limits.seriesNeverForgotten = forgets ? 400 : .max
    if let limit { options.limits.series = limit }
    var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
    var run = Run()
    func take(_ effects: [Effect]) {
      for effect in effects {
        switch effect {
        case .alert(let transition): run.lines.append(EventJSON.line(transition))
        case .incident(let change): run.lines.append(EventJSON.line(change))
        case .diagnostic(let diagnostic): run.lines.append(diagnostic.description)
        case .change, .evidence: break
        }
      }
    }
    for step in 0..<steps {
      take(tocsin.ingest(Churn.batch(step)))
      run.mostSeries = max(run.mostSeries, tocsin.store.seriesCount)
    }
    take(tocsin.finish())
    run.refused = tocsin.store.counts.overLimit
    let end = Timestamp(milliseconds: Churn.start + Int64(steps - 1) * Churn.step)
    let engine = QueryEngine(store: tocsin.store)
    for text in ["pods:requests:rate", "sum(pod:load:smooth)", "count(ALERTS)", "sum(steady)"] {
      let result = try engine.range(
        Expression(parsing: text), start: end - 600_000, end: end, step: 60_000)
      run.recorded.append("\(text): \(result.value)")
    }
    return run
  }

  @Test func `what is told and recorded is that of a run that never forgets`() throws {
    let steps = 20 * Churn.life
    let forgetful = try run(forgets: true, steps: steps)
    let twin = try run(forgets: false, steps: steps)
    #expect(forgetful.mostSeries < twin.mostSeries / 2)
    #expect(forgetful.lines == twin.lines)
    #expect(forgetful.recorded == twin.recorded)
    for name in ["Hot", "Busy", "Pair", "Steady", "Missing"] {
      #expect(
        twin.lines.contains { $0.contains("alert.firing") && $0.contains("\"alert\":\"\(name)\"") },
        "\(name) never fires, so it proves nothing")
    }
  }

  @Test func `however long it churns, the series stay few and the limit is not reached`() throws {
    // 3 series a pod and what rules write about each: some 250 at a time, 8 000 in all.
    let short = try run(forgets: true, steps: 10 * Churn.life, limit: 2500)
    let long = try run(forgets: true, steps: 40 * Churn.life, limit: 2500)
    #expect(long.mostSeries == short.mostSeries)
    #expect(long.refused == 0)
    let twin = try run(forgets: false, steps: 40 * Churn.life, limit: 2500)
    #expect(twin.refused > 0, "without forgetting the limit is reached")
  }

  @Test func `what was learned of a series is given up a week after it ended`() throws {
    let rules = """
      groups:
        - name: g
          interval: 10m
          rules:
            - {alert: Odd, baseline: {of: load, learn: 1h}}
            - alert: Full
              threshold: {of: load, above: {high: 900}, exhausts: {at: 1000, within: 4h}}
      """
    var options = EngineOptions()
    options.evidenceReach = 600_000
    options.ticksPerPass = 1
    options.limits.seriesNeverForgotten = 16
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: rules)])
    var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
    /// Bytes of what the rules remember after so many days, each with pods of its own.
    func grow(_ days: Range<Int>) -> Int {
      for step in days.lowerBound * 144..<days.upperBound * 144 {
        var batch = SampleBatch()
        for pod in 0..<8 {
          batch.append(
            labels: ["__name__": "load", "pod": "d\(step / 144)-\(pod)"],
            time: Timestamp(milliseconds: Churn.start + Int64(step) * 600_000),
            value: Double((step * 7 + pod) % 13))
        }
        _ = tocsin.ingest(batch)
      }
      let sections = tocsin.checkpoint().sections
      return sections.first { $0.name == "rules" }?.bytes.count ?? 0
    }
    let days = [4, 12, 24, 36].reduce(into: (sizes: [Int](), from: 0)) { found, day in
      found.sizes.append(grow(found.from..<day))
      found.from = day
    }
    let sizes = days.sizes
    #expect(sizes[1] > 2 * sizes[0], "it is kept for a while: \(sizes)")
    #expect(
      sizes[3] < sizes[2] * 5 / 4 && sizes[3] < sizes[1] * 3 / 2, "and then given up: \(sizes)")
  }
}
