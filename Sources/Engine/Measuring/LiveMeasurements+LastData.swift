import Evaluation
import Incidents
import Model
import PromQL

extension LiveMeasurements {
  /// For so long before an alert vanished its last samples are looked for, in ms.
  private static let dataWindow: Milliseconds = 900_000

  func lastData(of alert: AlertRecord, before tick: Timestamp) -> Timestamp? {
    let key = RuleKey(group: alert.group, alert: alert.alert)
    guard let runner = runners[key] else { return nil }
    let found = runner.watched.selectors.compactMap { selector -> Timestamp? in
      var roster = SeriesRoster(selector.matchers)
      engine.store.update(&roster)
      return roster.numbers.filter { alert.agrees(with: engine.store.allLabels[Int($0)]) }
        .compactMap { newest(of: $0, before: tick) }.max()
    }
    // The operand that ran dry first is the one that is missing.
    return found.min()
  }

  private func newest(of number: Int32, before tick: Timestamp) -> Timestamp? {
    var times: [Int64] = []
    var values: [Double] = []
    engine.store.read(
      number, after: tick - Self.dataWindow, through: tick, &times, &values)
    return zip(times, values).reversed().first { !StaleMarker.isStale($0.1) }
      .map { Timestamp(milliseconds: $0.0) }
  }
}

extension AlertRecord {
  /// True when the series has no label that the alert has with another value.
  fileprivate func agrees(with series: Labels) -> Bool {
    labels.pairs.allSatisfy { pair in
      series[pair.name].map { $0 == pair.value } ?? true
    }
  }
}
