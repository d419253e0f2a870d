public import Exposition

/// Bounds on one pushed message; all on by default.
public struct WireLimits: Sendable, Hashable {
  /// Bounds on the labels and times of a series: the same as of text.
  public var text = DecoderLimits()
  /// Series of one remote write message.
  public var seriesMax = 500_000
  /// Encoded bytes of one series of remote write: some 50 000 samples.
  public var seriesMessageBytesMax = 1 << 20
  /// Symbols of one remote write 2.0 message.
  public var symbolsMax = 1_000_000
  /// Messages inside one OTLP message: resources, metrics, data points, attributes and so on.
  public var messagesMax = 2_000_000
  /// Buckets of one histogram.
  public var bucketsMax = 10_000
  /// Bytes of the spellings of all series together: symbols and resources spell out to much more
  /// than what is sent.
  public var spelledBytesMax = 256 << 20
  /// Bytes of a help text; a longer one is left out.
  public var helpBytesMax = 4096
  /// Refusals that are told in words; the others are counted.
  public var refusalsToldMax = 5

  /// The defaults.
  public init() {}
}
