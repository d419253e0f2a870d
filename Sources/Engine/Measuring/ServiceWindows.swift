import Evaluation
import Incidents
import Model
import PromQL

/// The series of services as an investigation looks at them, read straight from the store.
extension LiveMeasurements {
  /// Series of one service at most.
  private static let seriesMax = 200

  func windows(
    of services: [String], from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    guard start <= end else { return [] }
    var windows: [EvidenceWindow] = []
    for service in services.sorted() {
      for series in chosenSeries(of: service) {
        if let window = reader.window(series, of: service, from: start, to: end) {
          windows.append(window)
        }
      }
    }
    return windows
  }

  /// The series of a service that are looked at, in the order of their labels.
  private func chosenSeries(of service: String) -> [WindowReader.Series] {
    var known = rosters[service] ?? ServiceRoster(SeriesRoster(context.matchers(of: service)))
    if engine.store.update(&known.roster) {
      known.chosen = Self.choose(known.roster.numbers, in: engine.store)
    }
    rosters[service] = known
    return known.chosen
  }

  /// All series, or `seriesMax` of them dealt out in turn over the metrics, so that the many
  /// instances of one metric do not crowd out the others.
  private static func choose(_ numbers: [Int32], in store: SeriesStore) -> [WindowReader.Series] {
    let all = numbers.compactMap { WindowReader.Series($0, in: store) }
      .sorted { $0.labels < $1.labels }
    guard all.count > seriesMax else { return all }
    let byName = Dictionary(grouping: all, by: \.name).sorted { $0.key < $1.key }.map(\.value)
    var chosen: [WindowReader.Series] = []
    var round = 0
    while chosen.count < seriesMax {
      for metric in byName where round < metric.count && chosen.count < seriesMax {
        chosen.append(metric[round])
      }
      round += 1
    }
    return chosen.sorted { $0.labels < $1.labels }
  }

  /// What is known of a service's series.
  struct ServiceRoster {
    var roster: SeriesRoster
    var chosen: [WindowReader.Series] = []

    init(_ roster: SeriesRoster) { self.roster = roster }
  }
}
