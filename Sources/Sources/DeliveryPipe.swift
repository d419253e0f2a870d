import Dispatch
import Synchronization

/// A short queue between threads that read and decode and the one that evaluates.
///
/// Holds what fits in so many bytes, and one delivery at least: a reader that is further ahead waits,
/// so memory stays bounded. Batches go round: what the evaluating side is done with is filled again.
///
/// The evaluating side takes nothing for as long as it evaluates many ticks at once, and then much in
/// a short time. The pipe is as long as that, so that both sides work all the while.
public final class DeliveryPipe: Sendable {
  private struct State {
    /// What was sent; those before `first` were taken.
    var waiting: [Delivery?] = []
    var first = 0
    /// Memory that what waits takes.
    var bytes = 0
    var spare: [Delivery] = []
    var senders = 0
    /// Senders that wait for room.
    var waitingSenders = 0
    var isCancelled = false
    var failure: SourceError?
    /// A task that waits in `next`.
    var waiter: CheckedContinuation<Void, Never>?

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }

    var isEmpty: Bool { first == waiting.count }

    mutating func append(_ delivery: consuming Delivery) {
      bytes += delivery.heldBytes
      waiting.append(delivery)
    }

    /// The delivery that was sent first; nil when none waits.
    mutating func popFirst() -> Delivery? {
      guard !isEmpty else { return nil }
      let delivery = waiting[first].take()
      bytes -= delivery?.heldBytes ?? 0
      first += 1
      if isEmpty || first > 64 && first > waiting.count / 2 {
        waiting.removeFirst(first)
        first = 0
      }
      return delivery
    }

    mutating func removeAll() {
      waiting.removeAll()
      first = 0
      bytes = 0
    }

    /// Senders to be woken, once no more than `bytes` wait: not for each delivery, since a thread
    /// that sleeps and wakes costs more than filling one.
    mutating func takeSenders(at bytes: Int) -> Int {
      guard self.bytes <= bytes else { return 0 }
      defer { waitingSenders = 0 }
      return waitingSenders
    }
  }

  private let state = Mutex(State())
  private let bytesMax: Int
  private let room = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  /// A pipe for `senders` threads that holds at most `bytesMax` bytes, or one larger delivery.
  public init(senders: Int = 1, bytesMax: Int = 1 << 24) {
    self.bytesMax = bytesMax
    state.withLock { $0.senders = senders }
  }

  /// Hands `delivery` over and gives back an old one to fill; false once cancelled.
  ///
  /// Waits while the pipe is full.
  public func send(_ delivery: inout Delivery) -> Bool {
    let bytes = delivery.heldBytes
    while true {
      let isFull = state.withLock { state in
        let isFull =
          !state.isCancelled && !state.isEmpty && state.bytes + bytes > bytesMax
        if isFull { state.waitingSenders += 1 }
        return isFull
      }
      guard isFull else { break }
      room.wait()
    }
    let sent = delivery
    delivery = Delivery()
    let (isOpen, spare, waiter) = state.withLock { state in
      if state.isCancelled { return (false, Delivery?.none, state.takeWaiter()) }
      state.append(sent)
      return (true, state.spare.popLast(), state.takeWaiter())
    }
    waiter?.resume()
    guard isOpen else { return false }
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
      let (next, isOver, failure, senders) = state.withLock { state in
        let next = state.popFirst()
        return (
          next, state.isCancelled || state.senders <= 0, state.failure,
          next == nil ? 0 : state.takeSenders(at: bytesMax / 2)
        )
      }
      if let next {
        for _ in 0..<senders { room.signal() }
        return next
      }
      if isOver {
        if let failure { throw failure }
        return nil
      }
      await withCheckedContinuation { continuation in
        let isNews = state.withLock { state in
          let isNews = !state.isEmpty || state.isCancelled || state.senders <= 0
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
      let (next, isOver, failure, senders) = state.withLock {
        state -> (Delivery?, Bool, SourceError?, Int) in
        if let next = state.popFirst() {
          state.spare.append(old)
          return (next, false, nil, state.takeSenders(at: bytesMax / 2))
        }
        return (nil, state.senders <= 0, state.failure, 0)
      }
      if let next {
        delivery = next
        for _ in 0..<senders { room.signal() }
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
    let (waiter, senders) = state.withLock { state in
      state.isCancelled = true
      state.removeAll()
      return (state.takeWaiter(), state.takeSenders(at: 0))
    }
    waiter?.resume()
    for _ in 0..<senders { room.signal() }
  }

  /// True once `cancel` was called.
  public var isCancelled: Bool { state.withLock { $0.isCancelled } }
}
