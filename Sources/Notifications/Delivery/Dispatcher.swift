public import Logging
public import Model
import Foundation
import Synchronization

/// Delivers what waits in the outbox: at least once, in order for each incident, until it is
/// cancelled.
///
/// Every receiver has a lane of its own, so a slow one never holds up another. A lane asks the store
/// what is due, tries, and writes down the outcome; what fails is due again after a pause. After a
/// crash between delivery and that note a message is delivered once more, with the same key.
public final class Dispatcher: Sendable {
  /// The clock and how to wait by it; tests pass their own.
  public struct Time: Sendable {
    /// The present moment.
    public var now: @Sendable () -> Timestamp
    /// Waits for so many ms; throws when the task is cancelled.
    public var sleep: @Sendable (Milliseconds) async throws -> Void

    /// A clock with its way to wait.
    public init(
      now: @escaping @Sendable () -> Timestamp,
      sleep: @escaping @Sendable (Milliseconds) async throws -> Void = {
        try await Task.sleep(for: .milliseconds($0))
      }
    ) {
      self.now = now
      self.sleep = sleep
    }
  }

  let store: any OutboxStore
  let time: Time
  let limits: NotificationLimits
  let backoff: Backoff
  let logger: Logger
  private let receivers: [String: any Receiver]
  private let templates: [String: MessageTemplates]
  private let lanes: [String: WakeUp]
  private let tally: DispatchTally
  private let onUndelivered: @Sendable (UndeliveredMessage) -> Void
  private let state = Mutex(State())
  private let retirement = WakeUp()

  private struct State {
    var isRetired = false
    /// Keys that were delivered and could not be written down as such yet.
    var delivered: Set<String> = []
  }

  /// A dispatcher to `receivers`, by name.
  ///
  /// - Parameters:
  ///   - receivers: who can be told, with the words of each.
  ///   - store: where messages wait.
  ///   - time: the clock and how to wait by it.
  ///   - limits: how often and how many at a time.
  ///   - logger: is told of tries that failed.
  ///   - tally: counts what becomes of messages.
  ///   - onUndelivered: called once for each message that is given up.
  public init(
    _ receivers: [(name: String, receiver: any Receiver, templates: MessageTemplates)],
    store: any OutboxStore, time: Time, limits: NotificationLimits = NotificationLimits(),
    logger: Logger, tally: DispatchTally = DispatchTally(),
    onUndelivered: @escaping @Sendable (UndeliveredMessage) -> Void = { _ in }
  ) {
    self.store = store
    self.time = time
    self.limits = limits
    backoff = Backoff(limits)
    self.logger = logger
    self.tally = tally
    self.onUndelivered = onUndelivered
    self.receivers = Dictionary(receivers.map { ($0.name, $0.receiver) }) { first, _ in first }
    templates = Dictionary(receivers.map { ($0.name, $0.templates) }) { first, _ in first }
    lanes = self.receivers.mapValues { _ in WakeUp() }
  }

  /// Says that new messages were stored.
  public func wake() {
    for lane in lanes.values { lane.ring() }
  }

  /// How each receiver has fared, by name.
  public var receiverCounts: [String: DispatchCounts] { tally.byReceiver }

  /// Has `run` end once what is being tried has its answer; another dispatcher goes on from there.
  public func retire() {
    state.withLock { $0.isRetired = true }
    retirement.ring()
    wake()
  }

  private var isOver: Bool { Task.isCancelled || state.withLock { $0.isRetired } }

  /// Delivers until the task is cancelled, or the dispatcher is retired.
  public func run() async {
    await rejectOrphans()
    await withDiscardingTaskGroup { group in
      for (name, receiver) in receivers.sorted(by: { $0.key < $1.key }) {
        guard let wakeUp = lanes[name] else { continue }
        group.addTask { await self.runLane(name, receiver, wakeUp) }
      }
      // Without a receiver there is nothing to do, and still the program goes on.
      group.addTask { await self.retirement.wait(atMost: nil, sleep: self.time.sleep) }
    }
  }

  /// Messages to receivers that the configuration no longer has.
  private func rejectOrphans() async {
    do {
      for name in try await store.waitingReceivers() where receivers[name] == nil {
        let reason = "no receiver \(quoted(name)) is configured any more"
        while true {
          let entries = try await store.due(to: name, at: Timestamp(milliseconds: .max), limit: 100)
          if entries.isEmpty { break }
          for entry in entries { try await giveUp(entry, because: reason) }
        }
      }
    } catch {
      logger.error("outbox cannot be read", metadata: ["reason": "\(error)"])
    }
  }

