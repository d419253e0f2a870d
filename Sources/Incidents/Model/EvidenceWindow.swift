public import Model

/// A stretch of one series kept with an incident, so that its report can be made again at any time.
///
/// Columns are parallel: `values[i]`, and each optional column's element `i`, belong to `times[i]`.
/// A NaN is a gap. Invariant: every column that is there has the length of `times`.
public struct EvidenceWindow: Hashable, Sendable, Codable, Identifiable {
  /// The series; with the metric's name where it has one.
  public var labels: Labels
  /// What a chart is headed with: "Error rate of checkout".
  public var title: String
  /// `ratio`, `seconds`, `bytes`, `requests/s`, …; nil when unknown.
  public var unit: String?
  /// The service it belongs to; nil when unknown.
  public var service: String?
  /// Event times in milliseconds, ascending.
  public var times: [Int64]
  /// The values.
  public var values: [Double]
  /// What was expected.
  public var expected: [Double]?
  /// Lower end of the normal band.
  public var lower: [Double]?
  /// Upper end of the normal band.
  public var upper: [Double]?
  /// The bound that an alert watches.
  public var threshold: Double?
  /// What a rule must watch to see this series, as PromQL; nil when it is the series as it is.
  public var expression: String?
  /// Whether any rule watches the metric; nil when unknown.
  public var isWatched: Bool?

  /// A window of a series without band or bound.
  public init(
    labels: Labels, title: String, unit: String? = nil, service: String? = nil, times: [Int64],
    values: [Double]
  ) {
    precondition(times.count == values.count, "\(times.count) times, \(values.count) values")
    self.labels = labels
    self.title = title
    self.unit = unit
    self.service = service
    self.times = times
    self.values = values
  }

  /// Hash of labels and title: the key of the window within its incident.
  public var id: String {
    var hash = StableHash()
    hash.combine(Int64(bitPattern: labels.stableHash))
    hash.combine(title)
    return hash.hexadecimal
  }
}
