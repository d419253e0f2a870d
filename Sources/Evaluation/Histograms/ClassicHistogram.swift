/// A histogram made of counters: each counts the observations up to its bound.
public struct ClassicHistogram: Sendable {
  /// One counter.
  public struct Bucket: Hashable, Sendable {
    /// The value of its label `le`.
    public var upperBound: Double
    /// Observations up to `upperBound`, those of all lower buckets included.
    public var count: Double

    /// The counter of `le="upperBound"`.
    public init(upperBound: Double, count: Double) {
      self.upperBound = upperBound
      self.count = count
    }
  }

  /// The quantile of a classic histogram and what was done to get it.
  public struct Quantile: Sendable {
    /// The estimate.
    public var value: Double
    /// Set when counts fell with a rising bound and were lifted.
    public var forced: ForcedMonotonicity?
    /// True when counts that differed by rounding were made equal.
    public var ignoredSmallDeltas = false

    init(_ value: Double) {
      self.value = value
    }
  }

  /// Counts that differ by less, relative to their sum, differ by rounding alone.
  static let smallDelta = 1e-12

  /// By rising bound, each bound once.
  private var buckets: [Bucket]

  /// The histogram of `buckets` in any order; counters with equal bounds are added up.
  public init(_ buckets: [Bucket]) {
    self.buckets = []
    self.buckets.reserveCapacity(buckets.count)
    for bucket in buckets.sorted(by: { $0.upperBound < $1.upperBound }) {
      if let last = self.buckets.last, last.upperBound == bucket.upperBound {
        self.buckets[self.buckets.count - 1].count += bucket.count
      } else {
        self.buckets.append(bucket)
      }
    }
  }

  /// The φ-quantile, as `histogram_quantile` estimates it: linear inside a bucket.
  ///
  /// The first bucket begins at 0, or is a single point when it ends at 0 or below. In the last one
  /// the answer is the bound before it.
  ///
  /// - Parameter φ: Below 0 gives -Inf, above 1 +Inf, NaN gives NaN.
  /// - Returns: NaN without a bucket for +Inf, without a second bucket, and without observations.
  public func quantile(_ φ: Double) -> Quantile {
    if φ.isNaN { return Quantile(.nan) }
    if φ < 0 { return Quantile(-.infinity) }
    if φ > 1 { return Quantile(.infinity) }
    guard let highest = buckets.last, highest.upperBound == .infinity else { return Quantile(.nan) }
    var result = Quantile(.nan)
    let rising = monotonic(&result)
    let last = rising.count - 1
    guard last > 0, rising[last].count != 0 else { return Quantile(.nan) }
    let rank = φ * rising[last].count
    let place = rising[..<last].firstIndex { $0.count >= rank } ?? last
    if place == last {
      result.value = rising[last - 1].upperBound
    } else if place == 0, rising[0].upperBound <= 0 {
      result.value = rising[0].upperBound
    } else {
      let before = place > 0 ? rising[place - 1] : Bucket(upperBound: 0, count: 0)
      let bucket = rising[place]
      result.value =
        before.upperBound + (bucket.upperBound - before.upperBound)
        * ((rank - before.count) / (bucket.count - before.count))
    }
    return result
  }

  /// The share of observations between two values, as `histogram_fraction` estimates it.
  ///
  /// A bucket without a lower or upper end has no inside: a value in the first has all of it below, a
  /// value in the last all of it above. The first begins at 0 when it ends above 0.
  ///
  /// - Parameters:
  ///   - lower: -Inf for all observations below `upper`.
  ///   - upper: +Inf for all observations above `lower`.
  /// - Returns: NaN without a bucket for +Inf, without observations, and for NaN bounds; 0 unless
  ///   `lower < upper`.
  public func fraction(from lower: Double, to upper: Double) -> Double {
    guard let highest = buckets.last, highest.upperBound == .infinity else { return .nan }
    if highest.count == 0 || lower.isNaN || upper.isNaN { return .nan }
    if lower >= upper { return 0 }
    return (rank(of: upper, highest.count) - rank(of: lower, highest.count)) / highest.count
  }

  private func rank(of value: Double, _ total: Double) -> Double {
    var before = Bucket(upperBound: buckets[0].upperBound > 0 ? 0 : -.infinity, count: 0)
    for bucket in buckets {
      if before.upperBound >= value { return min(before.count, total) }
      if bucket.upperBound > value {
        guard before.upperBound > -.infinity else { return min(bucket.count, total) }
        let share = (value - before.upperBound) / (bucket.upperBound - before.upperBound)
        return min(before.count + (bucket.count - before.count) * share, total)
      }
      before = bucket
    }
    return total
  }

  /// The buckets without falls: rounding is evened out, a real fall is lifted and remembered.
  private func monotonic(_ result: inout Quantile) -> [Bucket] {
    var rising = buckets
    for place in rising.indices.dropFirst() {
      let before = rising[place - 1].count
      let count = rising[place].count
      if count == before { continue }
      if isAlmostEqual(before, count, tolerance: Self.smallDelta) {
        rising[place].count = before
        result.ignoredSmallDeltas = true
      } else if count < before {
        let bound = rising[place].upperBound
        rising[place].count = before
        let earlier = result.forced
        result.forced = ForcedMonotonicity(
          lowestBound: earlier?.lowestBound ?? bound, highestBound: bound,
          differenceMax: max(earlier?.differenceMax ?? 0, before - count))
      }
    }
    return rising
  }
}
