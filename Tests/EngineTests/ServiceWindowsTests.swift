import Evaluation
import Incidents
import Model
import Statistics
import Testing

@testable import Engine

/// Of a service with thousands of series some of every metric are looked at.
@Suite struct ServiceWindowsTests {
  /// The naive twin: round by round one series of each metric, until there are enough.
  private static func dealt(_ labels: [Labels]) -> [Labels] {
    var rest = Dictionary(grouping: labels.sorted()) { $0.metricName ?? "" }
      .filter { !$0.key.isEmpty && !$0.key.contains(":") && !$0.key.hasSuffix("_bucket") }
    var chosen: [Labels] = []
    while chosen.count < LiveMeasurements.seriesMax, rest.values.contains(where: { !$0.isEmpty }) {
      for name in rest.keys.sorted() {
        guard chosen.count < LiveMeasurements.seriesMax, let next = rest[name]?.first else {
          continue
        }
        chosen.append(next)
        rest[name]?.removeFirst()
      }
    }
    return chosen.sorted()
  }

  @Test(arguments: 1...20)
  func `they are dealt out in turn over the metrics`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var all: [Labels] = []
    for metric in 0..<random.below(12) {
      let name = ["cpu_ratio", "requests_total", "wait_seconds_sum", "a:b", "size_bucket"]
      for instance in 0..<random.below([3, 40, 300][random.below(3)]) {
        all.append([
          Labels.metricName: "m\(metric)_\(name[metric % 5])", "instance": "\(instance)",
          "Zone": "z\(random.below(3))",
        ])
      }
    }
    for index in all.indices.reversed() { all.swapAt(index, random.below(index + 1)) }
    let store = SeriesStore(retention: .max)
    var batch = SampleBatch()
    for labels in all {
      batch.append(labels: labels, time: Timestamp(milliseconds: 1000), value: 1)
    }
    store.ingest(batch)
    let chosen = LiveMeasurements.choose(Array(0..<Int32(store.seriesCount)), in: store)
    #expect(store.seriesCount == all.count)
    #expect(chosen.map(\.labels) == Self.dealt(all))
  }

  /// The naive twin looks at every sample; alerts, buckets and other services do not count.
  @Test(arguments: 1...20)
  func `a service has a past when a series of it began before`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let evaluator = Evaluator(store: SeriesStore(retention: .max))
    var batch = SampleBatch()
    var firsts: [String: Int64] = [:]
    for index in 0..<12 {
      let service = "s\(random.below(4))"
      var labels: Labels = ["service": service, "instance": "\(index)"]
      labels[Labels.metricName] = ["cpu_ratio", "wait_seconds_bucket", "ALERTS"][index % 3]
      if index % 3 == 2 { labels["alertname"] = "CPUHigh" }
      let first = Int64(random.below(40)) * 15_000
      for step in 0...Int64(random.below(300)) {
        let time = Timestamp(milliseconds: first + step * 15_000)
        batch.append(labels: labels, time: time, value: Double(random.below(9)))
      }
      if index % 3 == 0 { firsts[service] = min(firsts[service] ?? .max, first) }
    }
    evaluator.store.ingest(batch)
    let measurements = LiveMeasurements(IncidentContext(), evaluator, groups: [])
    for _ in 0..<40 {
      let cut = Timestamp(milliseconds: Int64(random.below(50)) * 15_000 + Int64(random.below(2)))
      let services = (0..<5).map { "s\($0)" }.filter { _ in random.below(2) == 0 }
      let has = measurements.hasPast(of: services, before: cut)
      #expect(has == services.contains { firsts[$0].map { $0 < cut.milliseconds } ?? false })
      let windows = measurements.windows(
        of: services, from: cut - 600_000, to: cut + 600_000)
      #expect(has || windows.allSatisfy { $0.times.allSatisfy { $0 >= cut.milliseconds } })
    }
  }
}
