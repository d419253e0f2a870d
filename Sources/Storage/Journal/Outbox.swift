public import Model
import Foundation
import GRDB

/// A message to a receiver, stored before it is sent; at least once, with a key that tells repeats.
public struct OutboxMessage: Hashable, Sendable {
  /// Where in its life a message is.
  public enum State: String, Sendable, CaseIterable {
    /// To be sent, when due.
    case waiting
    /// The receiver has it.
    case delivered
    /// Given up: the receiver will not have it.
    case rejected
  }

  /// What makes the message this message; the receiver gets it as its idempotency key.
  public var key: String
  /// The incident it is about; nil when it is about none.
  public var incident: String?
  /// The receiver's configured name.
  public var receiver: String
  /// When it was made.
  public var createdAt: Timestamp
  /// When to try next.
  public var dueAt: Timestamp
  /// How often it was tried.
  public var attempts: Int
  /// Where in its life it is.
  public var state: State
  /// Why the last try failed; nil when none has.
  public var lastError: String?
  /// What to send.
  public var body: String

  /// A message that waits to be sent at once.
  public init(
    key: String, incident: String? = nil, receiver: String, createdAt: Timestamp, body: String
  ) {
    self.key = key
    self.incident = incident
    self.receiver = receiver
    self.createdAt = createdAt
    dueAt = createdAt
    attempts = 0
    state = .waiting
    self.body = body
  }
}

extension Store {
  /// Messages to send by `now`, the longest due first.
  public func dueMessages(
    at now: Timestamp, limit: Int = 100
  ) throws(StorageError) -> [OutboxMessage] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM outbox WHERE state = 'waiting' AND due_at <= ?
          ORDER BY due_at, created_at, key LIMIT ?
          """, arguments: [now.milliseconds, limit]
      ).map(message)
    }
  }

  /// Messages to `receiver` whose turn it is at `now`, the longest due first.
  ///
  /// Of several that wait for one incident only the oldest has its turn, due or not: nobody shall
  /// hear of an end before the beginning.
  public func dueMessages(
    to receiver: String, at now: Timestamp, limit: Int
  ) throws(StorageError) -> [OutboxMessage] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM outbox WHERE receiver = ? AND due_at <= ? AND \(isTurn)
          ORDER BY due_at, created_at, key LIMIT ?
          """, arguments: [receiver, now.milliseconds, limit]
      ).map(message)
    }
  }

  /// When the next message to `receiver` is due; nil when none waits.
  public func nextDue(to receiver: String) throws(StorageError) -> Timestamp? {
    try read { db in
      try Int64.fetchOne(
        db, sql: "SELECT min(due_at) FROM outbox WHERE receiver = ? AND \(isTurn)",
        arguments: [receiver]
      ).map(Timestamp.init(milliseconds:))
    }
  }

  /// How many messages wait for each receiver, and when the oldest of them was made.
  public func waitingMessages() throws(StorageError) -> [String: (count: Int, oldest: Timestamp)] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT receiver, count(*) AS count, min(created_at) AS oldest FROM outbox
          WHERE state = 'waiting' GROUP BY receiver
          """)
      return Dictionary(
        uniqueKeysWithValues: rows.map { row in
          (row["receiver"], (row["count"], Timestamp(milliseconds: row["oldest"])))
        })
    }
  }

  /// The receivers that messages wait for, sorted.
  public func waitingReceivers() throws(StorageError) -> [String] {
    try read { db in
      try String.fetchAll(
        db,
        sql: "SELECT DISTINCT receiver FROM outbox WHERE state = 'waiting' ORDER BY receiver")
    }
  }

  /// True of a message that waits, when no older one waits for its receiver and incident.
  private var isTurn: String {
    """
    state = 'waiting' AND NOT EXISTS (
      SELECT 1 FROM outbox AS older
      WHERE older.state = 'waiting' AND older.receiver = outbox.receiver
        AND older.incident IS outbox.incident
        AND (older.created_at, older.key) < (outbox.created_at, outbox.key))
    """
  }

  /// Notes the outcome of a try: delivered, rejected, or waiting until `retryAt`.
  ///
  /// A message that is no longer waiting stays as it is.
  public func finish(
    _ key: String, _ state: OutboxMessage.State, error: String? = nil, retryAt: Timestamp? = nil
  ) throws(StorageError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE outbox SET state = ?, attempts = attempts + 1, last_error = ?,
            due_at = coalesce(?, due_at)
          WHERE key = ? AND state = 'waiting'
          """, arguments: [state.rawValue, error, retryAt?.milliseconds, key])
    }
  }

  func insert(_ message: OutboxMessage, _ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO outbox
          (key, incident, receiver, created_at, due_at, attempts, state, last_error, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING
        """,
      arguments: [
        message.key, message.incident, message.receiver, message.createdAt.milliseconds,
        message.dueAt.milliseconds, message.attempts, message.state.rawValue, message.lastError,
        message.body,
      ])
    return db.changesCount > 0
  }

  private func message(_ row: Row) throws -> OutboxMessage {
    let word: String = row["state"]
    guard let state = OutboxMessage.State(rawValue: word) else {
      throw StorageError(.corrupted, path: path, "message of state \(quoted(word))")
    }
    var message = OutboxMessage(
      key: row["key"], incident: row["incident"], receiver: row["receiver"],
      createdAt: Timestamp(milliseconds: row["created_at"]), body: row["body"])
    message.dueAt = Timestamp(milliseconds: row["due_at"])
    message.attempts = row["attempts"]
    message.state = state
    message.lastError = row["last_error"]
    return message
  }
}
