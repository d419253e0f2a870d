import Model
import Synchronization

/// Lets one task wait for a bell or for time to pass, whichever comes first; again and again.
final class WakeUp: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Wakes who waits, or who waits next.
  func ring() {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      state.isRung = state.waiter == nil
      return state.waiter
    }
    waiter?.resume()
  }

  /// Waits until the bell rings, `pause` ms have passed or the task is cancelled.
  func wait(
    atMost pause: Milliseconds?, sleep: @escaping @Sendable (Milliseconds) async throws -> Void
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.bell() }
      if let pause { group.addTask { try? await sleep(pause) } }
      await group.next()
      group.cancelAll()
    }
  }

  private func bell() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard !state.isRung, !Task.isCancelled else {
            state.isRung = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }
  }
}
