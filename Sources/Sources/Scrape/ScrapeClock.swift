import Dispatch
import Foundation
public import Model

/// What a scraper knows of time.
public protocol ScrapeClock: Sendable {
  /// The time now.
  func now() -> Timestamp
  /// Nanoseconds since some moment, never going back.
  func uptimeNanoseconds() -> UInt64
  /// Returns once it is `time`.
  ///
  /// - Throws: `CancellationError` when the task is cancelled before.
  func sleep(until time: Timestamp) async throws
}

/// The clocks of the machine.
public struct SystemScrapeClock: ScrapeClock {
  /// The machine's clocks.
  public init() {}

  /// The wall clock.
  public func now() -> Timestamp {
    Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  /// The time since the machine started.
  public func uptimeNanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Sleeps until the wall clock shows `time`; one that is set back costs one turn at most.
  public func sleep(until time: Timestamp) async throws {
    try await Task.sleep(for: .milliseconds(max(0, time.milliseconds - now().milliseconds)))
  }
}
