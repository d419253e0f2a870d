import Model
import Rules
import Statistics
import Testing

@testable import Incidents

@Suite struct InvestigationTests {
  /// checkout fails because api fails because db runs out of connections.
  static let cascade = [
    window("http_errors_ratio", of: "checkout", before: 0.01, since: 0.4, from: 2),
    window("http_errors_ratio", of: "api", before: 0.01, since: 0.4, from: 1),
    window("db_connection_pool_ratio", of: "db", before: 0.4, since: 1),
    window("cpu_ratio", of: "db", before: 0.3, since: 0.32),
    window("http_errors_ratio", of: "search", before: 0.01, since: 0.01),
  ]

  static func histories(_ windows: [EvidenceWindow]) -> [MetricHistory] {
    windows.compactMap { MetricHistory($0, cutAt: minute(0)) }
  }

  @Test func `the service that its callees do not explain comes first`() throws {
    let ranked = RootCause.rank(Self.histories(Self.cascade), graph: ServiceGraph(shop()))
    let first = try #require(ranked.first)
    #expect(first.service == "db")
    #expect(first.metric.metricName == "db_connection_pool_ratio")
    #expect(first.because.contains("its callers suffer too: api"))
  }

  @Test func `no cause stands out when nothing deviates`() {
    let calm = ["checkout", "api", "db"].flatMap { service in
      ["http_errors_ratio", "latency_seconds", "cpu_ratio"].map {
        window($0, of: service, before: 0.2, since: 0.2)
      }
    }
    #expect(RootCause.rank(Self.histories(calm), graph: ServiceGraph(shop())).isEmpty)
  }

  @Test func `a fall in errors and a rise in success are no trouble`() {
    let good = [
      window("http_errors_ratio", of: "db", before: 0.4, since: 0.01),
      window("success_ratio", of: "api", before: 0.4, since: 0.99),
      window("latency_seconds", of: "api", before: 4, since: 0.1),
    ]
    #expect(RootCause.rank(Self.histories(good), graph: ServiceGraph(shop())).isEmpty)
  }

  /// One value a minute, level and then a jump at the start.
  static func history(
    _ name: String, _ service: String, _ signal: Signal, before: Double, since: Double,
    recent: Double? = nil, caller: String? = nil
  ) -> MetricHistory {
    func wobble(_ level: Double, _ index: Int) -> Double {
      level * (1 + 0.02 * Double(index * 7 % 5 - 2))
    }
    return MetricHistory(
      service: service, metric: [Labels.metricName: name, "service": service], signal: signal,
      caller: caller, before: (0..<60).map { wobble(before, $0) },
      recent: (0..<3).map { wobble(recent ?? before, $0) },
      times: (0..<5).map { minute(Double($0)).milliseconds },
      since: (0..<5).map { wobble(since, $0) })
  }

