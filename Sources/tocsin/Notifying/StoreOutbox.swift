import Model
import Notifications
import Storage

/// The outbox of a store, as the dispatcher sees it.
struct StoreOutbox: OutboxStore {
  let store: Store

  func due(to receiver: String, at now: Timestamp, limit: Int) throws -> [OutboxEntry] {
    try store.dueMessages(to: receiver, at: now, limit: limit).map {
      OutboxEntry(
        key: $0.key, incident: $0.incident, receiver: $0.receiver, createdAt: $0.createdAt,
        attempts: $0.attempts, body: $0.body)
    }
  }

  func nextDue(to receiver: String) throws -> Timestamp? { try store.nextDue(to: receiver) }

  func waitingReceivers() throws -> [String] { try store.waitingReceivers() }

  func markDelivered(_ key: String) throws { try store.finish(key, .delivered) }

  func markRejected(_ key: String, because reason: String) throws {
    try store.finish(key, .rejected, error: reason)
  }

  func postpone(_ key: String, until time: Timestamp, because reason: String) throws {
    try store.finish(key, .waiting, error: reason, retryAt: time)
  }
}

extension OutboxMessage {
  /// A planned message, due at once: event time may be ahead of the clock that deliveries go by.
  init(_ planned: PlannedNotification, now: Timestamp) {
    self.init(
      key: planned.key, incident: planned.incident, receiver: planned.receiver,
      createdAt: planned.time, body: planned.body)
    dueAt = min(planned.time, now)
  }
}
