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
    // Many series are of few metrics, whose names are read once.
    var forms: [String: WindowReader.Series.Form?] = [:]
    let all = numbers.compactMap { number -> WindowReader.Series? in
      let labels = store.labels(of: number)
      guard let name = labels.metricName else { return nil }
      let form = forms[name] ?? WindowReader.Series.Form(name: name)
      forms[name] = .some(form)
      return form.flatMap { WindowReader.Series(number, labels, name, $0) }
    }
    guard all.count > seriesMax else { return all.sorted { $0.labels < $1.labels } }
    let groups = Dictionary(grouping: all, by: \.name).sorted { $0.key < $1.key }.map(\.value)
    var rounds = 1
    while groups.reduce(0, { $0 + min(rounds, $1.count) }) < seriesMax { rounds += 1 }
    let byName = groups.map { leading(rounds, of: $0) }
    var chosen: [WindowReader.Series] = []
    for round in 0..<rounds {
      for metric in byName where round < metric.count && chosen.count < seriesMax {
        chosen.append(metric[round])
      }
    }
    return chosen.sorted { $0.labels < $1.labels }
  }

  /// The first `count` series in the order of their labels; of thousands few are wanted, so the
  /// others are not sorted.
  private static func leading(
    _ count: Int, of series: [WindowReader.Series]
  ) -> [WindowReader.Series] {
    var first: [WindowReader.Series] = []
    for candidate in series {
      if first.count == count {
        guard let last = first.last, candidate.labels < last.labels else { continue }
        first.removeLast()
      }
      let place = first.lastIndex { !(candidate.labels < $0.labels) }.map { $0 + 1 } ?? 0
      first.insert(candidate, at: place)
    }
    return first
  }

  /// What is known of a service's series.
  struct ServiceRoster {
    var roster: SeriesRoster
    var chosen: [WindowReader.Series] = []

    init(_ roster: SeriesRoster) { self.roster = roster }
  }
}
