public import Model

/// When the store looks for series to forget.
///
/// Looking costs a walk over all series, and forgetting makes everything anew that knows series by
/// their numbers. Both pay only once there are about twice as many as were kept the last time.
struct ForgettingSchedule {
  /// Series at which the next look is due.
  private var nextCount: Int?
  /// Event time before which a store that is full does not look again, in ms.
  private var nextTime = Int64.min

  /// Event time between two looks of a store that is full.
  private static let retryMilliseconds: Int64 = 300_000
  /// One series in so many must be over, or forgetting does not pay.
  private static let worthwhile = 4

  func isDue(_ count: Int, at time: Int64, _ limits: StoreLimits) -> Bool {
    guard count > limits.seriesNeverForgotten else { return false }
    return count > nextCount ?? limits.seriesNeverForgotten
      || (count >= limits.series && time >= nextTime)
  }

  /// Notes a look at `count` series, `kept` of which somebody may still ask for.
  ///
  /// - Returns: whether to forget the others.
  mutating func decide(_ count: Int, kept: Int, at time: Int64) -> Bool {
    nextTime = time.addingReportingOverflow(Self.retryMilliseconds).partialValue
    let isWorthwhile = (count - kept) * Self.worthwhile >= count
    nextCount = isWorthwhile ? 2 * kept : count + count / 4
    return isWorthwhile
  }
}

extension SeriesStore {
  /// How long after its retention a series is kept, so that one that only pauses keeps its number.
  private static let graceMilliseconds: Int64 = 600_000

  /// True when enough series were added since the last look for `forgetSeries` to look again.
  public func isForgettingDue(at time: Timestamp) -> Bool {
    forgetting.isDue(seriesCount, at: time.milliseconds, limits)
  }

  /// Forgets the series whose last sample is older than anybody looks back, if they are many.
  ///
  /// Series then have other numbers. So all selections are gone too, as after `releaseSelections`, and
  /// whatever was planned over this store has to be planned again before it is used.
  /// - Parameter time: The moment that was evaluated last; nobody asks for what was before.
  /// - Returns: false when everything stayed as it was.
  /// - Complexity: O(series held).
  public func forgetSeries(at time: Timestamp) -> Bool {
    let kept = (0..<seriesCount).filter { number in
      let reach = rings.retentions[number].addingReportingOverflow(Self.graceMilliseconds)
      guard !reach.overflow else { return true }
      let (bound, overflow) = time.milliseconds.subtractingReportingOverflow(reach.partialValue)
      return overflow || rings.rings[number].lastTime >= bound
    }
    guard forgetting.decide(seriesCount, kept: kept.count, at: time.milliseconds) else {
      return false
    }
    keep(kept)
    return true
  }
}
