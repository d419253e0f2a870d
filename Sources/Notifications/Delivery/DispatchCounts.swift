import Synchronization

/// How deliveries have fared by receiver; goes from one dispatcher to the next.
public final class DispatchTally: Sendable {
  private let counts = Mutex<[String: DispatchCounts]>([:])

  /// Nothing was tried yet.
  public init() {}

  /// The counts of each receiver that something was tried for, by name.
  public var byReceiver: [String: DispatchCounts] { counts.withLock { $0 } }

  func count(_ receiver: String, _ change: (inout DispatchCounts) -> Void) {
    counts.withLock { change(&$0[receiver, default: DispatchCounts()]) }
  }
}

/// How the deliveries to one receiver have fared since the start.
public struct DispatchCounts: Hashable, Sendable {
  /// Messages that the receiver has.
  public var delivered = 0
  /// Tries that failed and were put off.
  public var retried = 0
  /// Messages that the receiver refused or that were given up.
  public var rejected = 0
  /// Why the last try failed; nil since one worked.
  public var lastError: String?

  /// Nothing was tried yet.
  public init() {}
}

/// A message that nobody will get, and why: for the log, the page and the incident's timeline.
public struct UndeliveredMessage: Hashable, Sendable {
  /// The message.
  public var entry: OutboxEntry
  /// What the receiver said, or what was wrong.
  public var reason: String
}
