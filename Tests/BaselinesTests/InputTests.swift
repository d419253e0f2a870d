import Testing

@testable import Baselines

/// Samples no series should have, and all have.
struct InputTests {
  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
  func `what is not a number of this world teaches nothing`(value: Double) {
    var clean = Bench()
    var dirty = Bench()
    #expect(dirty.detector.update(time: dirty.time + 1, value: value) == .learning)
    for _ in 0..<20 { #expect(clean.feed(offset: 0) == dirty.feed(offset: 0)) }
  }

  @Test
  func `a second sample of the same moment is ignored`() {
    var bench = Bench()
    #expect(bench.detector.update(time: bench.time - bench.interval, value: 1e6) == .learning)
    #expect(!bench.feed(offset: 0).isAnomalous)
  }

  @Test
  func `gaps and clocks set back neither alarm nor trap`() {
    var bench = Bench()
    bench.time += 3 * day
    #expect(!bench.feed(20, offset: 0).anyAlarm)
    bench.time -= 10 * day
    #expect(!bench.feed(20, offset: 0).anyAlarm)
    #expect(bench.feed(offset: 40).isAnomalous)
    var extreme = Detector()
    for time in [Int64.min, .max, 0, .max, .min] {
      #expect(extreme.update(time: time, value: 1) == .learning)
    }
  }

  @Test
  func `a constant series has a band and alarms when it moves`() {
    var bench = Bench(samples: 0)
    for _ in 0..<200 { bench.feed(7) }
    #expect(bench.verdict.expected == 7)
    #expect(!bench.verdict.isAnomalous)
    #expect(bench.feed(8).isAnomalous)
  }

  @Test(arguments: [
    (DetectorConfiguration.Season.auto, Int64?.none, 60), (.none, nil, 60),
    (.daily, nil, 289), (.period(6 * hour), nil, 73), (.auto, 30 * minute, 10),
    (.auto, 4 * hour, 49),
  ])
  func `warm-up lasts as long as the rule says`(
    season: DetectorConfiguration.Season, learn: Int64?, silent: Int
  ) {
    var bench = Bench(DetectorConfiguration(season: season, learn: learn), samples: 0)
    var learned = 0
    while bench.feed(offset: 0).expected == nil { learned += 1 }
    #expect(abs(learned - silent) <= 1, "\(learned)")
  }

  @Test
  func `equal input gives equal verdicts`() {
    var first = Bench(samples: 0)
    var second = Bench(samples: 0)
    for index in 0..<1000 {
      let offset = index % 400 > 390 ? 20.0 : 0
      #expect(first.feed(offset: offset) == second.feed(offset: offset))
    }
  }
}
