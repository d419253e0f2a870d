import Evaluation
import Model
import Statistics

extension SplitMix64 {
  /// One of `range`.
  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// A stream of two services with bad times: counters that restart, gauges with odd decimals, classic and
/// native histograms, series that come and go, late, repeated and wild samples, changes.
struct RandomStream {
  struct Row {
    var labels: Labels
    var time: Int64
    var value: SampleValue
    var start: Int64?
  }

  private(set) var rows: [Row] = []
  private(set) var changes: [ChangeEvent] = []
  private var numbers: SplitMix64
  private var counters: [Labels: Double] = [:]
  private static let begin: Int64 = 1_760_000_000_000

  /// A stream of `steps` moments; where it `isOrdered`, no sample is late or of another time.
  init(seed: UInt64, steps: Int = 260, isOrdered: Bool = false) {
    numbers = SplitMix64(seed: seed)
    let bad = numbers.number(60..<120)..<numbers.number(130..<190)
    for step in 0..<steps {
      let time = Self.begin + Int64(step) * 15_000 + Int64(numbers.number(0..<400))
      var block: [Row] = []
      for service in ["api", "db"] {
        for instance in 0..<3 where !isAway(instance, step) {
          let own: Labels = ["service": service, "instance": "\(service)-\(instance)"]
          add(own, isBad: bad.contains(step), time, step, to: &block)
        }
      }
      if numbers.chance(9) { block.shuffle(using: &numbers) }
      if numbers.chance(15), let again = block.first { block.append(again) }
      if !isOrdered {
        if numbers.chance(20), !block.isEmpty { block[0].time -= 20_000 }
        if numbers.chance(60), !block.isEmpty { block[0].time += 10_000_000_000 }
      }
      rows += block
      if numbers.chance(70) {
        changes.append(
          ChangeEvent(
            time: Timestamp(milliseconds: time), service: "api", kind: "deploy",
            version: "\(step)"))
      }
    }
  }

  /// The third instance comes late, leaves, and is back in the end.
  private func isAway(_ instance: Int, _ step: Int) -> Bool {
    instance == 2 && (step < 25 || (150..<200).contains(step))
  }

  private mutating func add(
    _ own: Labels, isBad: Bool, _ time: Int64, _ step: Int, to block: inout [Row]
  ) {
    func gauge(_ name: String, _ value: Double) {
      let labels = own.merging([Labels.metricName: name])
      block.append(Row(labels: labels, time: time, value: .float(value), start: nil))
    }
    gauge("cpu", (isBad ? 0.93 : 0.31) + numbers.uniform() / 9)
    gauge("pool", min(1, 0.1 + 0.007 * Double(step % 130) + numbers.uniform() / 300))
    if !numbers.chance(8) { gauge("up", numbers.chance(40) ? 0 : 1) }
    if numbers.chance(30) { gauge("cpu_limit", StaleMarker.value) } else { gauge("cpu_limit", 1.1) }
    for (code, rate) in [("200", 137.3), ("500", isBad ? 41.7 : 0.3)] {
      let labels = own.merging([Labels.metricName: "requests_total", "code": code])
      count(labels, rate * numbers.uniform(), time, to: &block)
    }
    for (bound, share) in [("0.1", 0.3), ("1", isBad ? 0.4 : 0.9), ("+Inf", 1)] {
      let labels = own.merging([Labels.metricName: "latency_bucket", "le": bound])
      count(labels, share * 31.7, time, to: &block)
    }
    let labels = own.merging([Labels.metricName: "sizes"])
    block.append(
      Row(labels: labels, time: time, value: .histogram(histogram(step)), start: nil))
  }

  private mutating func count(
    _ labels: Labels, _ increase: Double, _ time: Int64, to block: inout [Row]
  ) {
    let isRestart = numbers.chance(120)
    counters[labels] = (isRestart ? 0 : counters[labels] ?? 0) + increase
    let value = counters[labels] ?? 0
    let start = isRestart && numbers.chance(2) ? time - 4000 : nil
    block.append(Row(labels: labels, time: time, value: .float(value), start: start))
  }

  private mutating func histogram(_ step: Int) -> NativeHistogram {
    var histogram = NativeHistogram()
    histogram.schema = 1
    histogram.setCounts(
      (0..<4).map {
        NativeHistogram.IndexedCount(
          index: $0, count: Double(step * ($0 + 1)) + numbers.uniform())
      }, .positive)
    histogram.count = histogram.positiveBuckets.reduce(0, +)
    histogram.sum = histogram.count * 1.7
    return histogram
  }

  /// The rows in batches of sizes that `seed` decides; changes go with the first one.
  func batches(seed: UInt64, rowsMax: Int) -> [SampleBatch] {
    var numbers = SplitMix64(seed: seed)
    var batches: [SampleBatch] = []
    var next = 0
    while next < rows.count {
      let end = min(rows.count, next + numbers.number(1..<rowsMax))
      var batch = SampleBatch()
      if next == 0 { batch.changes = changes }
      for row in rows[next..<end] {
        let index = batch.count
        switch row.value {
        case .float(let value):
          batch.append(
            labels: row.labels, time: Timestamp(milliseconds: row.time), value: value)
        case .histogram(let histogram):
          batch.append(labels: row.labels, time: Timestamp(milliseconds: row.time), value: 0)
          batch.histograms.append((index, histogram))
        }
        if let start = row.start { batch.startTimes.append((index, start)) }
      }
      batches.append(batch)
      next = end
    }
    return batches
  }
}
