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
