import Hummingbird
import Synchronization

/// Lets in what changes something, or turns it away while the engine changes hands.
///
/// Who is turned away comes again and loses nothing; who is inside may finish.
final class Intake: Sendable {
  private struct State {
    var isOpen = true
    var inside = 0
    var waiters: [CheckedContinuation<Void, Never>] = []

    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
      defer { waiters = [] }
      return waiters
    }
  }

  private let state = Mutex(State())

  /// Runs `body`.
  ///
  /// - Throws: `unavailable` while closed, and what `body` throws.
  func admit<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    let isIn = state.withLock { state in
      if state.isOpen { state.inside += 1 }
      return state.isOpen
    }
    guard isIn else { throw APIError.changingHands }
    defer { leave() }
    return try await body()
  }

  private func leave() {
    let waiters = state.withLock { state in
      state.inside -= 1
      return state.inside == 0 ? state.takeWaiters() : []
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Lets nobody in any more.
  func close() { state.withLock { $0.isOpen = false } }

  /// Lets everybody in again.
  func open() { state.withLock { $0.isOpen = true } }

  /// Waits until nobody is inside.
  func drained() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if state.inside > 0 { state.waiters.append(continuation) }
        return state.inside == 0
      }
      if isEmpty { continuation.resume() }
    }
  }

  /// Lets waiters for an empty house go, empty or not.
  func stopWaiting() {
    for waiter in state.withLock({ $0.takeWaiters() }) { waiter.resume() }
  }
}

/// The intake as part of a route.
struct AdmitChanges: RouterMiddleware {
  let intake: Intake

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    try await intake.admit { try await next(request, context) }
  }
}

/// Thrown by a backend that takes nothing at present; the client is told to come again.
public struct BackendUnavailable: Error {
  /// Nothing is taken at present.
  public init() {}
}

extension APIError {
  /// The engine is with no process right now.
  static let changingHands = APIError(
    .unavailable, "the engine goes over to another process; try again")
}
