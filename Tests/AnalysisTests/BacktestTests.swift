import Analysis
import Evaluation
import Model
import Rules
import Testing

@Suite struct BacktestTests {
  /// One value a minute from minute 0 on.
  private func store(_ values: [Double]) -> SeriesStore {
    let store = SeriesStore(retention: .max)
    var batch = SampleBatch()
    for (index, value) in values.enumerated() {
      batch.append(
        labels: ["__name__": "depth", "service": "mail"], time: minute(Double(index)), value: value)
    }
    store.ingest(batch)
    return store
  }

  private func rules(_ rule: String) throws -> RuleSet {
    let text = "groups:\n  - name: g\n    interval: 1m\n    rules:\n" + rule
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: text)])
    return try #require(loaded.ruleSet, "\(loaded.diagnostics)")
  }

  private func backtest(
    _ rule: String, _ values: [Double], _ outcome: Outcome, _ windows: [(Double, Double)]
  ) throws -> Backtest {
    try Backtest(
      rules(rule), outcome: outcome,
      windows: windows.map {
        LabelledWindow(start: minute($0.0), end: minute($0.1), service: "mail")
      }, store: store(values), interval: 60_000,
      span: minute(0)...minute(Double(values.count - 1)))
  }

  private let rule = """
        - alert: Deep
          threshold: {of: depth, above: 50}
          for: 1m

    """

  @Test func `scores are those of the replay`() throws {
    let values = (0..<120).map { (20..<30).contains($0) || (60..<63).contains($0) ? 80.0 : 10 }
    let found = try backtest(
      rule, values, outcome([("Deep", "mail", 21, 30), ("Deep", "mail", 61, 63)]),
      [(20, 30), (100, 110)])
    let score = try #require(found.results.first).score
    #expect(score.firings == 2 && score.hits == 1 && score.windows == 2 && score.found == 1)
    #expect(score.precision == 0.5 && score.recall == 0.5 && score.medianDelay == 60_000)
    #expect(abs((score.pagesPerWeek ?? 0) - 2 * 10_080 / 119) < 1e-9)
  }

  @Test func `a longer wait is proposed where only length tells trouble from noise`() throws {
    // Trouble lasts ten minutes, noise three, both as deep.
    let values = (0..<200).map { index -> Double in
      (20..<30).contains(index) || (150..<160).contains(index) || (60..<63).contains(index)
        ? 80 : 10
    }
    let found = try backtest(
      rule, values,
      outcome([("Deep", "mail", 21, 30), ("Deep", "mail", 61, 63), ("Deep", "mail", 151, 160)]),
      [(20, 30), (150, 160)])
    let result = try #require(found.results.first)
    let proposal = try #require(result.proposal)
    #expect(proposal.setting == RuleTrace.Setting(bound: 50, hold: 300_000))
    #expect(proposal.score.precision == 1 && proposal.score.recall == 1)
    #expect(proposal.score.medianDelay == 300_000)
  }

  @Test func `a higher bound is proposed where only height tells`() throws {
    let values = (0..<200).map { index -> Double in
      (20..<30).contains(index) ? 90 : (60..<80).contains(index) ? 60 : 10
    }
    let found = try backtest(
      rule, values, outcome([("Deep", "mail", 21, 30), ("Deep", "mail", 61, 80)]), [(20, 30)])
    let proposal = try #require(found.results.first?.proposal)
    #expect((60..<90).contains(proposal.setting.bound), "\(proposal)")
    #expect(proposal.setting.hold <= 60_000 && proposal.score.f1 == 1)
    let curve = try #require(found.results.first?.curve)
    #expect(curve.map(\.bound) == curve.map(\.bound).sorted() && curve.count > 5)
    #expect(curve.filter { $0.bound < 60 && $0.bound >= 10 }.allSatisfy { $0.score.hits < 2 })
  }

  @Test func `a perfect rule is left alone, and one without a bound is only scored`() throws {
    let values = (0..<100).map { (20..<30).contains($0) ? 80.0 : 10 }
    let perfect = try backtest(
      "    - {alert: Deep, expr: depth > 50}\n", values, outcome([("Deep", "mail", 20, 30)]),
      [(20, 30)])
    #expect(perfect.results[0].proposal == nil && perfect.results[0].score.f1 == 1)
    let unbound = try backtest(
      "    - {alert: Deep, expr: depth > on(service) depth offset 5m}\n", values,
      outcome([("Deep", "mail", 20, 25)]), [(20, 30)])
    #expect(unbound.results[0].setting == nil && unbound.results[0].curve.isEmpty)
    #expect(unbound.jsonLines().count == 2)
  }

  @Test func `an alert that never ends finds the first trouble only`() throws {
    let values = (0..<100).map { (20..<30).contains($0) || (60..<70).contains($0) ? 80.0 : 10 }
    let stuck = try backtest(
      rule, values, outcome([("Deep", "mail", 21, nil)]), [(20, 30), (60, 70)])
    #expect(stuck.results[0].score.found == 1 && stuck.results[0].score.hits == 1)
    let early = try backtest(rule, values, outcome([("Deep", "mail", 1, 25)]), [(20, 30)])
    #expect(early.results[0].score.found == 0 && early.results[0].score.precision == 0)
  }

  @Test func `windows of other services and alerts are no miss`() throws {
    let values = (0..<100).map { (20..<30).contains($0) ? 80.0 : 10 }
    let outcome = outcome([("Deep", "mail", 20, 30)])
    let windows = [
      LabelledWindow(start: minute(20), end: minute(30), service: "mail"),
      LabelledWindow(start: minute(50), end: minute(60), service: "web"),
      LabelledWindow(start: minute(50), end: minute(60), alert: "Other"),
    ]
    let found = try Backtest(
      rules(rule), outcome: outcome, windows: windows, store: store(values), interval: 60_000,
      span: minute(0)...minute(99))
    #expect(found.results[0].score.windows == 1 && found.results[0].score.recall == 1)
  }
}
