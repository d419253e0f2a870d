import Incidents
import Model
import Rules
import Testing

/// What logs began to say, told to the incidents near it.
@Suite struct LogEvidenceTests {
  private func finding(
    _ service: String?, at: Double, _ kind: LogFinding.Kind = .new, pattern: String = "no luck"
  ) -> LogFinding {
    LogFinding(
      time: minute(at), service: service, level: .error, pattern: pattern, kind: kind, count: 25,
      span: 30_000, usualMax: kind == .new ? 0 : 3, sample: "no luck with 7")
  }

  private func bench(_ findings: [LogFinding], known at: Double = 0) -> Bench {
    var bench = Bench()
    for finding in findings {
      bench.log += bench.book.apply(log: finding, at: minute(at), context: bench.context)
    }
    bench.step(3, [transition(.firing, "ErrorRateHigh", "checkout", at: 3, since: 0)])
    return bench
  }

  @Test(
    arguments: [
      ("checkout", -2.0, true), ("db", -2, true), (nil, -2, true), ("search", -2, false),
      ("checkout", -5, true), ("checkout", -6, false),
    ] as [(String?, Double, Bool)])
  func `a log counts when its service is near and it spoke not long before`(
    _ service: String?, _ at: Double, _ isTold: Bool
  ) {
    let incident = bench([finding(service, at: at)], known: at).incidents.first
    #expect((incident?.logFindings?.count ?? 0) == (isTold ? 1 : 0))
    let told = incident?.timeline.filter { $0.text.contains("no luck") } ?? []
    #expect(told.count == (isTold ? 1 : 0))
    if isTold { #expect(told.first?.time == minute(at) && told.first?.service == service) }
  }

  @Test func `what comes while it goes on is told at once, each once`() {
    var bench = bench([])
    let changes = bench.book.apply(
      log: finding("checkout", at: 4, .surging), at: minute(5), context: bench.context)
    #expect(changes.map(\.kind) == [.updated])
    #expect(
      bench.incidents.first?.timeline.last?.text
        == "the log of checkout says far more often (error) \"no luck\": 25 lines a minute, "
        + "at most 3 a minute in the hour before; for example \"no luck with 7\"")
    bench.step(6, [transition(.firing, "LatencyHigh", "checkout", at: 6)])
    #expect(bench.incidents.first?.logFindings?.count == 1)
  }

  @Test func `the log of a service that joins comes with it`() {
    var bench = Bench()
    _ = bench.book.apply(log: finding("api", at: 1), at: minute(1), context: bench.context)
    bench.step(3, [transition(.firing, "ConnectionPoolHigh", "db", at: 3, since: 0)])
    #expect(bench.incidents.first?.logFindings == nil)
    bench.step(4, [transition(.firing, "ErrorRateHigh", "api", at: 4, since: 2)])
    #expect(bench.incidents.first?.logFindings?.count == 1)
  }

  @Test func `no more is told than the limit, and the report cites the gravest`() {
    let many = (0..<30).map { finding("checkout", at: 1, pattern: "pattern \($0)") }
    let bench = bench(many, known: 1)
    let incident = bench.incidents[0]
    #expect(incident.logFindings?.count == IncidentLimits().logFindings)
    let report = ReportBuilder(context: bench.context).report(
      of: incident, at: minute(5), windows: [], changes: [])
    let cited = report.rootCause.passages.filter { $0.text.contains("something new") }
    #expect(cited.count == 3 && cited.allSatisfy { !$0.isDraft })
    #expect(
      cited.first?.text.hasPrefix("At 14:31:00 the log of checkout says something new") == true)
  }
}
