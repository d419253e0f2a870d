import Model

@testable import Notifications

/// An outbox in memory that keeps the contract of `OutboxStore`, and can be waited for.
actor MemoryOutbox: OutboxStore {
  struct Row: Sendable {
    var entry: OutboxEntry
    var dueAt: Timestamp
    var state = "waiting"
    var reason: String?
    /// When it was put off to, each time.
    var postponed: [Timestamp] = []
  }

  struct Broken: Error {}

  private(set) var rows: [Row] = []
  /// So many times `markDelivered` fails, as when the program dies right before it.
  private var deliveredFailures = 0
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(_ entries: [OutboxEntry] = []) {
    for entry in entries { rows.append(Row(entry: entry, dueAt: entry.createdAt)) }
  }

  func add(_ entry: OutboxEntry) {
    guard !rows.contains(where: { $0.entry.key == entry.key }) else { return }
    rows.append(Row(entry: entry, dueAt: entry.createdAt))
  }

  func failNextDelivered() { deliveredFailures += 1 }

  func row(_ key: String) -> Row? { rows.first { $0.entry.key == key } }

  /// Returns when nothing waits any more.
  func settled() async {
    while rows.contains(where: { $0.state == "waiting" }) {
      await withCheckedContinuation { waiters.append($0) }
    }
  }

  private func changed() {
    for waiter in waiters { waiter.resume() }
    waiters = []
  }

  private func isHead(_ row: Row) -> Bool {
    !rows.contains {
      $0.state == "waiting" && $0.entry.receiver == row.entry.receiver
        && $0.entry.incident == row.entry.incident
        && ($0.entry.createdAt, $0.entry.key) < (row.entry.createdAt, row.entry.key)
    }
  }

  func due(to receiver: String, at now: Timestamp, limit: Int) -> [OutboxEntry] {
    rows.filter { $0.state == "waiting" && $0.entry.receiver == receiver && $0.dueAt <= now }
      .filter(isHead).sorted { $0.dueAt < $1.dueAt }.prefix(limit).map(\.entry)
  }

  func nextDue(to receiver: String) -> Timestamp? {
    rows.filter { $0.state == "waiting" && $0.entry.receiver == receiver }.filter(isHead)
      .map(\.dueAt).min()
  }

  func waitingReceivers() -> [String] {
    Array(Set(rows.filter { $0.state == "waiting" }.map(\.entry.receiver))).sorted()
  }

  func markDelivered(_ key: String) throws {
    if deliveredFailures > 0 {
      deliveredFailures -= 1
      throw Broken()
    }
    change(key) { $0.state = "delivered" }
  }

  func markRejected(_ key: String, because reason: String) {
    change(key) {
      $0.state = "rejected"
      $0.reason = reason
    }
  }

  func postpone(_ key: String, until time: Timestamp, because reason: String) {
    change(key) {
      $0.dueAt = time
      $0.reason = reason
      $0.entry.attempts += 1
      $0.postponed.append(time)
    }
  }

  private func change(_ key: String, _ body: (inout Row) -> Void) {
    guard let index = rows.firstIndex(where: { $0.entry.key == key }) else { return }
    body(&rows[index])
    changed()
  }
}