  @Test(arguments: 1...40)
  func `the scatter is that of all deviations in order`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let values = (0..<random.below(30)).map { _ in random.uniform() * 10 - 5 }.sorted()
    for center in [-6, Robust.median(values), 0.5, 7] where center.isFinite {
      let naive = 1.4826 * Robust.median(values.map { abs($0 - center) })
      let found = Robust.scatter(ofSorted: values, around: center)
      #expect(found == naive || found.isNaN && naive.isNaN)
    }
  }

  @Test(arguments: 1...10)
  func `a history has the finite points of its window on their side of the cut`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = random.below(40)
    let gaps = seed % 2 == 0 ? 5 : .max
    let window = EvidenceWindow(
      labels: [Labels.metricName: "queue"], title: "queue", service: "db",
      times: (0..<count).map { minute(Double($0) / 2 - 8).milliseconds },
      values: (0..<count).map { $0 % gaps == 1 ? .nan : Double($0) })
    let points = zip(window.times, window.values).filter { $0.1.isFinite }
    let cut = minute(-2).milliseconds
    let history = MetricHistory(window, cutAt: minute(0), guardTime: 120_000)
    #expect(history.map { Array($0.before) } == points.filter { $0.0 < cut }.map(\.1))
    #expect(
      history.map { Array($0.recent) }
        == points.filter { $0.0 < cut && $0.0 >= cut - MetricHistory.recentSpan }.map(\.1))
    #expect(history.map { Array($0.since) } == points.filter { $0.0 >= cut }.map(\.1))
    #expect(history.map { Array($0.times) } == points.filter { $0.0 >= cut }.map(\.0))
    #expect(history.map { $0.since.indices.map($0.time) } == history.map { Array($0.times) })
  }

  @Test func `a shift weighs by the requests that it hits`() throws {
    let graph = ServiceGraph(edges: [("shop", "busy"), ("shop", "rare")])
    let ranked = RootCause.rank(
      [
        Self.history("requests", "busy", .traffic, before: 900, since: 900),
        Self.history("requests", "rare", .traffic, before: 30, since: 30),
        Self.history("latency", "busy", .latency, before: 0.01, since: 0.03),
        Self.history("latency", "rare", .latency, before: 0.01, since: 0.06),
      ], graph: graph)
    #expect(ranked.first?.service == "busy")
  }

  @Test func `a level that was there before the start is no part of the trouble`() {
    let graph = ServiceGraph(edges: [("shop", "old"), ("shop", "new")])
    let ranked = RootCause.rank(
      [
        Self.history("latency", "old", .latency, before: 0.1, since: 0.9, recent: 0.9),
        Self.history("latency", "new", .latency, before: 0.1, since: 0.2),
      ], graph: graph)
    #expect(ranked.map(\.service) == ["new"])
  }

  @Test func `time lost on the way is held against the service called`() {
    let graph = ServiceGraph(edges: [("shop", "cart"), ("shop", "mail")])
    let ranked = RootCause.rank(
      [
        Self.history("server_latency", "shop", .latency, before: 0.2, since: 0.5),
        Self.history("server_latency", "cart", .latency, before: 0.01, since: 0.01),
        Self.history("server_latency", "mail", .latency, before: 0.01, since: 0.01),
        Self.history(
          "way_seconds", "cart", .latency, before: 0.001, since: 0.3, caller: "shop"),
        Self.history(
          "way_seconds", "mail", .latency, before: 0.001, since: 0.001, caller: "shop"),
      ], graph: graph)
    #expect(ranked.first?.service == "cart")
    #expect(ranked.first?.because.contains("shop waits for cart longer than cart works") == true)
  }

  @Test func `only what the symptom depends on can be the cause`() {
    let graph = ServiceGraph(edges: [("shop", "cart"), ("blog", "mail")])
    let ranked = RootCause.rank(
      [
        Self.history("latency", "shop", .latency, before: 0.2, since: 0.5),
        Self.history("latency", "cart", .latency, before: 0.1, since: 0.4),
        Self.history("latency", "mail", .latency, before: 0.1, since: 9),
      ], graph: graph, symptom: RootCause.Symptom(service: "shop", signal: .latency))
    #expect(ranked.first?.service == "cart")
    #expect(!ranked.map(\.service).contains("mail"))
  }

  /// Five services of two metrics, 120 values before and 10 since, all from one distribution.
  static func noise(seed: UInt64) -> [MetricHistory] {
    var random = SplitMix64(seed: seed)
    func values(_ count: Int) -> [Double] {
      (0..<count).map { _ in 1 + Double((0..<6).map { _ in random.below(100) }.reduce(0, +)) }
    }
    return ["checkout", "api", "db", "search", "logo"].flatMap { service in
      [("latency", Signal.latency), ("cpu", .saturation)].map { name, signal in
        MetricHistory(
          service: service, metric: [Labels.metricName: name, "service": service],
          signal: signal, before: values(120), recent: values(5),
          times: (0..<10).map { minute(Double($0)).milliseconds }, since: values(10))
      }
    }
  }

  @Test func `noise alone names a cause in fewer than one of twenty systems`() {
    let graph = ServiceGraph(shop())
    let symptom = RootCause.Symptom(service: "checkout", signal: .latency)
    let named = (1...100).filter { seed in
      !RootCause.rank(Self.noise(seed: UInt64(seed)), graph: graph, symptom: symptom).isEmpty
    }
    #expect(named.count < 5, "seeds \(named)")
  }

  struct ChangeCase: CustomTestStringConvertible {
    let kind: String
    let version: String
    let previous: String
    let command: String
    var testDescription: String { kind }
  }

  static let kinds = [
    ChangeCase(
      kind: "vercel", version: "dpl_2", previous: "dpl_1", command: "vercel rollback dpl_1"),
    ChangeCase(
      kind: "docker-compose", version: "compose.v2.yml", previous: "compose.v1.yml",
      command: "docker compose -f compose.v1.yml up -d"),
    ChangeCase(
      kind: "docker-compose", version: "2.0", previous: "1.9",
      command: "TAG=1.9 docker compose up -d --no-deps db"),
    ChangeCase(
      kind: "blue-green", version: "green", previous: "blue",
      command: "ln -sfn /etc/nginx/upstreams/blue.conf /etc/nginx/upstreams/active.conf"),
    ChangeCase(
      kind: "kubernetes", version: "v2", previous: "v1",
      command: "kubectl rollout undo deployment/db"),
    ChangeCase(
      kind: "prisma", version: "20260115_add_index", previous: "20260101_init",
      command: "npx prisma migrate resolve --rolled-back 20260115_add_index"),
    ChangeCase(
      kind: "sql-migration", version: "V7", previous: "V6",
      command: "psql \"$DATABASE_URL\" --single-transaction -f <down script of V7>"),
    ChangeCase(
      kind: "feature-flag", version: "new-checkout", previous: "off",
      command: "<flag tool> set new-checkout off"),
  ]

  static func bench(change kind: ChangeCase, of service: String, at: Double) -> Bench {
    var bench = Bench()
    bench.source.evidence = Self.cascade
    bench.change(
      service, kind.kind, at: at, version: kind.version, previous: kind.previous)
    bench.step(3, [transition(.firing, "ConnectionPoolHigh", "db", at: 3, since: 0)])
    bench.step(4, [transition(.firing, "ErrorRateHigh", "checkout", at: 4, since: 2)])
    return bench
  }

  @Test(arguments: kinds)
  func `a change right before the trouble at its source is the first suspect`(kind: ChangeCase) {
    let incident = Self.bench(change: kind, of: "db", at: -3).incidents.first
    guard case .change(let change)? = incident?.suspects.first?.cause else {
      Issue.record("the first suspect is \(String(describing: incident?.suspects.first))")
      return
    }
    #expect(change.service == "db")
    let step = incident?.nextSteps.first
    #expect(step?.kind == .rollback)
    #expect(step?.commands.contains(kind.command) == true, "\(step?.commands ?? [])")
  }

  @Test(arguments: kinds)
  func `a change elsewhere, or long before, is not the first suspect`(kind: ChangeCase) {
    for (service, at) in [("search", -3.0), ("checkout", -3), ("db", -55), ("checkout", 2.5)] {
      let suspects = Self.bench(change: kind, of: service, at: at).incidents.first?.suspects ?? []
      guard case .metric(let first, _)? = suspects.first?.cause else {
        Issue.record("\(service) at \(at): \(suspects)")
        continue
      }
      #expect(first == "db")
    }
  }

  @Test func `a change that comes to matter later is told then, and stands where it was made`() {
    let incident = Self.bench(change: Self.kinds[4], of: "checkout", at: -3).incidents.first
    let events = incident?.events ?? []
    #expect(events.first { $0.kind == .change }?.time == minute(4))
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
    #expect(incident?.timeline.first { $0.kind == .change }?.time == minute(-3))
  }

  @Test func `next steps come in the order rollback, scale, failover, hotfix`() {
    let incident = Self.bench(change: Self.kinds[4], of: "db", at: -3).incidents.first
    #expect(incident?.nextSteps.map(\.kind) == [.rollback, .scale, .hotfix])
  }

  @Test(arguments: [
    ("plain-1.2", "plain-1.2"), ("a b", "'a b'"), ("x'; rm -rf /", "'x'\\''; rm -rf /'"),
    ("-rf", "<version>"), ("", "''"), ("$(id)", "'$(id)'"),
  ])
  func `values of events are quoted for the shell`(text: String, want: String) {
    #expect(shellQuoted(text) == want)
  }

  @Test func `the report has every section, and proposes the missing rule`() throws {
    var bench = Self.bench(change: Self.kinds[4], of: "db", at: -3)
    bench.step(
      10,
      [
        transition(.resolved, "ConnectionPoolHigh", "db", at: 10),
        transition(.resolved, "ErrorRateHigh", "checkout", at: 10),
      ])
    bench.run(from: 10, to: 16)
    let incident = try #require(bench.incidents.first)
    let report = ReportBuilder(context: bench.context).report(
      of: incident, at: minute(20), windows: Self.cascade, changes: bench.book.recentChanges)
    #expect(report.duration == Int64(600_000))
    #expect(report.timeToDetect == Int64(180_000))
    #expect(!report.summary.isEmpty && !report.resolution.isEmpty && !report.timeline.isEmpty)
    #expect(report.impact.services.map(\.service) == incident.services)
    #expect(report.impact.dataImpact != nil && report.impact.usersAffected != nil)
    #expect(report.rootCause.passages.allSatisfy { $0.isDraft })
    #expect(
      report.rootCause.stayedNormal == [
        "db: cpu_ratio stayed normal", "search: every metric looked at stayed normal (1)",
      ])
    let rule = try #require(report.prevention.compactMap(\.rule).first)
    #expect(rule.contains("of: 'db_connection_pool_ratio{service=\"db\"}'"))
    #expect(rule.contains("above: 0.7"))
    #expect(report.actionItems.contains { $0.isDraft && $0.owner == "team-db" })
    #expect(report.charts.count == Self.cascade.count)
    let alerts = report.charts.first { $0.window.service == "db" }?.alerts
    #expect(alerts?.first?.end == minute(10))
  }

  /// Looks at series whose past stays, changes, shrinks or comes on another grid.
  @Test(arguments: 1...20)
  func `what is kept from an earlier look changes no finding`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bench = Self.bench(change: Self.kinds[4], of: "db", at: -3)
    let incident = try #require(bench.incidents.first)
    let start = (incident.start - Investigation.guardTime).milliseconds
    let names = ["http_errors_ratio", "latency_seconds", "requests_total", "cpu_ratio"]
    var series = (0..<24).map { index in
      let level = Double(random.below(50))
      let jump = random.below(3) == 0 ? 1 + Double(random.below(4)) : 1
      return (0..<260).map {
        level * ($0 < 120 ? 1 : jump) + Double(random.below(20)) / 20 * Double(index % 3)
      }
    }
    let investigation = Investigation(context: bench.context)
    var memory = PastMemory()
    var end = 121
    var found = 0
    for _ in 0..<20 {
      end += random.below(6)
      if random.below(3) == 0 { series[random.below(24)][random.below(120)] += 1 }
      let first = random.below(3) == 0 ? random.below(120) : 0
      let points = Array(stride(from: first, to: end, by: random.below(4) == 0 ? 2 : 1))
      let windows = series.enumerated().map { index, values in
        let service = ["checkout", "api", "db"][index / 8]
        return EvidenceWindow(
          labels: [Labels.metricName: names[index % 4], "service": service, "i": "\(index)"],
          title: "", service: service, times: points.map { start + Int64($0 - 120) * 15_000 },
          values: points.map { values[$0] })
      }
      let kept = investigation.findings(
        for: incident, windows: windows, changes: [], limits: IncidentLimits(),
        remembering: &memory)
      #expect(kept == investigation.findings(for: incident, windows: windows, changes: []))
      found += kept.deviations.count { $0.channel != "threshold" } + kept.suspects.count
    }
    #expect(found > 20)
  }

  /// So the book need not ask for windows where `hasPast` is false.
  @Test(arguments: 1...20)
  func `series without a past say nothing`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bench = Self.bench(change: Self.kinds[4], of: "db", at: -3)
    let incident = try #require(bench.incidents.first)
    let first = (incident.start - Investigation.guardTime).milliseconds
    let names = ["http_errors_ratio", "latency_seconds", "requests_total", "cpu_ratio", "up"]
    let windows = (0..<30).map { _ in
      let name = names[random.below(names.count)]
      let service = ["checkout", "api", "db", "search"][random.below(4)]
      let times = (0..<40).map { first + Int64($0) * 15_000 }
      return EvidenceWindow(
        labels: [Labels.metricName: name, "service": service, "i": "\(random.below(99))"],
        title: name, service: service, times: times,
        values: times.map { _ in
          random.below(9) == 0 ? .nan : Double(random.below(2) * random.below(1000))
        })
    }
    let investigation = Investigation(context: bench.context)
    let changes = bench.book.recentChanges
    #expect(
      investigation.findings(for: incident, windows: windows, changes: changes)
        == investigation.findings(for: incident, windows: [], changes: changes))
  }

  @Test func `a request counter without the failure label leaves the measure to another`() {
    let queries = MeasurementQuery.all(selecting: [LabelMatcher("service", equals: "api")])
    let texts = queries.map(\.expression)
    #expect(texts.contains("sum(up{service=\"api\"})"))
    #expect(
      texts.contains("sum(rate(http_requests_total{service=\"api\",code=~\"5..\"}[1m]))"))
    #expect(texts.contains("sum(rate(http_requests_total{service=\"api\",code!=\"\"}[1m]))"))
  }
}
