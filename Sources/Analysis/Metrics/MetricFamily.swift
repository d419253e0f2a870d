import Incidents
import Model

/// All series of one name that belong to a service, and what a person would read from them.
struct MetricFamily {
  let name: String
  private(set) var hasBuckets = false
  private(set) var hasQuantiles = false
  /// The label that tells failures from success, with the matcher of failures.
  private(set) var failure: (label: String, matcher: String)?

  /// Labels whose values are status codes.
  private static let codeLabels: Set<String> = [
    "code", "status", "status_code", "http_status", "response_code", "http_response_status_code",
  ]
  /// Labels whose values are words.
  private static let outcomeLabels: Set<String> = ["outcome", "result", "state", "status"]

  init(name: String) { self.name = name }

  /// Takes notice of one of its series.
  mutating func note(_ labels: Labels) {
    if labels["le"] != nil, name.hasSuffix("_bucket") { hasBuckets = true }
    if labels["quantile"] != nil { hasQuantiles = true }
    guard failure == nil else { return }
    for pair in labels.pairs {
      if Self.codeLabels.contains(pair.name), pair.value.utf8.count == 3,
        Int(pair.value) != nil || pair.value.hasSuffix("xx")
      {
        failure = (pair.name, "\(pair.name)=~\"5..|5xx\"")
      } else if pair.name == "success" {
        failure = (pair.name, "success=\"false\"")
      } else if Self.outcomeLabels.contains(pair.name), Self.isOutcome(pair.value) {
        failure = (pair.name, "\(pair.name)=~\"error|errors|fail|failed|failing|failure\"")
      }
    }
  }

  private static func isOutcome(_ value: String) -> Bool {
    ["ok", "success", "error", "errors", "fail", "failed", "failing", "failure"].contains(value)
  }

  /// What is read of it.
  ///
  /// - Parameters:
  ///   - service: The service it belongs to.
  ///   - selector: Matchers that select the service's series.
  ///   - names: All names of the service.
  ///   - type: What `# TYPE` says; nil when nothing.
  ///   - window: Rates are taken over so long, `1m`.
  /// - Returns: one metric, several percentiles, traffic and failures, or nothing.
  func metrics(
    of service: String, selecting selector: [String], beside names: Set<String>, _ type: String?,
    window: String
  ) -> [ServiceMetric] {
    func select(_ metric: String, _ more: String...) -> String {
      "\(metric){\((selector + more).joined(separator: ","))}"
    }
    func metric(
      _ name: String, _ signal: Signal, _ unit: String?, _ expression: String
    ) -> ServiceMetric {
      ServiceMetric(
        service: service, name: name, signal: signal, unit: unit, expression: expression)
    }
    let window = "[\(window)]"
    if hasBuckets {
      let base = String(name.dropLast("_bucket".count))
      let rates = "sum by (le) (rate(\(select(name))\(window)))"
      return [0.5, 0.95].map {
        metric(
          "\(base) p\(Int($0 * 100))", .latency, unit(of: base),
          "histogram_quantile(\($0), \(rates))")
      }
    }
    if let base = base(name, "_sum") ?? base(name, "_count"), names.contains(base + "_bucket") {
      return name.hasSuffix("_count") && failure != nil
        ? ratio(window, select, metric) : []
    }
    if let base = base(name, "_sum"), names.contains(base + "_count") {
      let mean =
        "sum(rate(\(select(name))\(window))) / sum(rate(\(select(base + "_count"))\(window)))"
      return [metric("\(base) mean", signal(of: base), unit(of: base), mean)]
    }
    if base(name, "_created") != nil || base(name, "_info") != nil { return [] }
    if isCounter(type) { return counter(window, select, metric) }
    if hasQuantiles {
      return ["0.5", "0.95", "0.99"].map { share in
        metric(
          "\(name) p\(share.dropFirst(2))", .latency, unit(of: name),
          "avg(\(select(name, "quantile=\"\(share)\"")))")
      }
    }
    if failure != nil {
      let all = "sum(\(select(name)))"
      let failed = "(sum(\(select(name, failure?.matcher ?? ""))) or \(all) * 0)"
      return [metric("\(name) failing share", .errors, "ratio", "\(failed) / \(all)")]
    }
    return [metric(name, signal(of: name), unit(of: name), "avg(\(select(name)))")]
  }

  private func counter(
    _ window: String, _ select: (String, String...) -> String,
    _ metric: (String, Signal, String?, String) -> ServiceMetric
  ) -> [ServiceMetric] {
    if failure != nil { return ratio(window, select, metric) }
    let rate = "sum(rate(\(select(name))\(window)))"
    // Seconds spent in a second are a share of one.
    if name.hasSuffix("_seconds_total") {
      return [metric("\(name) rate", .saturation, nil, rate)]
    }
    let signal = signal(of: name)
    return [metric("\(name) rate", signal == .other ? .traffic : signal, "/s", rate)]
  }

  /// Traffic, and the share of failures in it.
  private func ratio(
    _ window: String, _ select: (String, String...) -> String,
    _ metric: (String, Signal, String?, String) -> ServiceMetric
  ) -> [ServiceMetric] {
    let all = "sum(rate(\(select(name))\(window)))"
    let failed =
      "(sum(rate(\(select(name, failure?.matcher ?? ""))\(window))) or \(all) * 0)"
    return [
      metric("\(name) rate", .traffic, "/s", all),
      metric("\(name) error ratio", .errors, "ratio", "\(failed) / \(all)"),
    ]
  }

  private func isCounter(_ type: String?) -> Bool {
    if let type, type != "unknown" { return type == "counter" }
    return name.hasSuffix("_total") || name.hasSuffix("_count")
  }

  private func base(_ name: String, _ suffix: String) -> String? {
    name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : nil
  }

  /// What a name speaks of; a length of time is not by itself a latency for a gauge of the past.
  private func signal(of name: String) -> Signal {
    Signal(metric: [Labels.metricName: name])
  }

  private func unit(of name: String) -> String? {
    for (word, unit) in [
      ("_milliseconds", "milliseconds"), ("_ms", "milliseconds"), ("_seconds", "seconds"),
      ("_bytes", "bytes"), ("_ratio", "ratio"), ("_percent", "percent"),
    ] where name.hasSuffix(word) { return unit }
    return name.contains("_seconds_") ? "seconds" : nil
  }
}
