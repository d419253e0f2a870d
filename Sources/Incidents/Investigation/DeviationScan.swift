import Model

/// Finds when, how far and which way a series left what it was before an incident.
enum DeviationScan {
  /// From this many times the usual scatter on a value counts as out of range.
  static let strengthMin = 4.0
  /// Fewer values before the start say nothing about what is normal.
  static let beforeMin = 5
  /// A change of less than this share of the normal level never counts, however steady the level.
  static let relativeFloor = 0.05
  /// Strength is cut here: beyond it, more says nothing more.
  static let strengthMax = 1000.0

  /// How a series stood before: its level and scatter.
  struct Normal: Sendable {
    let level: Double
    let scatter: Double

    /// Nil when too little was seen before the start.
    init?(_ values: ArraySlice<Double>) {
      guard values.count >= DeviationScan.beforeMin else { return nil }
      let sorted = values.sorted()
      level = Robust.quantile(ofSorted: sorted, 0.5)
      // Heavy tails: the range that one value in twenty leaves counts beside the median deviation.
      let high = Robust.quantile(ofSorted: sorted, 0.95)
      let spread = (high - Robust.quantile(ofSorted: sorted, 0.05)) / 3.29
      let floor = DeviationScan.relativeFloor * abs(level)
      let usual = max(Robust.scatter(ofSorted: sorted, around: level), spread, floor)
      scatter = usual > 0 ? usual : 1e-9
    }

    func strength(of value: Double) -> Double {
      min(DeviationScan.strengthMax, abs(value - level) / scatter)
    }
  }

  /// The deviation of a series since the start; nil when it stayed in its range or too little is
  /// known of it.
  static func deviation(of history: MetricHistory) -> Deviation? {
    guard !history.since.isEmpty, let normal = history.normal else { return nil }
    let since = history.since
    // Most series stay in their range: nothing more is asked of them.
    guard let onset = since.firstIndex(where: { normal.strength(of: $0) >= strengthMin }) else {
      return nil
    }
    // Of values that are all too strong to say how strong, the farthest is the worst.
    func reach(_ value: Double) -> (Double, Double) {
      (normal.strength(of: value), abs(value - normal.level))
    }
    guard let value = since.max(by: { reach($0) < reach($1) }) else { return nil }
    let tail = since[onset...]
    let outside = tail.count { normal.strength(of: $0) >= strengthMin }
    let isLasting = Double(outside) >= 0.6 * Double(tail.count) && outside >= 3
    return Deviation(
      service: history.service, metric: history.metric,
      onset: Timestamp(milliseconds: history.time(at: onset)),
      strength: normal.strength(of: value),
      channel: isLasting ? "levelShift" : "spike",
      direction: value > normal.level ? .above : .below, expected: normal.level, observed: value)
  }
}
