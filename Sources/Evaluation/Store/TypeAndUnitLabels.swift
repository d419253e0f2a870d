import Model

extension Labels {
  /// The label that says what a metric is, such as `counter`.
  static let metricType = "__type__"
  /// The label that says in what a metric is measured, such as `seconds`.
  static let metricUnit = "__unit__"
}

/// Type and unit of a metric as two of its labels, as Prometheus has it under `type-and-unit-labels`
/// (its proposal PROM-39).
extension SeriesStore {
  /// The endings that a family of a type gives to the names of its samples, beside its own name.
  private static let endings: [String: Set<String>] = [
    "counter": ["_total", "_created"],
    "histogram": ["_bucket", "_count", "_sum", "_created"],
    "gaugehistogram": ["_bucket", "_gcount", "_gsum"],
    "summary": ["_count", "_sum", "_created"],
    "info": ["_info"],
  ]

  /// `labels` with what is known of the metric's type and unit, in place of what they say themselves.
  ///
  /// What is known by the time a series is first seen counts: formats say it before the samples.
  func labelled(_ labels: Labels) -> Labels {
    let known = labels.metricName.flatMap { family(ofSample: $0) }
    var result = labels.filter { $0 != Labels.metricType && $0 != Labels.metricUnit }
    guard let known else { return result }
    if known.type != "unknown" { result[Labels.metricType] = known.type }
    if !known.unit.isEmpty { result[Labels.metricUnit] = known.unit }
    return result
  }

  private func family(ofSample name: String) -> MetricMetadata? {
    if let family = metadata[name] { return family }
    guard let mark = name.lastIndex(of: "_"), let family = metadata[String(name[..<mark])],
      Self.endings[family.type]?.contains(String(name[mark...])) == true
    else { return nil }
    return family
  }
}
