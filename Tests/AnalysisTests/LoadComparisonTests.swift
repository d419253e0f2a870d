import Analysis
import LoadTests
import Statistics
import Testing

@Suite struct LoadComparisonTests {
  /// A run as vegeta would write it: 20 requests a second to each of three pages for `seconds`.
  private func run(
    seed: UInt64, seconds: Int = 60, slow: [String: Double] = [:], failing: [String: Double] = [:]
  ) throws -> LoadTest {
    var chance = SplitMix64(seed: seed)
    var lines = ""
    for tick in 0..<(seconds * 20) {
      for (index, page) in ["/a", "/b", "/c"].enumerated() {
        let usual = 10.0 * Double(index + 1) * (1 + 0.15 * chance.normal().magnitude)
        let latency = usual * (slow[page] ?? 1) * 1e6
        let code = chance.uniform() < (failing[page] ?? 0.002) ? 500 : 200
        let time = 1_768_487_400_000_000_000 + Int64(tick) * 50_000_000
        lines += "\(time),\(code),\(Int64(latency)),0,3,,,,\(tick),GET,http://shop\(page),\n"
      }
    }
    var reader = LoadTestReader()
    try reader.read(Array(lines.utf8), named: "results.csv")
    return try #require(reader.test())
  }

  private func worse(_ comparison: LoadComparison) -> [String] {
    comparison.endpoints.filter { $0.judgement == .worse }.map(\.name)
  }

  @Test(arguments: 1...20) func `the slowed page is found and no other`(seed: UInt64) throws {
    let found = LoadComparison(
      base: try run(seed: seed), candidate: try run(seed: seed + 100, slow: ["/b": 1.25]))
    #expect(worse(found) == ["GET http://shop/b"], "seed \(seed)")
    #expect(found.isWorse && found.endpoints[0].name == "GET http://shop/b")
    let change = try #require(found.endpoints[0].change(of: 0.5))
    #expect((0.2...0.3).contains(change), "\(change)")
  }

  @Test(arguments: 1...20) func `two equal runs are not worse`(seed: UInt64) throws {
    let found = LoadComparison(base: try run(seed: seed), candidate: try run(seed: seed + 500))
    #expect(worse(found).isEmpty, "seed \(seed)")
  }

  @Test func `more failures are worse, fewer are better`() throws {
    let found = LoadComparison(
      base: try run(seed: 1), candidate: try run(seed: 2, failing: ["/c": 0.03]))
    #expect(worse(found) == ["GET http://shop/c"])
    let back = LoadComparison(
      base: try run(seed: 2, failing: ["/c": 0.03]), candidate: try run(seed: 1))
    #expect(back.endpoints.first { $0.name.hasSuffix("/c") }?.judgement == .better)
  }

  /// A ramp as JMeter would write it: users come one by one and find a pool of 20 connections full.
  ///
  /// A closed model: latency follows the users, half of them for each of two pages.
  private func ramp(
    seed: UInt64, users: Int = 100, seconds: Int = 500, factor: Double = 1, noise: Double = 0.06
  ) throws -> LoadTest {
    var chance = SplitMix64(seed: seed)
    var lines = "timeStamp,elapsed,label,responseCode,success,allThreads\n"
    var drift = 0.0
    for second in 0..<seconds {
      drift = 0.9 * drift + noise * 0.4 * chance.normal()
      let now = max(1, users * (second + 1) / seconds)
      let usual = 100 * max(1, Double(now) / 20) * factor * max(0.2, 1 + drift)
      for request in 0..<12 {
        let latency = usual * (1 + noise * chance.normal().magnitude)
        let time = 1_768_487_400_000 + second * 1000 + request * 80
        lines += "\(time),\(Int(latency)),GET /\(request % 2),200,true,\(now)\n"
      }
    }
    var reader = LoadTestReader()
    try reader.read(Array(lines.utf8), named: "results.jtl")
    return try #require(reader.test())
  }

