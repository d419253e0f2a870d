import Evaluation
import Incidents
import Model
import PromQL
import Rules

extension LiveMeasurements {
  /// Points of a window at most: enough for a chart, and for statistics.
  private static let pointsMax = 240
  /// Windows of one incident's evidence at most; the report charts no more.
  private static let evidenceMax = 12

  /// A range query's floats as columns.
  func series(
    _ expression: Expression, from start: Timestamp, to end: Timestamp
  ) -> [(labels: Labels, times: [Int64], values: [Double])] {
    guard start <= end else { return [] }
    let step = Self.step(from: start, to: end)
    let first = Timestamp(milliseconds: start.milliseconds / step * step)
    guard
      case .matrix(let matrix)? =
        (try? engine.range(expression, start: first, end: end, step: step))?.value
    else { return [] }
    return matrix.compactMap { series in
      var times: [Int64] = []
      var values: [Double] = []
      for point in series.points where point.time >= start {
        guard case .float(let value) = point.value else { continue }
        times.append(point.time.milliseconds)
        values.append(value)
      }
      return times.isEmpty ? nil : (series.labels, times, values)
    }
  }

  /// A step that a person would choose, so that at most `pointsMax` points come out.
  static func step(from start: Timestamp, to end: Timestamp) -> Milliseconds {
    let span = end - start
    return roundSteps.first { span / $0 <= Milliseconds(pointsMax) } ?? span
  }

  private static let roundSteps: [Milliseconds] = [
    15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000,
  ]

  /// What the alerts of an incident watched, with bounds and bands: the charts of its report.
  ///
  /// Of thousands of instances the most telling are taken: of every rule the alert furthest from
  /// what is normal, then of every rule the next one.
  func evidence(
    for incident: Incident, from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    var windows: [EvidenceWindow] = []
    var found: [RuleKey: [(labels: Labels, times: [Int64], values: [Double])]] = [:]
    for alert in Self.mostTelling(incident.alerts) {
      let key = RuleKey(group: alert.group, alert: alert.alert)
      guard let runner = runners[key] else { continue }
      let all = found[key] ?? series(runner.watched, from: start, to: end)
      found[key] = all
      for found in all where alert.covers(found.labels.removing(Labels.metricName)) {
        var labels = found.labels
        if labels.metricName == nil { labels[Labels.metricName] = alert.alert }
        var window = EvidenceWindow(
          labels: labels, title: alert.alert, service: alert.service, times: found.times,
          values: found.values)
        window.threshold = alert.measure.threshold
        window.expression = runner.watched.description
        window.isWatched = true
        addBand(of: runner, alert, to: &window, from: start, to: end)
        windows.append(window)
      }
    }
    return windows + surroundings(of: incident, from: start, to: end)
  }

  /// What no alert watched and yet belongs into the report: the metrics under suspicion, and
  /// resources that ran out unwatched.
  private func surroundings(
    of incident: Incident, from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    let services = Set(incident.services + incident.suspects.map(\.service))
    let windows = self.windows(of: services.sorted(), from: start, to: end).map { window in
      var window = window
      window.isWatched = window.labels.metricName.map(watchedMetrics.contains)
      return window
    }
    return EvidenceChoice.telling(windows, of: incident)
  }

  /// At most `evidenceMax` alerts, dealt out in turn over the rules and services, worst first.
  static func mostTelling(_ alerts: SharedList<AlertRecord>) -> [AlertRecord] {
    guard alerts.count > evidenceMax else { return Array(alerts) }
    struct Kind: Hashable {
      var rule: RuleKey
      var service: String?
    }
    var order: [Kind] = []
    var byKind: [Kind: [Int]] = [:]
    for (index, alert) in alerts.enumerated() {
      let rule = RuleKey(group: alert.group, alert: alert.alert)
      let kind = Kind(rule: rule, service: alert.service)
      if byKind[kind] == nil { order.append(kind) }
      byKind[kind, default: []].append(index)
    }
    for kind in order {
      byKind[kind]?.sort { (alerts[$1].distance, $0) < (alerts[$0].distance, $1) }
    }
    var chosen: [Int] = []
    var round = 0
    while chosen.count < evidenceMax {
      for kind in order where chosen.count < evidenceMax {
        if let all = byKind[kind], round < all.count { chosen.append(all[round]) }
      }
      round += 1
    }
    return chosen.sorted().map { alerts[$0] }
  }

  private func addBand(
    of runner: RuleRunner, _ alert: AlertRecord, to window: inout EvidenceWindow,
    from start: Timestamp, to end: Timestamp
  ) {
    guard runner.condition is BaselineCondition else { return }
    func column(_ part: RuleRunner.BandSeries) -> [Double]? {
      let matcher = LabelMatcher(Labels.metricName, equals: part.name(of: runner.rule))
      let selector = Expression(
        .vectorSelector(VectorSelector(matchers: [matcher])), range: 0..<0)
      let found = series(selector, from: start, to: end).first {
        alert.covers($0.labels.removing(Labels.metricName))
      }
      guard let found else { return nil }
      var byTime: [Int64: Double] = [:]
      for (time, value) in zip(found.times, found.values) { byTime[time] = value }
      return window.times.map { byTime[$0] ?? .nan }
    }
    window.expected = column(.expected)
    window.lower = column(.lower)
    window.upper = column(.upper)
  }
}

extension AlertRecord {
  /// How far its first value was from what is normal, as a multiple; never NaN.
  fileprivate var distance: Double {
    if let score = measure.score, !score.isNaN { return score.magnitude }
    guard let bound = measure.threshold ?? measure.expected, bound != 0, firstValue != 0 else {
      return 0
    }
    let ratio = (firstValue / bound).magnitude
    return ratio.isFinite ? max(ratio, 1 / ratio) : 0
  }
}
