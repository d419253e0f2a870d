import Exposition
import Foundation
import Model
import Sources

/// Input that goes on: standard input, pipes, followed files.
final class LiveFeed {
  /// What came last.
  private(set) var delivery = Delivery()
  private let pipe: DeliveryPipe

  /// Begins to read `files` as their bytes arrive.
  init(_ files: [String], _ input: InputOptions, follows: Bool) throws {
    pipe = InputReader.live(
      files, try input.decoder(), follows: follows, clock: { wallClock() })
  }

  /// Waits for the next piece.
  func next(waitingAtMost milliseconds: Int) throws -> DeliveryPipe.Reception {
    do throws(SourceError) {
      return try pipe.receive(into: &delivery, waitingAtMost: milliseconds)
    } catch {
      throw CommandFailure.unusable(error.diagnostic.description)
    }
  }

  deinit { pipe.cancel() }
}
