import API

extension LiveEngine {
  /// Takes nothing any more, so that the state can be saved as it is.
  ///
  /// A call of an actor runs to its end: whoever holds finds the engine between two ticks.
  func hold() { phase = .held }

  /// Goes on after `hold`.
  func release() {
    phase = .running
    wakeWaiting()
  }

  /// Lets those who wait go: the engine is with another process.
  func leave() {
    phase = .left
    wakeWaiting()
  }

  /// True when the engine is with another process.
  var hasLeft: Bool { phase == .left }

  /// Keeps a conversation open until the process ends.
  func keepUntilTheEnd(_ conversation: Conversation) { lastWords = conversation }

  /// Refuses what a client can bring again.
  func checkIsHere() throws(BackendUnavailable) {
    guard phase == .running else { throw BackendUnavailable() }
  }

  /// Waits while the engine is held; for inputs, which do not come again by themselves.
  ///
  /// - Throws: `CancellationError` when the engine is with another process.
  func waitUntilHere() async throws {
    while phase == .held { await withCheckedContinuation { waiting.append($0) } }
    if phase == .left { throw CancellationError() }
  }

  private func wakeWaiting() {
    let waiters = waiting
    waiting = []
    for waiter in waiters { waiter.resume() }
  }
}

/// Whose the engine is.
enum EnginePhase {
  /// It runs. Next: `held`.
  case running
  /// It stands still while another process reads its state. Next: `running` or `left`.
  case held
  /// It is with another process.
  case left
}
