public import Exposition
public import Model

/// One bounded input, decoded: batch after batch in the order of its lines.
///
/// Belongs to the thread that reads it.
public final class FileInput {
  /// How far it was read.
  public private(set) var progress: InputProgress
  private var source: ByteSource
  private let decoder: any BlockDecoder
  private let blockBytes: Int
  private let arrival: Timestamp
  private var isAtEnd = false

  /// Opens `path`; `-` is standard input.
  ///
  /// - Parameters:
  ///   - path: A file, a pipe or `-`.
  ///   - options: How to decode; its `file` is replaced by the path.
  ///   - arrival: Time of samples that carry none.
  ///   - blockBytes: Bytes read at a time. The samples do not depend on it.
  /// - Throws: `SourceError` when it cannot be opened.
  public convenience init(
    path: String, _ options: DecoderOptions, arrival: Timestamp, blockBytes: Int = 1 << 18
  ) throws(SourceError) {
    try self.init(path: path, .samples(options), arrival: arrival, blockBytes: blockBytes)
  }

  /// Opens `path`, whatever it holds.
  init(
    path: String, _ content: InputContent, arrival: Timestamp, blockBytes: Int
  ) throws(SourceError) {
    source = try ByteSource(path: path)
    decoder = content.decoder(for: path)
    progress = InputProgress(path: path, bytesTotal: source.size)
    self.blockBytes = blockBytes
    self.arrival = arrival
  }

  /// Replaces `batch` by the next one, and adds what there is to report; false at the end.
  ///
  /// - Throws: `SourceError` when the system fails to read.
  public func next(
    into batch: inout SampleBatch, _ diagnostics: inout [Diagnostic]
  ) throws(SourceError) -> Bool {
    while true {
      let isFilled = decoder.next(into: &batch)
      diagnostics += decoder.takeDiagnostics()
      if isFilled || isAtEnd || decoder.hasFailed {
        decoder.update(&progress)
        return isFilled
      }
      if let block = try source.read(upTo: blockBytes, into: decoder.takeSpareBlock()) {
        decoder.feed(block, arrival: arrival)
      } else {
        isAtEnd = true
        decoder.finish()
      }
    }
  }

  /// True when the input was given up because of an error that was reported.
  public var hasFailed: Bool { decoder.hasFailed }
}
