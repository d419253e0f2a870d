import Exposition
public import Logs
import Model

/// Turns the blocks of one input into batches, whatever it holds: samples or the lines of a log.
///
/// Called once a block, never once a sample.
protocol BlockDecoder: AnyObject {
  /// Takes the next bytes; `next` must have returned false since the last call.
  func feed(_ block: consuming [UInt8], arrival: Timestamp)
  /// The memory of a block that is done with, empty; for the next one.
  func takeSpareBlock() -> [UInt8]
  /// Says what time it is, to inputs that are being written.
  func advance(to now: Timestamp)
  /// Says that no more bytes come.
  func finish()
  /// Replaces `batch` by the next one; false when more input is needed.
  func next(into batch: inout SampleBatch) -> Bool
  /// The reports since the last call.
  func takeDiagnostics() -> [Diagnostic]
  /// True when the input cannot be used.
  var hasFailed: Bool { get }
  /// Bytes that were read but not given out.
  var unfinishedBytes: Int { get }
  /// Takes over what was counted.
  func update(_ progress: inout InputProgress)
}

/// What an input holds.
enum InputContent: Sendable {
  /// Samples in one of the formats.
  case samples(DecoderOptions)
  /// The lines of a log.
  case log(LogOptions)

  /// A decoder of what `path` holds.
  func decoder(for path: String) -> any BlockDecoder {
    let name = path == "-" ? "<stdin>" : path
    switch self {
    case .samples(var options):
      options.file = name
      return SampleBlocks(options)
    case .log(var options):
      options.file = name
      return LogBlocks(options)
    }
  }
}

/// A log that is read beside the metrics.
public struct LogInput: Sendable {
  /// A file, a pipe or `-`.
  public var path: String
  /// How it is read; its `file` is replaced by the path.
  public var options: LogOptions

  /// The log in `path`.
  public init(path: String, options: LogOptions = LogOptions()) {
    self.path = path
    self.options = options
  }
}

private final class SampleBlocks: BlockDecoder {
  private var decoder: SampleDecoder

  init(_ options: DecoderOptions) { decoder = SampleDecoder(options) }

  func feed(_ block: consuming [UInt8], arrival: Timestamp) {
    decoder.feed(block, arrival: arrival)
  }
  func takeSpareBlock() -> [UInt8] { decoder.takeSpareBlock() }
  func advance(to now: Timestamp) {}
  func finish() { decoder.finish() }
  func next(into batch: inout SampleBatch) -> Bool { decoder.next(into: &batch) }
  func takeDiagnostics() -> [Diagnostic] { decoder.takeDiagnostics() }
  var hasFailed: Bool { decoder.hasFailed }
  var unfinishedBytes: Int { decoder.unfinishedBytes }
  func update(_ progress: inout InputProgress) { progress.update(decoder.counts) }
}

private final class LogBlocks: BlockDecoder {
  private var decoder: LogDecoder

  init(_ options: LogOptions) { decoder = LogDecoder(options) }

  func feed(_ block: consuming [UInt8], arrival: Timestamp) {
    decoder.feed(block, arrival: arrival)
  }
  func takeSpareBlock() -> [UInt8] { [] }
  func advance(to now: Timestamp) { decoder.advance(to: now) }
  func finish() { decoder.finish() }
  func next(into batch: inout SampleBatch) -> Bool { decoder.next(into: &batch) }
  func takeDiagnostics() -> [Diagnostic] { decoder.takeDiagnostics() }
  var hasFailed: Bool { false }
  var unfinishedBytes: Int { decoder.unfinishedBytes }
  func update(_ progress: inout InputProgress) {
    let counts = decoder.counts
    progress.bytes = counts.bytes
    progress.lines = counts.lines
    progress.samples = counts.samples
    progress.badLines = counts.brokenLines
  }
}
