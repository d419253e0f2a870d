import Model

/// The pause before a message is tried again.
///
/// Exponential with jitter: between half of the pause and all of it, drawn from the message's key
/// and the try, so that a crowd of messages spreads out and the same message always waits the same.
struct Backoff: Sendable {
  var first: Milliseconds
  var longest: Milliseconds
  /// The most that a receiver may ask for.
  var askedMax: Milliseconds

  init(_ limits: NotificationLimits) {
    first = limits.firstPause
    longest = limits.longestPause
    askedMax = limits.askedPauseMax
  }

  /// Milliseconds to wait after try number `attempt`, from 1, failed; never less than the receiver
  /// `asked` for, up to a bound of its own.
  func pause(after attempt: Int, key: String, asked: Milliseconds?) -> Milliseconds {
    let doublings = min(max(0, attempt - 1), 40)
    let (grown, overflow) = first.multipliedReportingOverflow(by: 1 << Int64(doublings))
    let full = max(1, overflow ? longest : min(grown, longest))
    var hash = StableHash()
    hash.combine(key)
    hash.combine(Int64(attempt))
    let half = full / 2
    let pause = half + Milliseconds(hash.value % UInt64(full - half + 1))
    return max(pause, min(asked ?? 0, askedMax))
  }
}
