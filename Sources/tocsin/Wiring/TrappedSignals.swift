import ServiceLifecycle
import UnixSignals

/// The signals that a live run acts on, trapped before it touches anything: one that comes while the
/// state is still being read is kept until the run can act on it.
struct TrappedSignals: Sendable {
  /// SIGTERM and SIGINT.
  let stop: UnixSignalsSequence
  /// SIGHUP.
  let reload: UnixSignalsSequence

  /// Traps them from now on.
  static func trap() async -> TrappedSignals {
    TrappedSignals(
      stop: await UnixSignalsSequence(trapping: .sigterm, .sigint),
      reload: await UnixSignalsSequence(trapping: .sighup))
  }
}

/// Ends, and with it the run, at the first signal to stop.
struct StopService: Service {
  let signals: UnixSignalsSequence

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in signals { return }
    }
  }
}
