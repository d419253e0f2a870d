/// How much of an input's bytes one line, series or batch may take; all on by default.
///
/// What goes beyond is a bad line: counted, reported once and skipped, in bounded memory.
public struct DecoderLimits: Sendable, Hashable {
  /// Bytes of one line, its end not counted.
  public var lineBytesMax = 1 << 20
  /// Labels of one series, the metric name not counted.
  public var labelsMax = 64
  /// Bytes of one metric or label name.
  public var nameBytesMax = 512
  /// Bytes of one label value.
  public var valueBytesMax = 4096
  /// Bytes of one series' whole spelling.
  public var seriesBytesMax = 16_384
  /// Fields of one Influx point, metrics of one JSON object, columns of one CSV table.
  public var fieldsMax = 4096
  /// Nesting of JSON objects and arrays.
  public var depthMax = 32
  /// Series whose running totals are kept (k6, JMeter, Vector's incremental counters).
  public var accumulatedSeriesMax = 100_000
  /// Bytes of decompressed input that one batch is made of, about.
  public var blockBytesMax = 1 << 20
  /// Lines looked at to find out the format.
  public var recognitionLinesMax = 100
  /// Earliest time of a sample, in milliseconds: the start of the year 1.
  public var timeMin: Int64 = -62_135_596_800_000
  /// Latest time of a sample, in milliseconds: the end of the year 9999.
  public var timeMax: Int64 = 253_402_300_799_999

  /// The defaults.
  public init() {}
}
