/// What is wrong with a native histogram as a sample.
public enum HistogramFault: Hashable, Sendable {
  /// The schema is neither exponential nor custom.
  case unknownSchema(Int)
  /// The spans of a side ask for another number of buckets than there are.
  case bucketCount(NativeHistogram.Side, spans: Int, buckets: Int)
  /// A span after the first lies before the end of the one before it.
  case overlappingSpans(NativeHistogram.Side)
  /// A bucket's index is outside of what any double needs.
  case indexOutOfRange(NativeHistogram.Side)
  /// A bucket, the zero bucket or the whole has fewer than 0 observations.
  case negativeCount
  /// The zero bucket has a negative width or none that is a number.
  case zeroThreshold(Double)
  /// Custom bounds do not rise strictly, or hold NaN or +Inf.
  case customBounds
  /// There are more buckets than custom bounds and +Inf.
  case tooFewBounds(bounds: Int, buckets: Int)
  /// Custom bounds come with a zero bucket or negative buckets, or with an exponential schema.
  case mixedSchemas
}

extension HistogramFault: CustomStringConvertible {
  /// What is wrong, the value, what is wanted.
  public var description: String {
    switch self {
    case .unknownSchema(let schema):
      "unknown schema \(schema), want -4 to 8, or -53 for custom bounds"
    case .bucketCount(let side, let spans, let buckets):
      "\(side) spans need \(spans) buckets, there are \(buckets)"
    case .overlappingSpans(let side): "\(side) spans overlap"
    case .indexOutOfRange(let side): "\(side) bucket index is out of range"
    case .negativeCount: "negative number of observations"
    case .zeroThreshold(let width): "width of the zero bucket is \(width), want 0 or more"
    case .customBounds: "custom bounds must be finite numbers and rise strictly"
    case .tooFewBounds(let bounds, let buckets):
      "\(bounds) custom bounds part \(bounds + 1) buckets, there are \(buckets)"
    case .mixedSchemas: "custom bounds go with schema -53 and positive buckets alone"
    }
  }
}

extension NativeHistogram {
  /// The first reason why this histogram cannot be a sample; nil when it can.
  ///
  /// That the buckets add up to `count` is not asked for: rounding and NaN observations part them.
  ///
  /// - Parameter allowsNegativeCounts: True for intermediate results of expressions.
  /// - Returns: What is wrong.
  public func validate(allowsNegativeCounts: Bool = false) -> HistogramFault? {
    guard usesCustomBounds || (Self.schemaMin...Self.schemaMax).contains(schema) else {
      return .unknownSchema(schema)
    }
    for side in Side.allCases {
      if let fault = spanFault(side) { return fault }
    }
    guard zeroThreshold >= 0 else { return .zeroThreshold(zeroThreshold) }
    if let fault = boundsFault { return fault }
    let counts = [count, zeroCount] + positiveBuckets + negativeBuckets
    if !allowsNegativeCounts, counts.contains(where: { $0 < 0 }) { return .negativeCount }
    return nil
  }

  private func spanFault(_ side: Side) -> HistogramFault? {
    let spans = side == .positive ? positiveSpans : negativeSpans
    let buckets = side == .positive ? positiveBuckets.count : negativeBuckets.count
    var (end, total) = (0, 0)
    for (place, span) in spans.enumerated() {
      if place > 0, span.offset < 0 { return .overlappingSpans(side) }
      guard Self.indexRange.contains(span.offset), span.length >= 0,
        span.length <= Self.indexRange.upperBound
      else { return .indexOutOfRange(side) }
      end += span.offset + span.length
      total += span.length
      guard Self.indexRange.contains(end) else { return .indexOutOfRange(side) }
    }
    return total == buckets ? nil : .bucketCount(side, spans: total, buckets: buckets)
  }

  private var boundsFault: HistogramFault? {
    guard usesCustomBounds else { return customBounds.isEmpty ? nil : .mixedSchemas }
    guard negativeBuckets.isEmpty, zeroCount == 0, zeroThreshold == 0 else { return .mixedSchemas }
    let rises = zip(customBounds, customBounds.dropFirst()).allSatisfy { $0 < $1 }
    let isFinite = customBounds.allSatisfy { !$0.isNaN && $0 != .infinity }
    guard rises, isFinite else { return .customBounds }
    let indices = indexedCounts(.positive).map(\.index)
    let needed = (indices.last ?? -1) + 1
    if let first = indices.first, first < 0 { return .indexOutOfRange(.positive) }
    guard needed <= customBounds.count + 1 else {
      return .tooFewBounds(bounds: customBounds.count, buckets: needed)
    }
    return nil
  }
}
