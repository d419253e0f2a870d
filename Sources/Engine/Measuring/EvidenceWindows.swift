import Evaluation
import Incidents
import Model
import PromQL
import Rules

extension LiveMeasurements {
  /// Points of a window at most: enough for a chart, and for statistics.
  private static let pointsMax = 240
  /// Series of one service at most, in the order of their labels.
  private static let seriesMax = 200

  func windows(
    of services: [String], from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    var windows: [EvidenceWindow] = []
    for service in services.sorted() {
      let matchers = context.matchers(of: service)
      let all = engine.store.labels(matching: matchers)
        .filter { $0["alertname"] == nil && !($0.metricName ?? ":").contains(":") }.sorted()
      for labels in all.prefix(Self.seriesMax) {
        if let window = window(labels, of: service, from: start, to: end) { windows.append(window) }
      }
    }
    return windows
  }

  /// One series as a chart would show it: counters as rates, sums of summaries as means.
  private func window(
    _ labels: Labels, of service: String, from start: Timestamp, to end: Timestamp
  ) -> EvidenceWindow? {
    let name = labels.metricName ?? ""
    guard !name.hasSuffix("_bucket"), !name.hasSuffix("_created") else { return nil }
    let selector = labels.description
    var text = selector
    if name.hasSuffix("_sum") {
      let count = labels.merging([Labels.metricName: name.dropLast(4) + "_count"])
      text = "rate(\(selector)[\(Self.rateWindow)]) / rate(\(count)[\(Self.rateWindow)])"
    } else if name.hasSuffix("_total") || name.hasSuffix("_count") {
      text = "rate(\(selector)[\(Self.rateWindow)])"
    }
    guard let expression = try? Expression(parsing: text),
      let series = series(expression, from: start, to: end).first
    else { return nil }
    return EvidenceWindow(
      labels: labels, title: name, service: service, times: series.times, values: series.values)
  }

  private static let rateWindow = "2m"

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
  private static func step(from start: Timestamp, to end: Timestamp) -> Milliseconds {
    let steps: [Milliseconds] = [15, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400]
    let span = end - start
    return steps.map { $0 * 1000 }.first { span / $0 <= Milliseconds(pointsMax) } ?? span
  }

  /// What the alerts of an incident watched, with bounds and bands: the charts of its report.
  func evidence(
    for incident: Incident, from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    var windows: [EvidenceWindow] = []
    for alert in incident.alerts {
      guard let runner = runners[RuleKey(group: alert.group, alert: alert.alert)] else { continue }
      for found in series(runner.watched, from: start, to: end)
      where alert.covers(found.labels.removing(Labels.metricName)) {
        var labels = found.labels
        if labels.metricName == nil { labels[Labels.metricName] = alert.alert }
        var window = EvidenceWindow(
          labels: labels, title: alert.alert, service: alert.service, times: found.times,
          values: found.values)
        window.threshold = alert.measure.threshold
        addBand(of: runner, alert, to: &window, from: start, to: end)
        windows.append(window)
      }
    }
    return windows
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
