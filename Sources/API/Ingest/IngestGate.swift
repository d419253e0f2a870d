import Synchronization

/// Counts the pushes that wait for the engine, and turns away what would be too many.
///
/// A sender that is turned away keeps its samples and comes again: nothing is lost, and the memory of
/// waiting bodies stays bounded.
final class IngestGate: Sendable {
  private let waiting = Mutex(0)
  private let waitingMax: Int

  init(waitingMax: Int) {
    self.waitingMax = waitingMax
  }

  /// Runs `body`, unless too many others are running.
  func admit<Result: Sendable>(
    _ body: () async throws -> Result
  ) async throws -> Result {
    let isAdmitted = waiting.withLock { count in
      guard count < waitingMax else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw APIError(.tooMany, "\(waitingMax) pushes are waiting already; try again")
    }
    defer { waiting.withLock { $0 -= 1 } }
    return try await body()
  }
}
