public import Model

/// A message that waits in the outbox.
public struct OutboxEntry: Hashable, Sendable {
  /// What makes the message this message.
  public var key: String
  /// The incident it is about.
  public var incident: String?
  /// The receiver's configured name.
  public var receiver: String
  /// When it was made, in event time.
  public var createdAt: Timestamp
  /// How often it was tried.
  public var attempts: Int
  /// A `Notice` as JSON.
  public var body: String

  /// A message of the outbox.
  public init(
    key: String, incident: String?, receiver: String, createdAt: Timestamp, attempts: Int = 0,
    body: String
  ) {
    self.key = key
    self.incident = incident
    self.receiver = receiver
    self.createdAt = createdAt
    self.attempts = attempts
    self.body = body
  }
}

/// Where messages wait until they are delivered; kept over restarts.
///
/// The executable answers it from the store.
public protocol OutboxStore: Sendable {
  /// The messages to `receiver` whose turn it is at `now`, the longest due first, at most `limit`.
  ///
  /// Of several that wait for one incident only the oldest has its turn, due or not, so that nobody
  /// hears of an end before the beginning.
  func due(to receiver: String, at now: Timestamp, limit: Int) async throws -> [OutboxEntry]

  /// When the next message to `receiver` is due; nil when none waits.
  func nextDue(to receiver: String) async throws -> Timestamp?

  /// The names of all receivers that messages wait for.
  func waitingReceivers() async throws -> [String]

  /// The message was delivered.
  func markDelivered(_ key: String) async throws

  /// The message is given up.
  func markRejected(_ key: String, because reason: String) async throws

  /// The message is to be tried again at `time`.
  func postpone(_ key: String, until time: Timestamp, because reason: String) async throws
}
