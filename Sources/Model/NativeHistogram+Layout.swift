extension NativeHistogram {
  /// The buckets above or below the zero bucket.
  public enum Side: Sendable, CaseIterable {
    /// Buckets of positive observations; with custom bounds all buckets.
    case positive
    /// Buckets of negative observations.
    case negative
  }

  /// A bucket by its index: the form in which buckets are merged.
  public struct IndexedCount: Hashable, Sendable {
    /// Index in the histogram's schema.
    public var index: Int
    /// Number of observations.
    public var count: Double

    /// The bucket `index` with `count` observations.
    public init(index: Int, count: Double) {
      self.index = index
      self.count = count
    }
  }

  /// Indices that a bucket can have; doubles need far fewer (±2^18 in the finest schema).
  public static let indexRange = -(1 << 31)...(1 << 31)

  /// The explicit buckets of one side, by rising index.
  ///
  /// The list of a broken histogram (see `validate`) ends where it stops making sense.
  ///
  /// - Parameter side: Which buckets.
  /// - Returns: One entry for each explicit bucket, empty ones included.
  public func indexedCounts(_ side: Side) -> [IndexedCount] {
    let spans = side == .positive ? positiveSpans : negativeSpans
    let counts = side == .positive ? positiveBuckets : negativeBuckets
    var result: [IndexedCount] = []
    result.reserveCapacity(counts.count)
    var index = 0
    for (place, span) in spans.enumerated() {
      guard place == 0 || span.offset >= 0, Self.indexRange.contains(span.offset) else { break }
      index += span.offset
      guard Self.indexRange.contains(index), span.length <= Self.indexRange.upperBound else {
        break
      }
      for _ in 0..<max(0, min(span.length, counts.count - result.count)) {
        result.append(IndexedCount(index: index, count: counts[result.count]))
        index += 1
      }
    }
    return result
  }

  /// Replaces the explicit buckets of one side.
  ///
  /// - Parameters:
  ///   - counts: Buckets by strictly rising index.
  ///   - side: Which buckets.
  public mutating func setCounts(_ counts: [IndexedCount], _ side: Side) {
    var spans: [Span] = []
    var end = 0
    for (place, bucket) in counts.enumerated() {
      precondition(
        place == 0 || counts[place - 1].index < bucket.index,
        "bucket \(bucket.index) does not rise")
      if place > 0, bucket.index == end {
        spans[spans.count - 1].length += 1
      } else {
        spans.append(Span(offset: bucket.index - end, length: 1))
      }
      end = bucket.index + 1
    }
    switch side {
    case .positive: (positiveSpans, positiveBuckets) = (spans, counts.map(\.count))
    case .negative: (negativeSpans, negativeBuckets) = (spans, counts.map(\.count))
    }
  }

  /// The same observations in the tightest layout.
  ///
  /// - Parameter gapMax: Up to so many empty buckets between two populated ones are kept explicit;
  ///   more of them part two spans.
  /// - Returns: The histogram without other empty buckets.
  public func compacted(gapMax: Int = 0) -> NativeHistogram {
    var copy = self
    for side in Side.allCases {
      let populated = indexedCounts(side).filter { $0.count != 0 }
      var kept: [IndexedCount] = []
      kept.reserveCapacity(populated.count)
      for bucket in populated {
        if let last = kept.last, bucket.index - last.index - 1 <= gapMax {
          for index in (last.index + 1)..<bucket.index {
            kept.append(IndexedCount(index: index, count: 0))
          }
        }
        kept.append(bucket)
      }
      copy.setCounts(kept, side)
    }
    return copy
  }

  /// The same observations in a coarser exponential schema.
  ///
  /// - Parameter target: In `schemaMin...schema`.
  /// - Returns: The histogram with buckets merged; this one when it has custom bounds.
  public func reduced(toSchema target: Int) -> NativeHistogram {
    guard !usesCustomBounds, target < schema else { return self }
    precondition(target >= Self.schemaMin, "schema \(target) is no exponential schema")
    var copy = self
    copy.schema = target
    let shift = schema - target
    for side in Side.allCases {
      var merged: [IndexedCount] = []
      for bucket in indexedCounts(side) {
        let index = ((bucket.index - 1) >> shift) + 1
        if merged.last?.index == index {
          merged[merged.count - 1].count += bucket.count
        } else {
          merged.append(IndexedCount(index: index, count: bucket.count))
        }
      }
      copy.setCounts(merged, side)
    }
    return copy
  }

  /// The same observations on a subset of the custom bounds.
  ///
  /// - Parameter target: Strictly rising, each of them one of `customBounds`.
  /// - Returns: The histogram with buckets merged and the empty ones left out.
  public func rebinned(toBounds target: [Double]) -> NativeHistogram {
    precondition(usesCustomBounds, "schema \(schema) has no custom bounds")
    var copy = self
    var merged: [IndexedCount] = []
    var place = 0
    for bucket in indexedCounts(.positive) where bucket.count != 0 {
      let bound = upperBound(index: bucket.index)
      while place < target.count, target[place] < bound { place += 1 }
      if merged.last?.index == place {
        merged[merged.count - 1].count += bucket.count
      } else {
        merged.append(IndexedCount(index: place, count: bucket.count))
      }
    }
    copy.customBounds = target
    copy.setCounts(merged.filter { $0.count != 0 }, .positive)
    return copy
  }
}
