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
