import Testing

@testable import Baselines

/// The promise of a sensitivity: alarms for each series and week on series that only make noise.
struct FalseAlarmTests {
  /// Alarms (not samples in alarm) for each series and week, over `weeks` weeks of every kind.
  static func rate(sensitivity: Int, interval: Int64, weeks: Int) -> Double {
    var alarms = 0
    for kind in Clean.allCases {
      for seed in 0..<weeks {
        var detector = Detector(DetectorConfiguration(sensitivity: sensitivity))
        var was = false
        let count = Int(7 * day / interval)
        for sample in kind.series(count: count, interval: interval, seed: seed) {
          let verdict = detector.update(time: sample.time, value: sample.value)
          if verdict.isAnomalous, !was { alarms += 1 }
          was = verdict.isAnomalous
        }
      }
    }
    return Double(alarms) / Double(Clean.allCases.count * weeks)
  }

  @Test(arguments: [(1, 0.03), (2, 0.05), (3, 0.1), (4, 1), (5, 3)])
  func `noise alarms no more often than promised`(sensitivity: Int, promise: Double) {
    #expect(Self.rate(sensitivity: sensitivity, interval: 10 * minute, weeks: 12) <= promise)
  }

  @Test(arguments: [hour, 30 * minute])
  func `the promise holds at other intervals`(interval: Int64) {
    #expect(Self.rate(sensitivity: 3, interval: interval, weeks: 40) <= 0.1)
  }

  @Test
  func `a higher sensitivity never alarms less`() {
    let rates = (1...5).map { Self.rate(sensitivity: $0, interval: hour, weeks: 10) }
    #expect(rates == rates.sorted(), "\(rates)")
  }
}
