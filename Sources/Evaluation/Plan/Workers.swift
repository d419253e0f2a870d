import Synchronization

/// Threads that take pieces of work from one heap until it is empty.
///
///     let workers = Workers(count: 2) { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
///
/// Evaluation has no threads of its own; who runs it may lend it some. No result depends on them: each
/// piece is worked on by one thread, and no two pieces write the same memory.
public struct Workers: Sendable {
  /// How many there are, the calling thread among them; at least 1.
  public let count: Int
  /// Series times steps from which on it pays to wake them.
  public let leastWork: Int
  private let start: @Sendable (_ count: Int, _ body: @Sendable (_ worker: Int) -> Void) -> Void

  /// The calling thread alone.
  public static let one = Workers(count: 1) { _, body in body(0) }

  /// Workers that `start` sets to work: it calls `body` with each number below `count`, at the same
  /// time where it can, and returns when all calls have.
  public init(
    count: Int, leastWork: Int = 8192,
    start: @escaping @Sendable (_ count: Int, _ body: @Sendable (_ worker: Int) -> Void) -> Void
  ) {
    precondition(count >= 1, "\(count) workers do no work")
    self.count = count
    self.leastWork = leastWork
    self.start = start
  }

  /// Calls `body` once for each number below `pieces`, and says which worker has it.
  func share(_ pieces: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) {
    let next = Atomic(0)
    start(min(count, pieces)) { worker in
      while case let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue, piece < pieces {
        body(piece, worker)
      }
    }
  }
}
