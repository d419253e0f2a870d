import Model
import Testing

@testable import Evaluation

/// A roster that looks at new series only has those that a look at all of them finds.
@Suite struct SeriesRosterTests {
  private static func matcher(_ random: inout RandomSeries) throws -> LabelMatcher {
    try LabelMatcher(
      random.pick([Labels.metricName, "service", "zone", "absent"]),
      random.pick(LabelMatcher.Operation.allCases),
      random.pick(["m0", "m1", "s0", "s1", "z0", ""]))
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `it is what a look at all series finds`(seed: UInt64) throws {
    var random = RandomSeries(seed: seed)
    let store = SeriesStore(retention: .max)
    var rosters: [SeriesRoster] = []
    for _ in 0..<40 {
      let count = Int.random(in: 0...3, using: &random.random)
      rosters.append(SeriesRoster(try (0..<count).map { _ in try Self.matcher(&random) }))
    }
    var selected = 0
    for step in 0..<12 {
      for index in 0..<5 {
        var labels: Labels = [Labels.metricName: "m\(index % 3)", "n": "\(step)-\(index)"]
        if random.chance(2) { labels["service"] = "s\(index % 2)" }
        if random.chance(2) { labels["zone"] = "z\(step % 2)" }
        store.record(labels, [(1000, .float(1))])
      }
      for index in rosters.indices where random.chance(2) || step == 11 {
        let known = rosters[index].numbers.count
        let isNew = store.update(&rosters[index])
        let matchers = rosters[index].matchers
        let naive = (0..<Int32(store.seriesCount)).filter { number in
          matchers.allSatisfy { $0.matches(store.labels(of: number)) }
        }
        #expect(rosters[index].numbers == naive)
        #expect(isNew == (naive.count > known))
        selected += naive.count
      }
    }
    #expect(selected > 100)
  }
}
