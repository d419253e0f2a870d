import Model

/// Holds the lines of one exposition against the rules of OpenMetrics 1.0 that span lines.
///
/// Source: OpenMetrics 1.0, "Metric Types" and "Overall Structure": families and their metrics are
/// not interleaved, metadata comes first and once, types limit names, labels and values.
struct OpenMetricsDocument: Sendable {
  enum MetricType: String, Sendable {
    case counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown

    /// What sample names add to the family's name.
    var suffixes: [String] {
      switch self {
      case .counter: ["_total", "_created"]
      case .gauge, .stateset, .unknown: [""]
      case .histogram: ["_bucket", "_count", "_sum", "_created"]
      case .gaugehistogram: ["_bucket", "_gcount", "_gsum"]
      case .summary: ["", "_count", "_sum", "_created"]
      case .info: ["_info"]
      }
    }
  }

  enum Metadata: Sendable {
    case help
    case type(MetricType)
    case unit(String)
  }

  /// The family being read.
  private struct Family: Sendable {
    var name: String
    var type: MetricType?
    var unit: String?
    var hasHelp = false
    var hasSamples = false
    /// The labels that all samples of the current metric share, and those of finished metrics.
    var metric: Labels?
    var metrics: Set<Labels> = []
    var seconds: Double?
    var histogram: HistogramCheck?
  }

  private var family: Family?
  /// Names that families already took, with their suffixes.
  private var taken: Set<String> = []
  /// True once `# EOF` was read.
  private(set) var isEnded = false

  /// Takes one metadata line of the family `name`, which stands at `range`.
  mutating func take(
    _ metadata: Metadata, of name: String, at range: Range<Int>
  ) throws(LineError) {
    if family?.name != name { try begin(Family(name: name), at: range) }
    guard var current = family else { return }
    if current.hasSamples {
      throw LineError(.badDocument, range, expected: "metadata before the family's samples")
    }
    let isSecond: Bool
    switch metadata {
    case .help:
      isSecond = current.hasHelp
      current.hasHelp = true
    case .type(let type):
      isSecond = current.type != nil
      current.type = type
    case .unit(let unit):
      isSecond = current.unit != nil
      current.unit = unit
    }
    if isSecond {
      throw LineError(.badDocument, range, expected: "each kind of metadata once for a family")
    }
    family = current
  }

  /// Takes one sample.
  mutating func take(_ sample: OpenMetricsSample) throws(LineError) {
    if !belongs(sample) {
      try begin(Family(name: sample.name, type: .unknown), at: sample.seriesRange)
    }
    guard var current = family else { return }
    current.hasSamples = true
    let type = current.type ?? .unknown
    let suffix = String(sample.name.dropFirst(current.name.count))
    try OpenMetricsValues.check(sample, family: current.name, type: type, suffix: suffix)
    let metric = Self.metric(of: sample, family: current.name, type: type, suffix: suffix)
    try Self.order(&current, metric, sample, type)
    if type == .histogram || type == .gaugehistogram {
      var check = current.histogram ?? HistogramCheck()
      try check.take(sample, metric: metric, suffix: suffix)
      current.histogram = check
    }
    family = current
  }

  /// Takes `# EOF`.
  mutating func end() throws(LineError) {
    isEnded = true
    try close(at: 0..<5)
  }

  /// What is wrong with a document that has no more lines.
  func finish() -> LineError? {
    isEnded ? nil : LineError(.missingEnd, 0..<0, expected: "# EOF")
  }

  private func belongs(_ sample: OpenMetricsSample) -> Bool {
    guard let family else { return false }
    return (family.type ?? .unknown).suffixes.contains { family.name + $0 == sample.name }
  }

  private mutating func begin(_ next: Family, at range: Range<Int>) throws(LineError) {
    try close(at: range)
    family = next
    if taken.contains(next.name) {
      throw LineError(.badDocument, range, expected: "a family that has not been before")
    }
  }

  /// Checks what only a complete family shows, and takes its names.
  private mutating func close(at range: Range<Int>) throws(LineError) {
    guard let done = family else { return }
    family = nil
    let type = done.type ?? .unknown
    for suffix in Set(type.suffixes + [""]).sorted()
    where !taken.insert(done.name + suffix).inserted {
      throw LineError(.badDocument, range, expected: "names that no other family uses")
    }
    if let unit = done.unit, !unit.isEmpty, type == .info || type == .stateset {
      throw LineError(.badDocument, range, expected: "no unit for a family of type \(type)")
    }
    try done.histogram?.finish(at: range)
  }

  /// The labels that name the metric a sample belongs to, without those that tell its points apart.
  private static func metric(
    of sample: OpenMetricsSample, family: String, type: MetricType, suffix: String
  ) -> Labels {
    let labels = sample.labels.removing(Labels.metricName)
    switch type {
    case .info: return .empty
    case .summary where suffix.isEmpty: return labels.removing("quantile")
    case .stateset: return labels.removing(family)
    case .histogram where suffix == "_bucket", .gaugehistogram where suffix == "_bucket":
      return labels.removing("le")
    default: return labels
    }
  }

  /// Metrics must not interleave; the times of one metric are all there or all missing, and rise.
  private static func order(
    _ family: inout Family, _ metric: Labels, _ sample: OpenMetricsSample, _ type: MetricType
  ) throws(LineError) {
    if family.metric == metric {
      if (sample.seconds == nil) != (family.seconds == nil) {
        throw LineError(
          .badDocument, sample.valueRange, expected: "timestamps on all points of a metric or none")
      }
      if let seconds = sample.seconds, let before = family.seconds, seconds < before, type != .info
      {
        throw LineError(
          .badDocument, sample.valueRange, expected: "timestamps that do not go back in a metric")
      }
    } else if !family.metrics.insert(metric).inserted {
      throw LineError(
        .badDocument, sample.seriesRange, expected: "the points of a metric next to each other")
    }
    family.metric = metric
    family.seconds = sample.seconds
  }
}
