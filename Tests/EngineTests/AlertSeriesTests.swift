import Engine
import Evaluation
import Model
import PromQL
import Rules
import Testing

private let start: Int64 = 1_760_000_000_000

/// An engine that saw `x` rise above its bound in ticks 3..<9, at a tick each 10 s.
private func engine(ticksPerPass: Int) throws -> QueryEngine {
  let text = """
    groups:
      - name: g
        interval: 10s
        rules:
          - {alert: High, expr: x > 10, for: 20s}
    """
  let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: text)])
  var options = EngineOptions()
  options.ticksPerPass = ticksPerPass
  options.retention = .max
  var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
  for tick in 0..<20 as Range<Int64> {
    var batch = SampleBatch()
    batch.append(
      labels: ["__name__": "x"], time: Timestamp(milliseconds: start + tick * 10_000),
      value: (3..<9).contains(tick) ? 11 : 1)
    _ = tocsin.ingest(batch)
  }
  _ = tocsin.finish()
  return tocsin.queries
}

struct `Series of alerts` {
  /// What an instant query sees at each tick, one mark a tick: `p`, `f` or `.`.
  @Test(arguments: [1, 64])
  func `are there as long as the alert is in its state`(ticksPerPass: Int) throws {
    let queries = try engine(ticksPerPass: ticksPerPass)
    func marks(_ text: String) throws -> String {
      try (0..<20 as Range<Int64>).map { tick in
        let time = Timestamp(milliseconds: start + tick * 10_000)
        let expression = try Expression(parsing: text)
        guard case .vector(let samples) = try queries.instant(expression, at: time).value else {
          return "?"
        }
        return samples.isEmpty
          ? "." : samples.map { String(($0.labels["alertstate"] ?? "s").prefix(1)) }.joined()
      }.joined()
    }
    #expect(try marks("ALERTS") == "...ppffff...........")
    #expect(try marks("ALERTS_FOR_STATE") == "...ssssss...........")
  }
}
