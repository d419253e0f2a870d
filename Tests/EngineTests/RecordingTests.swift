import Engine
import Evaluation
import Model
import PromQL
import Rules
import Testing

private let start: Int64 = 1_760_000_000_000

/// What recording rules write.
@Suite struct RecordingTests {
  @Test(arguments: [1, 64])
  func `where one side of an or takes over from the other, the series goes on`(
    ticksPerPass: Int
  ) throws {
    let text = """
      groups:
        - name: g
          interval: 10s
          rules:
            - {record: best, expr: sum(a) or sum(b)}
      """
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: text)])
    var options = EngineOptions()
    options.ticksPerPass = ticksPerPass
    options.retention = .max
    var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
    for tick in 0..<12 as Range<Int64> {
      let time = Timestamp(milliseconds: start + tick * 10_000)
      var batch = SampleBatch()
      let isGone = (4..<8).contains(tick)
      batch.append(
        labels: ["__name__": "a"], time: time, value: isGone ? StaleMarker.value : 1)
      batch.append(labels: ["__name__": "b"], time: time, value: 2)
      _ = tocsin.ingest(batch)
    }
    _ = tocsin.finish()
    let expression = try Expression(parsing: "best")
    let seen = try (0..<12 as Range<Int64>).map { tick in
      let time = Timestamp(milliseconds: start + tick * 10_000)
      guard case .vector(let samples) = try tocsin.queries.instant(expression, at: time).value,
        case .float(let value)? = samples.first?.value
      else { return "." }
      return "\(Int(value))"
    }
    #expect(seen.joined() == "111122221111")
  }
}
