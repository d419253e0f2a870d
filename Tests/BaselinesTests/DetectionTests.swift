import Testing

@testable import Baselines

/// A detector that has seen `samples` samples of white noise around 100 with a deviation of 1.
struct Bench {
  var detector: Detector
  var noise = Noise(seed: 5)
  var time = monday
  let interval: Int64
  var verdict = Verdict.learning

  init(
    _ configuration: DetectorConfiguration = DetectorConfiguration(), interval: Int64 = 5 * minute,
    samples: Int = 2016
  ) {
    detector = Detector(configuration)
    self.interval = interval
    for _ in 0..<samples { feed(offset: 0) }
  }

  /// Feeds 100 + noise + `offset`.
  @discardableResult
  mutating func feed(offset: Double) -> Verdict { feed(100 + noise.normal() + offset) }

  @discardableResult
  mutating func feed(_ value: Double) -> Verdict {
    verdict = detector.update(time: time, value: value)
    time += interval
    return verdict
  }

  /// Feeds `count` samples and returns what was said of each.
  mutating func feed(_ count: Int, offset: Double) -> [Verdict] {
    (0..<count).map { _ in feed(offset: offset) }
  }
}

struct DetectionTests {
  @Test(arguments: [minute, 5 * minute, hour])
  func `ten-sigma steps are seen within two samples`(interval: Int64) {
    for size in [10.0, -10] {
      let delays = Disturbance.step.delays(size: size, interval: interval, runs: 9)
      #expect(delays.allSatisfy { ($0 ?? .max) <= 2 }, "\(delays)")
    }
  }

  @Test
  func `the delay table has a delay for every large disturbance`() throws {
    let table = Disturbance.table(interval: 5 * minute)
    print(table)
    let rows = table.split(separator: "\n").dropFirst()
    #expect(rows.count == 3)
    #expect(!rows.contains { $0.hasSuffix("none") })
  }

  @Test
  func `a lasting shift is one alarm, then the new normal`() {
    var bench = Bench()
    let verdicts = bench.feed(3 * 288, offset: 30)
    let onsets = zip([Verdict.learning] + verdicts, verdicts).filter {
      !$0.isAnomalous && $1.isAnomalous
    }
    #expect(onsets.count == 1)
    #expect(verdicts.filter { $0.adapted }.count == 1)
    #expect(verdicts.firstIndex { $0.adapted } == 288)
    #expect(verdicts[100].channel == .levelShift)
    #expect(!bench.verdict.isAnomalous)
    #expect(abs((bench.verdict.expected ?? 0) - 130) < 1)
  }

  @Test
  func `an outage of twelve hours is not learned away, and the profile outlives it`() {
    var detector = Detector()
    var noise = Noise(seed: 3)
    func normal(_ time: Int64) -> Double {
      time % day < 8 * hour ? 200 : 1000
    }
    for index in 0..<(14 * 288) {
      let time = monday + Int64(index) * 5 * minute
      _ = detector.update(time: time, value: normal(time) + 10 * noise.normal())
    }
    let start = monday + 14 * day + 9 * hour
    var during: [Verdict] = []
    var after: [Verdict] = []
    for index in 0..<(2 * 288) {
      let time = monday + 14 * day + Int64(index) * 5 * minute
      let isDown = time >= start && time < start + 12 * hour
      let value = isDown ? 0 : normal(time) + 10 * noise.normal()
      let verdict = detector.update(time: time, value: value)
      if isDown { during.append(verdict) }
      if time >= start + 12 * hour + 15 * minute, time < monday + 15 * day + 20 * hour {
        after.append(verdict)
      }
    }
    let (isSeen, isLearned) = (during.allAlarms, during.anyAdapted)
    #expect(isSeen)
    #expect(!isLearned)
    let furthest = during.map { abs(($0.expected ?? 0) - normal(start)) }.max() ?? .infinity
    #expect(furthest < 50)
    let alarmsAfter = after.filter { $0.isAnomalous }.count
    #expect(alarmsAfter == 0)
    #expect(abs((after.last?.expected ?? 0) - 1000) < 50)
  }

