public import Logging
public import Model
import Synchronization

/// How an alert sender has fared.
public struct AlertSenderCounts: Hashable, Sendable {
  /// Alerts that the Alertmanager took.
  public var delivered = 0
  /// Alerts that were dropped, the oldest first, because the queue was full.
  public var dropped = 0
  /// Alerts whose sending failed; a later repeat takes their place.
  public var failed = 0
  /// Alerts that wait.
  public var waiting = 0

  /// Nothing happened yet.
  public init() {}
}

/// Sends alerts to one Alertmanager from a bounded queue, so that evaluation never waits for it.
///
/// What fails is not tried again: the forwarder repeats every alert anyway, with newer content.
public final class AlertSender: Sendable {
  private struct Queue {
    var waiting: [AlertPayload] = []
    var counts = AlertSenderCounts()
  }

  private let target: HTTPTarget
  private let limits: NotificationLimits
  private let logger: Logger
  private let queue = Mutex(Queue())
  private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// A sender to the Alertmanager of a receiver.
  public init(
    _ configuration: AlertmanagerConfiguration, over transport: HTTPTransport,
    secrets: @escaping SecretReader, limits: NotificationLimits = NotificationLimits(),
    logger: Logger
  ) {
    target = HTTPTarget(configuration.endpoint, transport, secrets)
    self.limits = limits
    self.logger = logger
  }

  /// Puts alerts into the queue; returns at once.
  public func offer(_ payloads: [AlertPayload]) {
    guard !payloads.isEmpty else { return }
    queue.withLock { queue in
      queue.waiting += payloads
      let surplus = queue.waiting.count - limits.forwardedAlertsMax
      if surplus > 0 {
        queue.waiting.removeFirst(surplus)
        queue.counts.dropped += surplus
      }
    }
    wakeUps.continuation.yield()
  }

  /// How it has fared so far.
  public var counts: AlertSenderCounts {
    queue.withLock { queue in
      var counts = queue.counts
      counts.waiting = queue.waiting.count
      return counts
    }
  }

  /// Has `run` end once what waits was tried.
  public func finish() { wakeUps.continuation.finish() }

  /// Sends what comes until the task is cancelled, or the sender was finished.
  public func run() async {
    for await _ in wakeUps.stream {
      while !Task.isCancelled, let batch = nextBatch() { await send(batch) }
      if Task.isCancelled { return }
    }
  }

  private func nextBatch() -> [AlertPayload]? {
    queue.withLock { queue in
      guard !queue.waiting.isEmpty else { return nil }
      let batch = Array(queue.waiting.prefix(limits.alertsPerPostMax))
      queue.waiting.removeFirst(batch.count)
      return batch
    }
  }

  private func send(_ batch: [AlertPayload]) async {
    let post = HTTPPost(path: "/api/v2/alerts", body: AlertPayload.body(batch))
    switch await target.send(post) {
    case .delivered:
      queue.withLock { $0.counts.delivered += batch.count }
    case .retry(_, let reason), .rejected(let reason):
      queue.withLock { $0.counts.failed += batch.count }
      logger.warning(
        "alerts not delivered", metadata: ["count": "\(batch.count)", "reason": "\(reason)"])
    }
  }
}
