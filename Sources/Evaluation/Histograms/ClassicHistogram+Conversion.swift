public import Model

/// The counters of a classic histogram at one moment, on their way to a histogram with custom bounds.
///
/// Source: Prometheus, util/convertnhcb; "native histograms with custom buckets" (NHCB).
public struct ClassicCounters: Sendable {
  /// Why counters do not make a histogram.
  public enum Fault: String, Error, Sendable {
    /// A bucket counts fewer observations than a lower one, or less than none.
    case fallingCounts = "falling-counts"
    /// The highest bucket and `_count` differ.
    case countMismatch = "count-mismatch"
    /// A value or a bound is NaN.
    case notANumber = "not-a-number"
  }

  private var buckets: [ClassicHistogram.Bucket] = []
  private var count: Double?
  private var sum: Double?

  /// No counters yet.
  public init() {}

  /// What a series says about a classic histogram.
  public enum Part: Sendable {
    /// `_bucket` with its bound.
    case bucket(upperBound: Double)
    /// `_count`
    case count
    /// `_sum`
    case sum
  }

  /// The histogram that a series belongs to, and its part in it.
  ///
  /// - Parameter labels: A series such as `x_bucket{le="0.5"}`.
  /// - Returns: The labels of the converted histogram, `x{}`; nil for any other series, and for a
  ///   bucket whose bound is no number.
  public static func part(of labels: Labels) -> (histogram: Labels, part: Part)? {
    guard let name = labels.metricName else { return nil }
    var base = labels
    let part: Part
    let suffix: String
    if name.hasSuffix("_bucket"), let text = labels["le"] {
      guard let bound = bound(text) else { return nil }
      (suffix, part) = ("_bucket", .bucket(upperBound: bound))
      base["le"] = nil
    } else if name.hasSuffix("_count") {
      (suffix, part) = ("_count", .count)
    } else if name.hasSuffix("_sum") {
      (suffix, part) = ("_sum", .sum)
    } else {
      return nil
    }
    base[Labels.metricName] = String(name.dropLast(suffix.utf8.count))
    return (base, part)
  }

  /// The number in a label `le`: `0.5`, `1e3`, `+Inf`; nil when there is none.
  public static func bound(_ text: String) -> Double? {
    switch text.lowercased() {
    case "+inf", "inf", "+infinity", "infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default:
      // A point needs digits on both sides here, elsewhere it does not.
      let sign = text.hasPrefix("-") ? "-" : ""
      let digits = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
      guard let first = digits.first, first == "." || ("0"..."9").contains(first) else {
        return nil
      }
      return Double(sign + (first == "." ? "0" + digits : digits))
    }
  }

  /// Sets one counter; a bucket that is set twice keeps the later value.
  public mutating func set(_ part: Part, to value: Double) {
    switch part {
    case .count: count = value
    case .sum: sum = value
    case .bucket(let bound):
      if let place = buckets.firstIndex(where: { $0.upperBound == bound }) {
        buckets[place].count = value
      } else {
        buckets.append(ClassicHistogram.Bucket(upperBound: bound, count: value))
      }
    }
  }

  /// The histogram with custom bounds that the counters describe.
  ///
  /// Without `_count` the highest bucket counts all; without a bucket for +Inf `_count` stands in for
  /// it; without `_sum` the sum is 0.
  ///
  /// - Returns: A histogram of `NativeHistogram.customSchema`.
  /// - Throws: `Fault`.
  public func histogram() throws(Fault) -> NativeHistogram {
    var rising = buckets.sorted { $0.upperBound < $1.upperBound }
    let total = count ?? rising.last?.count ?? 0
    if rising.last?.upperBound != .infinity {
      rising.append(ClassicHistogram.Bucket(upperBound: .infinity, count: total))
    }
    var histogram = NativeHistogram()
    histogram.schema = NativeHistogram.customSchema
    histogram.count = total
    histogram.sum = sum ?? 0
    histogram.customBounds = rising.dropLast().map(\.upperBound)
    var before = 0.0
    var counts: [NativeHistogram.IndexedCount] = []
    for (index, bucket) in rising.enumerated() {
      guard !bucket.count.isNaN, !bucket.upperBound.isNaN else { throw .notANumber }
      guard bucket.count >= before else { throw .fallingCounts }
      counts.append(.init(index: index, count: bucket.count - before))
      before = bucket.count
    }
    guard before == total else { throw .countMismatch }
    histogram.setCounts(counts, .positive)
    return histogram.compacted(gapMax: 2)
  }
}
