import Model

/// The functions of range vectors, each written straight from its definition over all samples of a
/// window: what the incremental operators are held against.
struct NaiveWindow {
  var times: [Int64]
  var values: [Double]
  var start: Int64
  var end: Int64
  var now: Int64

  /// The samples of `(end - length, end]` that are no stale markers.
  init(_ samples: [(time: Int64, value: Double)], now: Int64, offset: Int64, length: Int64) {
    self.now = now
    end = now - offset
    start = end - length
    let (start, end) = (start, end)
    let inside = samples.filter {
      $0.time > start && $0.time <= end && !StaleMarker.isStale($0.value)
    }
    times = inside.map(\.time)
    values = inside.map(\.value)
  }

  static let functions = [
    "rate", "increase", "delta", "irate", "idelta", "resets", "changes", "sum_over_time",
    "avg_over_time", "stdvar_over_time", "count_over_time", "present_over_time", "last_over_time",
    "first_over_time", "max_over_time", "min_over_time", "deriv", "predict_linear",
  ]

  /// The largest finite number that goes into a result: rounding errors are measured by it.
  var scale: Double { values.filter(\.isFinite).map(\.magnitude).max() ?? 0 }

  func evaluate(_ name: String) -> Double? {
    guard let first = values.first, let last = values.last else { return nil }
    let count = Double(values.count)
    switch name {
    case "count_over_time": return count
    case "present_over_time": return 1
    case "last_over_time": return last
    case "first_over_time": return first
    case "max_over_time": return values.filter { !$0.isNaN }.max() ?? .nan
    case "min_over_time": return values.filter { !$0.isNaN }.min() ?? .nan
    case "sum_over_time": return Self.exactSum(values)
    case "avg_over_time": return Self.exactSum(values) / count
    case "stdvar_over_time":
      let mean = Self.exactSum(values) / count
      return Self.exactSum(values.map { ($0 - mean) * ($0 - mean) }) / count
    case "resets": return Double(pairs.count { $0.1 < $0.0 })
    case "changes": return Double(pairs.count { $0.0 != $0.1 && !($0.0.isNaN && $0.1.isNaN) })
    case "irate", "idelta": return lastTwo(isRate: name == "irate")
    case "deriv", "predict_linear": return trend(isPrediction: name == "predict_linear")
    default: return extrapolated(name)
    }
  }

  private var pairs: [(Double, Double)] { Array(zip(values, values.dropFirst())) }

  private func lastTwo(isRate: Bool) -> Double? {
    guard let (a, b) = pairs.last else { return nil }
    if !isRate { return b - a }
    return (b < a ? b : b - a) / (Double(times[times.count - 1] - times[times.count - 2]) / 1000)
  }

  private func extrapolated(_ name: String) -> Double? {
    guard values.count >= 2, let first = values.first, let last = values.last else { return nil }
    let isCounter = name != "delta"
    var parts = [last - first]
    if isCounter { parts += pairs.filter { $0.1 < $0.0 }.map(\.0) }
    let difference = Self.exactSum(parts)
    let sampled = Double(times[times.count - 1] - times[0]) / 1000
    let interval = sampled / Double(values.count - 1)
    var before = Double(times[0] - start) / 1000
    var after = Double(end - times[times.count - 1]) / 1000
    if before >= interval * 1.1 { before = interval / 2 }
    if after >= interval * 1.1 { after = interval / 2 }
    if isCounter, difference > 0, first >= 0 {
      before = min(before, sampled * (first / difference))
    }
    let whole = difference * ((sampled + before + after) / sampled)
    return name == "rate" ? whole / (Double(end - start) / 1000) : whole
  }

  private func trend(isPrediction: Bool) -> Double? {
    guard values.count >= 2 else { return nil }
    guard values.allSatisfy(\.isFinite) else { return .nan }
    let count = Double(values.count)
    let seconds = times.map { Double($0 - times[0]) / 1000 }
    let meanX = Self.exactSum(seconds) / count
    let meanY = Self.exactSum(values) / count
    let covariance = Self.exactSum(zip(seconds, values).map { ($0 - meanX) * ($1 - meanY) })
    let spread = Self.exactSum(seconds.map { ($0 - meanX) * ($0 - meanX) })
    let slope = covariance / spread
    guard isPrediction else { return slope }
    return meanY + slope * (Double(now - times[0]) / 1000 - meanX + 60)
  }

  /// The sum, rounded once: the parts that do not overlap are kept apart until the end.
  ///
  /// Source: J. Shewchuk, "Adaptive Precision Floating-Point Arithmetic" (1997).
  static func exactSum(_ values: [Double]) -> Double {
    guard values.allSatisfy(\.isFinite) else { return values.reduce(0, +) }
    var parts: [Double] = []
    for value in values {
      var rest = value
      var kept: [Double] = []
      for part in parts {
        let (big, small) = rest.magnitude < part.magnitude ? (part, rest) : (rest, part)
        let sum = big + small
        let lost = small - (sum - big)
        if lost != 0 { kept.append(lost) }
        rest = sum
      }
      parts = kept + [rest]
    }
    return parts.reversed().reduce(0, +)
  }
}
