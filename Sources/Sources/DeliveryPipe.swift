import Dispatch
import Synchronization

/// A short queue between threads that read and decode and the one that evaluates.
///
/// Holds a few deliveries at most: a reader that is ahead waits, so memory stays bounded. Batches go
/// round: what the evaluating side is done with is filled again.
public final class DeliveryPipe: Sendable {
  private struct State {
    var waiting: [Delivery] = []
    var spare: [Delivery] = []
    var senders = 0
    var isCancelled = false
    var failure: SourceError?
    /// A task that waits in `next`.
    var waiter: CheckedContinuation<Void, Never>?

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  private let state = Mutex(State())
  private let room: DispatchSemaphore
  private let filled = DispatchSemaphore(value: 0)

  /// A pipe for `senders` threads with at most `inFlightMax` deliveries in it.
  public init(senders: Int = 1, inFlightMax: Int = 3) {
    room = DispatchSemaphore(value: 0)
    for _ in 0..<inFlightMax { room.signal() }
    state.withLock { $0.senders = senders }
  }

  /// Hands `delivery` over and gives back an old one to fill; false once cancelled.
  ///
  /// Waits while the pipe is full.
  public func send(_ delivery: inout Delivery) -> Bool {
    room.wait()
    let sent = delivery
    delivery = Delivery()
    let (isOpen, spare, waiter) = state.withLock { state in
      if state.isCancelled { return (false, Delivery?.none, state.takeWaiter()) }
      state.waiting.append(sent)
      return (true, state.spare.popLast(), state.takeWaiter())
    }
    waiter?.resume()
    guard isOpen else {
      room.signal()
      return false
    }
    if let spare { delivery = spare }
    filled.signal()
    return true
  }

  /// Says that one sender has nothing more, or that it failed.
  public func finish(_ failure: SourceError? = nil) {
    let waiter = state.withLock { state in
      state.senders -= 1
      if state.failure == nil { state.failure = failure }
      return state.takeWaiter()
    }
    waiter?.resume()
    filled.signal()
  }

  /// The next delivery, for a task that waits without holding a thread; nil when all senders are done.
  ///
  /// One task at a time; a pipe is received from either by tasks or by threads.
  /// - Throws: the `SourceError` of a sender that failed, after all that was sent before.
  public func next() async throws(SourceError) -> Delivery? {
    while true {
      let (next, isOver, failure) = state.withLock { state in
        let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        return (next, state.isCancelled || state.senders <= 0, state.failure)
      }
      if let next {
        room.signal()
        return next
      }
      if isOver {
        if let failure { throw failure }
        return nil
      }
      await withCheckedContinuation { continuation in
        let isNews = state.withLock { state in
          let isNews = !state.waiting.isEmpty || state.isCancelled || state.senders <= 0
          if !isNews { state.waiter = continuation }
          return isNews
        }
        if isNews { continuation.resume() }
      }
    }
  }

  /// What waiting for a delivery came to.
  public enum Reception: Sendable {
    /// There is a new delivery.
    case delivered
    /// All senders are done.
    case ended
    /// Nothing came in time.
    case timedOut
  }

  /// Puts the next delivery in the place of an old one; false when all senders are done.
  ///
  /// - Throws: the `SourceError` of a sender that failed, after all that was sent before.
  public func receive(into delivery: inout Delivery) throws(SourceError) -> Bool {
    try receive(into: &delivery, deadline: .distantFuture) == .delivered
  }

  /// As `receive(into:)`, but waits no longer than `milliseconds`.
  public func receive(
    into delivery: inout Delivery, waitingAtMost milliseconds: Int
  ) throws(SourceError) -> Reception {
    try receive(into: &delivery, deadline: .now() + .milliseconds(milliseconds))
  }

  private func receive(
    into delivery: inout Delivery, deadline: DispatchTime
  ) throws(SourceError) -> Reception {
    while true {
      guard filled.wait(timeout: deadline) == .success else { return .timedOut }
      let old = delivery
      let (next, isOver, failure) = state.withLock { state -> (Delivery?, Bool, SourceError?) in
        if !state.waiting.isEmpty {
          state.spare.append(old)
          return (state.waiting.removeFirst(), false, nil)
        }
        return (nil, state.senders <= 0, state.failure)
      }
      if let next {
        delivery = next
        room.signal()
        return .delivered
      }
      guard isOver else { continue }
      // Whoever asks again gets the same answer.
      filled.signal()
      if let failure { throw failure }
      return .ended
    }
  }

  /// Tells the senders to stop; what is in the pipe is dropped.
  public func cancel() {
    let waiter = state.withLock { state in
      state.isCancelled = true
      state.waiting.removeAll()
      return state.takeWaiter()
    }
    waiter?.resume()
    room.signal()
  }

  /// True once `cancel` was called.
  public var isCancelled: Bool { state.withLock { $0.isCancelled } }
}
