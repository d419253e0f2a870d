import Exposition
public import Model

/// What reading hands over at a time: samples, reports and how far it got.
public struct Delivery: Sendable {
  /// Samples and changes, in the order they are to be taken in.
  public var batch = SampleBatch()
  /// Reports on the inputs, since the last delivery.
  public var diagnostics: [Diagnostic] = []
  /// How far each input was read.
  public var progress: [InputProgress] = []

  /// Nothing.
  public init() {}

  /// About how much memory waits with it, in bytes.
  var heldBytes: Int {
    let rowBytes = 28
    return 256 + batch.count * rowBytes + (batch.sharesBytes ? 0 : batch.bytes.count)
  }
}

/// How far one input was read.
public struct InputProgress: Sendable, Hashable {
  /// The path as the user gave it.
  public var path: String
  /// Bytes read, as they are in the file.
  public var bytes = 0
  /// Bytes in all; nil for a pipe.
  public var bytesTotal: Int?
  /// Lines read.
  public var lines = 0
  /// Samples read.
  public var samples = 0
  /// Lines refused.
  public var badLines = 0
  /// Where to go on after a restart; nil for what cannot be read again.
  public var position: FilePosition?

  /// The beginning of an input.
  public init(path: String, bytesTotal: Int? = nil) {
    self.path = path
    self.bytesTotal = bytesTotal
  }

  /// Takes over what the decoder counted.
  mutating func update(_ counts: DecoderCounts) {
    bytes = counts.bytes
    lines = counts.lines
    samples = counts.samples
    badLines = counts.badLinesTotal
  }
}