  @Test func `equal ramps are worse no more often than the level of the test allows`() throws {
    let alarms = try (UInt64(1)...12).filter { seed in
      LoadComparison(base: try ramp(seed: seed), candidate: try ramp(seed: seed + 100)).isWorse
    }
    // One in twenty is what a level of 5 % means.
    #expect(alarms.count <= 1, "\(alarms)")
  }

  @Test(arguments: 1...12) func `on a ramp the slower run is worse, the faster one better`(
    seed: UInt64
  ) throws {
    let base = try ramp(seed: seed)
    let slower = LoadComparison(base: base, candidate: try ramp(seed: seed + 50, factor: 1.5))
    #expect(slower.endpoints.map(\.judgement) == [.worse, .worse], "seed \(seed)")
    #expect(slower.whole.judgement == .worse && slower.isWorse)
    let faster = LoadComparison(base: base, candidate: try ramp(seed: seed + 150, factor: 0.6))
    #expect(faster.endpoints.map(\.judgement) == [.better, .better])
  }

  @Test(arguments: 1...6) func `ramps of different heights are compared where loads are equal`(
    seed: UInt64
  ) throws {
    let base = try ramp(seed: seed)
    let higher = LoadComparison(base: base, candidate: try ramp(seed: seed + 9, users: 200))
    #expect(!higher.isWorse, "\(higher.endpoints.map(\.probability))")
    #expect(try #require(higher.endpoints[0].change(of: 0.5)) > 0.5)
    let equal = try #require(higher.endpoints[0].atEqualLoad)
    #expect(abs(equal.p50) < 0.1, "\(equal)")
    let slower = LoadComparison(
      base: base, candidate: try ramp(seed: seed + 19, users: 200, factor: 1.5))
    #expect(worse(slower).count == 2)
  }

  @Test func `a difference that chance may have made is unknown, and the verdict says so`() throws {
    // Eight stretches that wander as one: one value's worth of evidence.
    func run(_ level: Double) -> LoadTest {
      var test = LoadTest(tool: .k6)
      var page = LoadTest.Endpoint(name: "GET /")
      page.requests = 400
      for index in 0..<16 {
        let value = level + Double((index * 7) % 16) * 10
        page.latencies.add(value, weight: 25)
        page.stretches.append(
          LoadTest.Stretch(start: Int64(index) * 5000, p50: value, p95: value))
      }
      test.endpoints = [page]
      return test
    }
    let found = LoadComparison(base: run(100), candidate: run(118))
    #expect(found.endpoints[0].judgement == .unknown)
    #expect(found.isUnknown && !found.isWorse)
    #expect(found.jsonLines().last?.contains("\"verdict\":\"unknown\"") == true)
    let same = LoadComparison(base: run(100), candidate: run(101))
    #expect(same.endpoints[0].judgement == .same && !same.isUnknown)
  }

  @Test func `short runs and lost pages are said to be so`() throws {
    let short = LoadComparison(
      base: try run(seed: 1, seconds: 2), candidate: try run(seed: 2, seconds: 2, slow: ["/a": 3]))
    #expect(short.endpoints.allSatisfy { $0.judgement == .unknown } && !short.isWorse)
    var other = try run(seed: 3)
    other.endpoints.removeLast()
    let lost = LoadComparison(base: try run(seed: 4), candidate: other)
    #expect(lost.endpoints.map(\.judgement).contains(.missing))
    #expect(lost.jsonLines().count == 4)
  }

  @Test func `the load curve has its knee where the pool is full`() throws {
    var test = LoadTest(tool: .k6)
    for users in stride(from: 2.0, through: 100, by: 2) {
      test.moments.append(
        LoadTest.Moment(
          start: Int64(users) * 1000, users: users, rate: min(users, 50) * 2,
          failureRate: users > 80 ? 10 : 0, p95: users > 50 ? users * 4 : 200))
    }
    let curve = LoadCurve(test)
    let knee = try #require(curve.knee)
    #expect((46...54).contains(knee.x) && (92...108).contains(knee.y), "\(knee)")
    #expect(curve.saturatedAt == 82 && curve.peakRate == 100)
    #expect(LoadCurve(LoadTest(tool: .wrk2)).levels.isEmpty)
  }
}
