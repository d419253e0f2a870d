import Evaluation
import Incidents
import Model
import PromQL

/// The series of services as an investigation looks at them, read straight from the store.
extension LiveMeasurements {
  /// Series of one service at most.
  static let seriesMax = 200

  func hasPast(of services: [String], before cut: Timestamp) -> Bool {
    services.contains { service in
      chosenSeries(of: service).contains { engine.store.hasSample($0.number, before: cut) }
    }
  }

  func windows(
    of services: [String], from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    guard start <= end else { return [] }
    var windows: [EvidenceWindow] = []
    for service in services.sorted() {
      let chosen = chosenSeries(of: service)
      windows.reserveCapacity(windows.count + chosen.count)
      for series in chosen {
        if let window = reader.window(series, of: service, from: start, to: end) {
          windows.append(window)
        }
      }
    }
    return windows
  }

  /// The series of a service that are looked at, in the order of their labels.
  private func chosenSeries(of service: String) -> [WindowReader.Series] {
    var known = rosters[service] ?? ServiceRoster(of: service, in: context)
    if engine.store.update(&known.roster) {
      known.chosen = Self.choose(known.roster.numbers, in: engine.store)
    }
    rosters[service] = known
    return known.chosen
  }

  /// All series, or `seriesMax` of them dealt out in turn over the metrics, so that the many
  /// instances of one metric do not crowd out the others.
  static func choose(_ numbers: [Int32], in store: SeriesStore) -> [WindowReader.Series] {
    let metrics = metrics(numbers, in: store)
    func count(after rounds: Int) -> Int {
      metrics.reduce(0) { $0 + min(rounds, $1.series.count) }
    }
    let wanted = min(seriesMax, count(after: .max))
    var rounds = 0
    while count(after: rounds) < wanted, count(after: rounds + 1) <= wanted { rounds += 1 }
    // The last round may not have one for every metric: those that come first get it.
    var left = wanted - count(after: rounds)
    var chosen: [WindowReader.Series] = []
    for metric in metrics {
      let isOneMore = left > 0 && metric.series.count > rounds
      if isOneMore { left -= 1 }
      chosen += metric.leading(isOneMore ? rounds + 1 : rounds)
    }
    return chosen.sorted { $0.labels < $1.labels }
  }

  /// The series that are worth looking at, by the names of their metrics.
  private static func metrics(_ numbers: [Int32], in store: SeriesStore) -> [Metric] {
    var series: [String: [Metric.Member]] = [:]
    for number in numbers {
      let labels = store.labels(of: number)
      guard let name = labels.metricName else { continue }
      series[name, default: []].append((number, labels))
    }
    return series.sorted { $0.key < $1.key }.compactMap { name, series in
      WindowReader.Series.Form(name: name).map { Metric(name: name, form: $0, series: series) }
    }
  }

  /// The series of one metric.
  private struct Metric {
    typealias Member = (number: Int32, labels: Labels)

    let name: String
    let form: WindowReader.Series.Form
    let series: [Member]

    /// The first `count` series in the order of their labels; of thousands few are wanted, so the
    /// others are not sorted.
    func leading(_ count: Int) -> [WindowReader.Series] {
      var first: [Member] = []
      if series.count <= count {
        first = series.sorted { $0.labels < $1.labels }
      } else {
        for candidate in series {
          if first.count == count {
            guard let last = first.last, candidate.labels < last.labels else { continue }
            first.removeLast()
          }
          let place = first.lastIndex { !(candidate.labels < $0.labels) }.map { $0 + 1 } ?? 0
          first.insert(candidate, at: place)
        }
      }
      return first.map { WindowReader.Series($0.number, $0.labels, name, form) }
    }
  }

  /// What is known of a service's series; those of alerts are not among them.
  struct ServiceRoster {
    var roster: SeriesRoster
    var chosen: [WindowReader.Series] = []

    init(of service: String, in context: IncidentContext) {
      let noAlert = LabelMatcher("alertname", equals: "")
      roster = SeriesRoster(context.matchers(of: service) + [noAlert])
    }
  }
}