  @Test
  func `channels name what was seen`() {
    var spike = Bench()
    #expect(spike.feed(offset: 40).channel == .spike)
    #expect(spike.feed(offset: 0).channel == .spike)
    #expect(spike.feed(offset: 0).channel == .none)

    var shift = Bench()
    #expect(shift.feed(10, offset: 15).last?.channel == .levelShift)

    var flat = Bench()
    let still = (0..<40).map { _ in flat.feed(100.5) }
    #expect(still.last?.channel == .flatLine)

    var scattered = Bench()
    let wild = (0..<60).map { $0 % 2 == 0 ? 7.5 : -7.5 }.map { scattered.feed(offset: $0) }
    #expect(wild.contains { $0.channel == .variance || $0.channel == .spike })

    var drifting = Bench()
    let drift = (0..<300).map { drifting.feed(offset: Double($0) / 25) }
    #expect(drift.first { $0.isAnomalous }?.channel == .drift)
  }

  @Test
  func `a rhythm is learned, and a quiet day is then unusual`() {
    var detector = Detector()
    var noise = Noise(seed: 8)
    var alarms = 0
    func busy(_ time: Int64) -> Double { time % day < 12 * hour ? 100 : 500 }
    for index in 0..<(10 * 288) {
      let time = monday + Int64(index) * 5 * minute
      let verdict = detector.update(time: time, value: busy(time) + 5 * noise.normal())
      if index > 5 * 288, verdict.isAnomalous { alarms += 1 }
    }
    #expect(alarms == 0)
    // The afternoon of the eleventh day stays as quiet as its morning: a value seen every day.
    let noon = monday + 10 * day + 12 * hour
    for time in stride(from: monday + 10 * day, to: noon, by: Int(5 * minute)) {
      _ = detector.update(time: time, value: 100 + 5 * noise.normal())
    }
    var seen = false
    for index in 0..<12 {
      let time = noon + hour + Int64(index) * 5 * minute
      seen = detector.update(time: time, value: 100 + 5 * noise.normal()).isAnomalous || seen
    }
    #expect(seen)
  }

  @Test
  func `direction and practical significance hold alarms back`() {
    var above = Bench(DetectorConfiguration(direction: .above))
    #expect(!above.feed(5, offset: -40).anyAlarm)
    #expect(above.feed(offset: 60).isAnomalous)
    var below = Bench(DetectorConfiguration(direction: .below))
    #expect(!below.feed(5, offset: 40).anyAlarm)
    var minimum = Bench(DetectorConfiguration(minimum: 50))
    #expect(!minimum.feed(5, offset: 40).anyAlarm)
    #expect(minimum.feed(offset: 80).isAnomalous)
    #expect((minimum.verdict.upper ?? 0) - (minimum.verdict.expected ?? 0) >= 50)
  }

  @Test(arguments: [
    (3_456_000_000.0, "once in 40 days"), (7_200_000, "once in 2 hours"), (1, "all the time"),
    (1e13, "less than once in two years"),
  ])
  func `rarity in words`(recurrence: Double, want: String) {
    #expect(Verdict.rarity(of: recurrence) == want)
  }

  /// A pulse of `size` every hour `at` of the day, and one at another hour in the end.
  @Test
  func `what comes at the same hour each day is no news, at another hour it is`() {
    func news(at hourOfDay: Int64) -> Double {
      var detector = Detector()
      var noise = Noise(seed: 12)
      var greatest = 0.0
      for index in 0..<(8 * 288) {
        let time = monday + Int64(index) * 5 * minute
        let isLast = index >= 7 * 288
        let isPulse = time % day == (isLast ? hourOfDay : 3) * hour
        let value = 100 + noise.normal() + (isPulse ? 40 : 0)
        let verdict = detector.update(time: time, value: value)
        if isLast, isPulse { greatest = verdict.news }
      }
      return greatest
    }
    #expect(news(at: 3) < Detector.newsThreshold)
    #expect(news(at: 14) > news(at: 3))
  }

  @Test
  func `an alarm explains itself`() throws {
    var bench = Bench()
    let first = bench.time
    bench.feed(offset: 40)
    let verdict = bench.feed(200)
    #expect(verdict.since == first)
    #expect(try #require(verdict.recurrence) > Double(30 * day))
    let sentence = try #require(verdict.explanation(of: 200))
    #expect(sentence.hasPrefix("200 is above the expected "), "\(sentence)")
    #expect(sentence.contains("): spike, seen "), "\(sentence)")
    #expect(sentence.hasSuffix(", since 2026-01-12T00:00:00Z"), "\(sentence)")
    #expect(Verdict.learning.explanation(of: 1) == nil)
  }
}

extension [Verdict] {
  var anyAlarm: Bool { contains { $0.isAnomalous } }
  var allAlarms: Bool { allSatisfy { $0.isAnomalous } }
  var anyAdapted: Bool { contains { $0.adapted } }
}
