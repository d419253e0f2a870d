import Statistics
import Testing

@testable import Logs

struct LineRateTests {
  /// The same by looking at every line that ever came.
  struct NaiveRate {
    var minutes: [Int64] = []
    var toldAt = Int64.min

    mutating func add(minute: Int64) { minutes.append(max(minute, minutes.max() ?? minute)) }

    mutating func surge(inMinute asked: Int64) -> (count: Int, usualMax: Int)? {
      guard let now = minutes.max(), asked == now, toldAt < now else { return nil }
      let current = minutes.count { $0 == now }
      let usual = (1...60).map { ago in minutes.count { $0 == now - Int64(ago) } }.max() ?? 0
      guard current >= 10, current >= 3 * max(usual, 1) else { return nil }
      toldAt = now
      return (current, usual)
    }
  }

  @Test(arguments: 0..<30)
  func `a surge is that of counting all lines`(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var rate = LineRate()
    var naive = NaiveRate()
    var minute = Int64(random.below(200)) - 100
    var surges = 0
    for _ in 0..<300 {
      minute += [0, 0, 1, 1, 2, 59, 60, 61, 62, -1][random.below(10)] as Int64
      for _ in 0..<[0, 1, 3, 9, 12, 40][random.below(6)] {
        rate.add(minute: minute)
        naive.add(minute: minute)
      }
      let found = rate.surge(inMinute: minute)
      let want = naive.surge(inMinute: minute)
      #expect(found?.count == want?.count && found?.usualMax == want?.usualMax, "seed \(seed)")
      surges += found == nil ? 0 : 1
    }
    #expect(surges > 0)
  }
}
