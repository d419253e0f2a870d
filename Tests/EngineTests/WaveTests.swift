import Incidents
import Model
import Rules
import Statistics
import Testing

@testable import Engine

/// Groups of several intervals over one stream: what a tick brings is told in waves.
@Suite struct WaveTests {
  private static let rules = """
    groups:
      - name: slow
        interval: 15s
        rules:
          - {alert: Wide, expr: 'avg_over_time(load[10s]) > 5'}
          - {alert: Level, threshold: {of: load, above: {medium: 6, high: 9}, clear: 3}}
      - name: quick
        interval: 1s
        rules:
          - {alert: Hot, expr: heat > 10, labels: {severity: critical}}
      - name: records
        interval: 5s
        rules:
          - {record: 'service:load:max', expr: max by (service) (load)}
      - name: middle
        interval: 5s
        rules:
          - {alert: Peak, expr: 'service:load:max > 8'}
    """
  private static let reader = """

      - name: reader
        interval: 30s
        rules:
          - {alert: Many, expr: 'count(ALERTS{alertstate="firing"}) > 2'}
    """
  private static let start: Int64 = 1_760_000_000_000 / 15_000 * 15_000

  private func ruleSet(_ text: String) throws -> RuleSet {
    try #require(RuleSet.read([RuleSet.Source(path: "rules.yml", text: text)]).ruleSet)
  }

  private func batch(_ rows: ArraySlice<(Labels, Int64, Double)>) -> SampleBatch {
    var batch = SampleBatch()
    for (labels, time, value) in rows {
      batch.append(labels: labels, time: Timestamp(milliseconds: time), value: value)
    }
    return batch
  }

  /// Two services that get hot and loaded by turns, a sample each half second.
  private func stream(seed: UInt64) -> [(Labels, Int64, Double)] {
    var random = SplitMix64(seed: seed)
    var rows: [(Labels, Int64, Double)] = []
    for step in 0..<400 {
      let time = Self.start + Int64(step) * 500
      for service in ["a", "b"] {
        let isBad = (step / 40) % 3 == (service == "a" ? 1 : 2)
        for name in ["heat", "load"] {
          let value = Double.random(in: 0..<6, using: &random) + (isBad ? 8 : 0)
          rows.append((["__name__": "\(name)", "service": "\(service)"], time, value))
        }
      }
    }
    return rows
  }

  private func lines(
    _ text: String, seed: UInt64, batchRows: Int, ticksPerPass: Int, inWaves: Bool
  ) throws -> [String] {
    var options = EngineOptions()
    options.ticksPerPass = ticksPerPass
    options.tellsInWaves = inWaves
    var tocsin = Tocsin(rules: try ruleSet(text), options: options)
    var told = EffectLines()
    var rest = stream(seed: seed)[...]
    while !rest.isEmpty {
      told.take(tocsin.ingest(batch(rest.prefix(batchRows))))
      // Some callers go on at once, others when there is more.
      if batchRows % 2 == 0 { while tocsin.isUnderWay { told.take(tocsin.proceed()) } }
      rest = rest.dropFirst(batchRows)
    }
    told.take(tocsin.finish())
    return told.lines
  }

  @Test func `groups that only alert go by their intervals, those that write go first`() throws {
    func waves(_ text: String) throws -> [Int] {
      PassPlan(try ruleSet(text).groups, defaultInterval: 15_000).waves
    }
    #expect(try waves(Self.rules) == [2, 0, 0, 1])
    #expect(try waves(Self.rules + Self.reader) == [0, 0, 0, 0, 0])
  }

  @Test(arguments: [(4, 1), (8, 1), (7, 1), (4, 64), (400, 5), (5000, 64)], [1, 2, 3] as [UInt64])
  func `effects do not depend on whether they are told in waves`(
    _ shape: (batchRows: Int, ticksPerPass: Int), _ seed: UInt64
  ) throws {
    for text in [Self.rules, Self.rules + Self.reader] {
      let want = try lines(text, seed: seed, batchRows: 64, ticksPerPass: 64, inWaves: false)
      for name in ["Wide", "Level", "Hot", "Peak"] {
        #expect(
          want.contains { $0.contains("alert.firing") && $0.contains("\"alert\":\"\(name)\"") })
      }
      let found = try lines(
        text, seed: seed, batchRows: shape.batchRows, ticksPerPass: shape.ticksPerPass,
        inWaves: true)
      #expect(found == want)
    }
  }

  @Test func `what a quick group says does not wait for a slow one`() throws {
    var options = EngineOptions()
    options.ticksPerPass = 1
    options.tellsInWaves = true
    var tocsin = Tocsin(rules: try ruleSet(Self.rules), options: options)
    let time = Self.start + 15_000
    let rows: [(Labels, Int64, Double)] = [
      (["__name__": "heat", "service": "a"], time - 1, 1),
      (["__name__": "heat", "service": "a"], time, 20),
      (["__name__": "load", "service": "b"], time, 20),
      (["__name__": "heat", "service": "a"], time + 1, 20),
    ]
    func alerts(_ effects: [Effect]) -> [String] {
      effects.compactMap { effect in
        if case .alert(let transition) = effect { transition.alert } else { nil }
      }
    }
    // So few samples are waited with until the stream pauses.
    let first = tocsin.ingest(batch(rows[...])) + tocsin.settle()
    #expect(alerts(first) == ["Hot"])
    #expect(first.contains { if case .incident = $0 { true } else { false } })
    var rest: [[String]] = []
    while tocsin.isUnderWay { rest.append(alerts(tocsin.proceed())) }
    #expect(rest == [["Peak"], ["Wide", "Level"]])
    let more = tocsin.proceed()
    #expect(more.isEmpty)
  }

  @Test func `a command that is refused takes nothing of a tick with it`() throws {
    func run(refusing: Bool) throws -> [String] {
      var options = EngineOptions()
      options.ticksPerPass = 1
      options.tellsInWaves = true
      var tocsin = Tocsin(rules: try ruleSet(Self.rules), options: options)
      let time = Self.start + 15_000
      let rows: [(Labels, Int64, Double)] = [
        (["__name__": "heat", "service": "a"], time - 1, 1),
        (["__name__": "heat", "service": "a"], time, 20),
        (["__name__": "load", "service": "b"], time, 20),
        (["__name__": "heat", "service": "a"], time + 1, 20),
      ]
      var told = EffectLines()
      told.take(tocsin.ingest(batch(rows[...])) + tocsin.settle())
      let isUnderWay = tocsin.isUnderWay
      #expect(isUnderWay)
      if refusing {
        let command = IncidentCommand(incident: "none", action: .acknowledge, author: "ann")
        var refusal: CommandError?
        do throws(CommandError) {
          _ = try tocsin.apply(command, at: Timestamp(milliseconds: time))
        } catch {
          refusal = error
        }
        #expect(refusal?.code == .unknownIncident)
        let isStillUnderWay = tocsin.isUnderWay
        #expect(isStillUnderWay)
      }
      while tocsin.isUnderWay { told.take(tocsin.proceed()) }
      return told.lines
    }
    #expect(try run(refusing: true) == run(refusing: false))
  }
}
