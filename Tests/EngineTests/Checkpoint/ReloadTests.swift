import Incidents
import Model
import Rules
import Testing

@testable import Engine

@Suite struct ReloadTests {
  private static let rules = """
    groups:
      - name: g
        interval: 15s
        rules:
          - alert: Waits
            expr: cpu > 0.5
            for: 5m
          - alert: Leaves
            expr: cpu > 0.5
          - alert: Learns
            baseline: {of: cpu, learn: 10m, minimum: 0.1}
      - name: other
        interval: 30s
        rules:
          - record: double
            expr: sum(avg_over_time(cpu[2m])) * 2
    """

  private static func set(_ text: String) throws -> RuleSet {
    try #require(RuleSet.read([RuleSet.Source(path: "r.yml", text: text)]).ruleSet)
  }

  private static func batch(_ step: Int, _ value: Double) -> SampleBatch {
    var batch = SampleBatch()
    for host in ["a", "b"] {
      batch.append(
        labels: ["__name__": "cpu", "host": host],
        time: Timestamp(milliseconds: 1_760_000_400_000 + Int64(step) * 15_000),
        value: value + Double(step % 7) / 1000)
    }
    return batch
  }

  private static func alerts(_ effects: [Effect]) -> [String] {
    effects.compactMap { effect in
      guard case .alert(let one) = effect else { return nil }
      let step = (one.time.milliseconds - 1_760_000_400_000) / 15_000
      return "\(one.alert) \(one.kind.rawValue) \(one.ending?.rawValue ?? "-") \(step)"
    }
  }

  @Test func `unchanged rules keep timers, others begin anew, gone ones end`() throws {
    var options = EngineOptions()
    options.ticksPerPass = 1
    var tocsin = Tocsin(rules: try Self.set(Self.rules), options: options)
    var seen: [String] = []
    for step in 0..<70 {
      seen += Self.alerts(tocsin.ingest(Self.batch(step, step < 60 ? 0.3 : 0.6)))
    }
    let without = Self.rules.replacing(
      """
            - alert: Leaves
              expr: cpu > 0.5

      """, with: "")
    #expect(without != Self.rules)
    _ = tocsin.reload(rules: try Self.set(without))
    for step in 70..<90 { seen += Self.alerts(tocsin.ingest(Self.batch(step, 0.6))) }
    #expect(seen.count { $0 == "Waits pending - 60" } == 2)
    #expect(seen.count { $0 == "Waits firing - 80" } == 2)
    #expect(seen.count { $0.hasPrefix("Leaves resolved vanished") } == 2)
    #expect(seen.contains { $0.hasPrefix("Learns firing") })
    #expect(!seen.contains { $0.hasPrefix("Learns resolved") })
  }

  @Test func `a reload of the same rules changes nothing`() throws {
    for seed in 0..<6 as Range<UInt64> {
      let rules = try #require(RandomRules.set(seed: seed))
      let batches = RandomStream(seed: seed, steps: 160).batches(seed: seed, rowsMax: 200)
      var (want, got) = (EffectLines(), EffectLines())
      var one = Tocsin(rules: rules)
      var other = Tocsin(rules: rules)
      for (number, batch) in batches.enumerated() {
        want.take(one.ingest(batch))
        if number % 9 == 4 { got.take(other.reload(rules: rules)) }
        got.take(other.ingest(batch))
      }
      want.take(one.finish())
      got.take(other.finish())
      #expect(got.lines == want.lines)
      for (a, b) in zip(other.checkpoint().sections, one.checkpoint().sections) {
        #expect(a.bytes == b.bytes, "section \(a.name), seed \(seed)")
      }
    }
  }

  @Test func `rules that changed while the program was down are found by identity`() throws {
    for seed in 0..<6 as Range<UInt64> {
      let rules = try #require(RandomRules.set(seed: seed))
      let fewer = try #require(RandomRules.set(seed: seed, leavingOut: Int(seed)))
      let batches = RandomStream(seed: seed, steps: 160).batches(seed: seed, rowsMax: 200)
      var tocsin = Tocsin(rules: rules)
      for batch in batches.prefix(batches.count / 2) { _ = tocsin.ingest(batch) }
      var other = try Tocsin(restoring: tocsin.checkpoint(), rules: fewer)
      for batch in batches.dropFirst(batches.count / 2) { _ = other.ingest(batch) }
      _ = other.finish()
      // No alert of a rule that is gone is left firing in an open incident.
      let names = Set(fewer.groups.flatMap { $0.rules.map(\.name) })
      for incident in other.book.openIncidents {
        #expect(incident.alerts.allSatisfy { !$0.isFiring || names.contains($0.alert) })
      }
    }
  }
}
