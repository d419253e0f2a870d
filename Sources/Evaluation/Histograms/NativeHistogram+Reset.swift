public import Model

extension NativeHistogram {
  /// True when the counter behind this sample restarted after `previous`.
  ///
  /// The hint decides where it can. Else it is a reset when any count fell, when a populated bucket is
  /// gone, or when the layout changed in a way that only a restart explains: a finer schema, a
  /// narrower zero bucket, one that ends inside a populated bucket of `previous`, exponential
  /// buckets where there were custom bounds or the other way round. Differing custom bounds are
  /// compared on those in common. The sum may fall, it is no counter.
  ///
  /// - Parameter previous: The sample before.
  /// - Returns: True for a reset.
  public func isReset(since previous: NativeHistogram) -> Bool {
    if counterResetHint == .reset { return true }
    if counterResetHint == .notReset { return false }
    if count < previous.count || usesCustomBounds != previous.usesCustomBounds { return true }
    if usesCustomBounds, customBounds != previous.customBounds {
      return hasFallen(sinceOtherBounds: previous)
    }
    if schema > previous.schema || zeroThreshold < previous.zeroThreshold { return true }
    let widened = previous.zeroCount(wideningTo: zeroThreshold)
    if widened.threshold != zeroThreshold || zeroCount < widened.count { return true }
    let coarse = previous.reduced(toSchema: schema)
    return Side.allCases.contains { side in
      Self.hasFallen(indexedCounts(side), since: coarse.outsideZeroBucket(side, zeroThreshold))
    }
  }

  /// What the hint would be if this sample came from a database that stores runs without resets.
  ///
  /// Prometheus keeps no hint but `gauge` as it was written: it says `notReset` inside a run and
  /// `unknown` where one begins, which is at a reset, at a change of the layout's kind, and at the
  /// first sample.
  ///
  /// - Parameter previous: The sample before; nil when there is none, or when it was a float.
  /// - Returns: The hint of this sample when it is read.
  public func storedHint(after previous: NativeHistogram?) -> CounterResetHint {
    if counterResetHint == .gauge { return .gauge }
    guard let previous, previous.counterResetHint != .gauge, counterResetHint != .reset else {
      return .unknown
    }
    guard schema == previous.schema, zeroThreshold == previous.zeroThreshold,
      customBounds == previous.customBounds
    else { return .unknown }
    var unhinted = self
    unhinted.counterResetHint = .unknown
    return unhinted.isReset(since: previous) ? .unknown : .notReset
  }

  private func outsideZeroBucket(_ side: Side, _ threshold: Double) -> [IndexedCount] {
    let all = indexedCounts(side)
    if usesCustomBounds || threshold == 0 { return all }
    return Array(all.drop { upperBound(index: $0.index) <= threshold })
  }

  private static func hasFallen(_ current: [IndexedCount], since previous: [IndexedCount]) -> Bool {
    var place = 0
    for before in previous {
      while place < current.count, current[place].index < before.index { place += 1 }
      if place < current.count, current[place].index == before.index {
        if current[place].count < before.count { return true }
      } else if before.count != 0 {
        return true
      }
    }
    return false
  }

  private func hasFallen(sinceOtherBounds previous: NativeHistogram) -> Bool {
    var (now, before) = (self, previous)
    // Both have custom bounds, which always reconcile.
    _ = try? now.reconcile(with: &before)
    var counts: [Int: Double] = [:]
    for bucket in now.indexedCounts(.positive) { counts[bucket.index] = bucket.count }
    return before.indexedCounts(.positive).contains { (counts[$0.index] ?? 0) < $0.count }
  }
}
