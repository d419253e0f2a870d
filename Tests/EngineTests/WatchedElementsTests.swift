import Evaluation
import Incidents
import Model
import Rules
import Statistics
import Testing

@testable import Engine

/// The reading of an alert is that of the first element whose labels are all labels of the alert.
@Suite struct WatchedElementsTests {
  private static func labels(_ number: Int, _ random: inout SplitMix64) -> Labels {
    var labels: Labels = ["instance": "app-\(number % 7)"]
    if random.below(2) == 0 { labels["service"] = ["checkout", "api"][random.below(2)] }
    if random.below(3) == 0 { labels["region"] = "eu" }
    if random.below(4) == 0 { labels[Labels.metricName] = "pool" }
    return labels
  }

  @Test(arguments: 1...20)
  func `as a look through all elements`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let tick = Timestamp(milliseconds: 0)
    let samples = (0..<30).map { number in
      VectorSample(
        labels: Self.labels(number, &random), time: tick,
        value: random.below(10) == 0 ? .histogram(NativeHistogram()) : .float(Double(number)))
    }
    let elements = WatchedElements(samples, at: tick, stored: 0)
    for number in 0..<60 {
      var own = Self.labels(number, &random).removing(Labels.metricName)
      own["alertname"] = "PoolHigh"
      let alert = AlertRecord(
        firing: AlertTransition(
          time: tick, kind: .firing, group: "g", alert: "PoolHigh", labels: own, value: 1,
          activeSince: tick), service: nil)
      var want: Double?
      for sample in samples where alert.covers(sample.labels.removing(Labels.metricName)) {
        guard want == nil, case .float(let value) = sample.value else { continue }
        want = value
      }
      #expect(elements.element(for: alert)?.value == want)
    }
  }
}