  // MARK: Lanes

  private func runLane(_ name: String, _ receiver: any Receiver, _ wakeUp: WakeUp) async {
    while !isOver {
      do {
        if try await deliverDue(to: name, receiver) == 0 {
          let pause = try await store.nextDue(to: name).map { max(1, $0 - time.now()) }
          await wakeUp.wait(atMost: pause.map { min($0, Self.lookAgain) }, sleep: time.sleep)
        }
      } catch {
        // The store is busy, full or gone: nothing is lost, it is asked again.
        logger.error(
          "outbox cannot be used", metadata: ["receiver": "\(name)", "reason": "\(error)"])
        await wakeUp.wait(atMost: Self.lookAgain, sleep: time.sleep)
      }
    }
  }

  /// Longest time until a lane that waits looks at the store and the clock again, in ms.
  private static let lookAgain: Milliseconds = 30_000

  /// Tries what is due, several at a time.
  ///
  /// - Returns: how many messages were tried.
  private func deliverDue(to name: String, _ receiver: any Receiver) async throws -> Int {
    let entries = try await store.due(
      to: name, at: time.now(), limit: limits.deliveriesPerReceiverMax)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for entry in entries {
        group.addTask { try await self.deliver(entry, receiver) }
      }
      try await group.waitForAll()
    }
    return entries.count
  }

  private func deliver(_ entry: OutboxEntry, _ receiver: any Receiver) async throws {
    if state.withLock({ $0.delivered.contains(entry.key) }) {
      // The store had no room to say so; nobody is told twice for that.
      return try await record(.delivered, of: entry)
    }
    guard let notice = Notice(json: entry.body) else {
      return try await giveUp(entry, because: "the stored message cannot be read")
    }
    let words = templates[entry.receiver] ?? MessageTemplates()
    let delivery = Delivery(
      key: entry.key, receiver: entry.receiver, notice: notice,
      message: words.message(for: notice, limit: limits.messageBytesMax), now: time.now())
    let answer = await receiver.deliver(delivery)
    // A try that was cut short by the shutdown says nothing about the receiver.
    if Task.isCancelled, answer != .delivered { return }
    try await record(answer, of: entry)
  }

  private func record(_ answer: DeliveryAnswer, of entry: OutboxEntry) async throws {
    switch answer {
    case .delivered:
      state.withLock { _ = $0.delivered.insert(entry.key) }
      try await store.markDelivered(entry.key)
      state.withLock { _ = $0.delivered.remove(entry.key) }
      count(entry.receiver) {
        $0.delivered += 1
        $0.lastError = nil
      }
    case .rejected(let reason): try await giveUp(entry, because: reason)
    case .retry(let asked, let reason):
      let attempt = entry.attempts + 1
      guard attempt < limits.triesMax else {
        return try await giveUp(entry, because: "given up after \(attempt) tries: \(reason)")
      }
      let pause = backoff.pause(after: attempt, key: entry.key, asked: asked)
      try await store.postpone(entry.key, until: time.now() + pause, because: reason)
      count(entry.receiver) {
        $0.retried += 1
        $0.lastError = reason
      }
      logger.warning(
        "notification put off",
        metadata: [
          "receiver": "\(entry.receiver)", "key": "\(entry.key)", "try": "\(attempt)",
          "pause_ms": "\(pause)", "reason": "\(reason)",
        ])
    }
  }

  private func giveUp(_ entry: OutboxEntry, because reason: String) async throws {
    try await store.markRejected(entry.key, because: reason)
    count(entry.receiver) {
      $0.rejected += 1
      $0.lastError = reason
    }
    logger.error(
      "notification given up",
      metadata: [
        "receiver": "\(entry.receiver)", "incident": "\(entry.incident ?? "")",
        "key": "\(entry.key)", "reason": "\(reason)",
      ])
    onUndelivered(UndeliveredMessage(entry: entry, reason: reason))
  }

  private func count(_ receiver: String, _ change: (inout DispatchCounts) -> Void) {
    tally.count(receiver, change)
  }
}
