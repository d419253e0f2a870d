import Exposition
import Foundation
import Model
import Sources

/// Recorded input: read and decoded on a thread of its own, handed over in pieces.
final class Recording {
  private let pipe: DeliveryPipe
  private var delivery = Delivery()

  /// Begins to read `files`, merged by event time.
  init(_ files: [String], _ input: InputOptions) throws {
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    pipe = InputReader.replay(
      files, try input.decoder(), logs: input.logInputs, arrival: now)
  }

  /// The next piece; nil at the end.
  ///
  /// - Throws: `CommandFailure` when an input cannot be read, or with `--strict` holds a bad line.
  func next() throws -> Delivery? {
    do throws(SourceError) {
      guard try pipe.receive(into: &delivery) else { return nil }
    } catch {
      throw CommandFailure.unusable(error.diagnostic.description)
    }
    if let fatal = delivery.diagnostics.first(where: { $0.level == .error }) {
      throw CommandFailure.unusable(fatal.description)
    }
    return delivery
  }

  /// Hands every piece to `body`; reports go to standard error.
  func read(_ body: (borrowing Delivery) throws -> Void) throws {
    while let delivery = try next() {
      for diagnostic in delivery.diagnostics { StandardError.write(diagnostic.description) }
      try body(delivery)
    }
  }
}

/// What was read so far, over all inputs.
struct InputCounts {
  var bytes = 0
  var bytesTotal: Int?
  var samples = 0
  var badLines = 0

  init() {}

  /// The sum over the inputs; nil when nothing is said of them.
  init?(_ progress: [InputProgress]) {
    guard !progress.isEmpty else { return nil }
    bytes = progress.reduce(0) { $0 + $1.bytes }
    samples = progress.reduce(0) { $0 + $1.samples }
    badLines = progress.reduce(0) { $0 + $1.badLines }
    let totals = progress.compactMap(\.bytesTotal)
    bytesTotal = totals.count == progress.count ? totals.reduce(0, +) : nil
  }
}
