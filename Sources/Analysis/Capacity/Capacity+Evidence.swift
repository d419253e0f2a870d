public import Incidents
import Model

extension Capacity {
  /// Reviews the resources that the evidence of stored incidents tells of; nil where nothing is kept.
  ///
  /// A store keeps series around incidents and not beyond: peaks are those of incidents, and what was
  /// used in between is not known. Series of one service and title are joined over the incidents.
  /// - Parameters:
  ///   - evidence: The windows of each incident, its rates and shares as they were kept.
  ///   - options: How the review is made.
  public init?(evidence: [[EvidenceWindow]], options: Options = Options()) {
    let windows = evidence.flatMap(\.self)
    guard let first = windows.compactMap(\.times.first).min(),
      let last = windows.compactMap(\.times.last).max()
    else { return nil }
    self.init(
      options: options, span: Timestamp(milliseconds: first)...Timestamp(milliseconds: last),
      basis: .evidence(incidents: evidence.count { !$0.isEmpty }))
    var shares: [Key: ServiceMetric] = [:]
    var traffic: [String: ServiceMetric] = [:]
    for window in windows {
      guard let service = window.service else { continue }
      if Self.isShare(window) {
        let key = Key(service: service, name: Self.name(of: window))
        var metric =
          shares[key]
          ?? ServiceMetric(
            service: service, name: key.name, signal: .saturation, unit: "ratio",
            expression: window.expression ?? window.labels.description)
        metric.add(window)
        shares[key] = metric
      } else if window.labels.metricName?.contains("requests") == true,
        Signal(metric: window.labels) == .traffic
      {
        var metric =
          traffic[service]
          ?? ServiceMetric(
            service: service, name: window.title, signal: .traffic, unit: "/s",
            expression: window.labels.description)
        // Of several counters the one that was kept first.
        guard metric.expression == window.labels.description else { continue }
        metric.add(window)
        traffic[service] = metric
      }
    }
    for (key, metric) in shares { add(metric.sorted, traffic[key.service]?.sorted) }
    order()
  }

  private struct Key: Hashable {
    var service: String
    var name: String
  }

  /// True for a share of something that can run out, 0...1.
  private static func isShare(_ window: EvidenceWindow) -> Bool {
    var named = window.labels
    var isSaturation = Signal(metric: named) == .saturation
    if let expression = window.expression, !isSaturation {
      named[Labels.metricName] = String(
        expression.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" })
      isSaturation = Signal(metric: named) == .saturation
    }
    guard isSaturation else { return false }
    let values = window.values.filter(\.isFinite)
    guard let least = values.min(), let most = values.max() else { return false }
    return least >= 0 && most > 0 && most <= 1.05
  }

  /// What the series is called: the expression that was watched, else its metric and instance.
  private static func name(of window: EvidenceWindow) -> String {
    if let expression = window.expression { return expression }
    let name = window.labels.metricName ?? window.title
    let plain = name.split(separator: "_").joined(separator: " ")
    return window.labels["instance"].map { "\(plain) (\($0))" } ?? plain
  }
}

extension ServiceMetric {
  fileprivate mutating func add(_ window: EvidenceWindow) {
    for (time, value) in zip(window.times, window.values) where value.isFinite {
      times.append(time)
      values.append(value)
    }
  }

  /// By time; of two values of one moment, which overlapping incidents kept, the first.
  fileprivate var sorted: ServiceMetric {
    var copy = self
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    copy.times = []
    copy.values = []
    for index in order where copy.times.last != times[index] {
      copy.times.append(times[index])
      copy.values.append(values[index])
    }
    return copy
  }
}
