import API
import Synchronization

/// Hands what happens to everybody who listens.
///
/// A listener that is slow loses the oldest events it did not take, never anybody's time.
final class EventHub: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<LiveEvent>.Continuation] = [:]
    var next = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let listenersMax: Int
  private static let waitingMax = 256

  init(listenersMax: Int = 64) {
    self.listenersMax = listenersMax
  }

  /// What happens from now on; ends at once when there are too many listeners already.
  func listen() -> AsyncStream<LiveEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: LiveEvent.self, bufferingPolicy: .bufferingNewest(Self.waitingMax))
    let number = state.withLock { state -> Int? in
      guard !state.isOver, state.listeners.count < listenersMax else { return nil }
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.listeners[number] = nil }
    }
    return stream
  }

  /// Tells all listeners; an event without a kind only keeps connections alive.
  func tell(_ event: LiveEvent) {
    for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(event) }
  }

  /// Ends all streams.
  func finish() {
    let listeners = state.withLock { state in
      defer { state.listeners.removeAll() }
      state.isOver = true
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }
}
