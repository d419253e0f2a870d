/// A block of decoded samples as a struct of arrays, the only form in which samples reach the engine.
///
/// Row `i` is the sample `values[i]` at `times[i]` (milliseconds) of the series whose spelling is
/// `bytes[keyStarts[i] ..< keyEnds[i]]`. The spelling is that of the Prometheus text format,
/// `name{label="value",…}`, in any label order and with any spaces that format allows; equal
/// spellings name equal series, unequal ones may too. Rows stand in input order.
///
/// A decoder fills a batch, the engine reads it, `removeAll` empties it and keeps the memory.
public struct SampleBatch: Sendable {
  /// Series spellings that the rows point into; for text input this is the input block itself, or
  /// the decoder's list of all spellings.
  public var bytes: [UInt8]
  /// True when the decoder has `bytes` too, and they are let go of where they would be emptied.
  public var sharesBytes = false
  /// First byte of each row's spelling in `bytes`.
  public var keyStarts: [UInt32]
  /// One past the last byte of each row's spelling in `bytes`.
  public var keyEnds: [UInt32]
  /// Event time of each row, in milliseconds since the epoch.
  public var times: [Int64]
  /// Value of each row; `StaleMarker.value` ends a series.
  public var values: [Double]
  /// A number for the spelling of each row, where `spellingSource` knew it before; as many as rows, or
  /// none at all.
  ///
  /// A hint that saves comparing: equal numbers of one source mean equal spellings.
  public var spellings: [UInt32]
  /// Who gave the numbers in `spellings`.
  public var spellingSource: SpellingSource?
  /// Rows that carry a native histogram instead of the float, by row number, ascending.
  public var histograms: [(row: Int, histogram: NativeHistogram)]
  /// Start timestamps (ms) of the rows that have one, by row number, ascending.
  public var startTimes: [(row: Int, time: Int64)]
  /// Changes read from the same block.
  public var changes: [ChangeEvent]
  /// What the logs behind the same block began to say.
  public var logFindings: [LogFinding]
  /// Types, units and help texts read from the same block.
  public var metadata: [MetricMetadata]

  /// An empty batch.
  public init() {
    bytes = []
    keyStarts = []
    keyEnds = []
    times = []
    values = []
    spellings = []
    histograms = []
    startTimes = []
    changes = []
    logFindings = []
    metadata = []
  }

  /// The number of a row whose spelling has none.
  public static let noSpelling = UInt32.max

  /// Number of samples.
  @inlinable
  public var count: Int { times.count }

  /// Empties the batch and keeps its memory for the next block.
  public mutating func removeAll() {
    if sharesBytes {
      bytes = []
      sharesBytes = false
    } else {
      bytes.removeAll(keepingCapacity: true)
    }
    keyStarts.removeAll(keepingCapacity: true)
    keyEnds.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    spellings.removeAll(keepingCapacity: true)
    spellingSource = nil
    histograms.removeAll(keepingCapacity: true)
    startTimes.removeAll(keepingCapacity: true)
    changes.removeAll(keepingCapacity: true)
    logFindings.removeAll(keepingCapacity: true)
    metadata.removeAll(keepingCapacity: true)
  }

  /// Adds one sample whose spelling is already in `bytes` at `key`.
  @inlinable
  public mutating func append(key: Range<Int>, time: Int64, value: Double) {
    keyStarts.append(UInt32(truncatingIfNeeded: key.lowerBound))
    keyEnds.append(UInt32(truncatingIfNeeded: key.upperBound))
    times.append(time)
    values.append(value)
  }

  /// Adds one sample of a label set, writing its spelling into `bytes`.
  ///
  /// For cold paths and tests.
  public mutating func append(labels: Labels, time: Timestamp, value: Double) {
    let start = bytes.count
    labels.appendSeriesKey(to: &bytes)
    append(key: start..<bytes.count, time: time.milliseconds, value: value)
  }
}

/// The identity of something that gives numbers to spellings.
public final class SpellingSource: Sendable {
  /// Another one.
  public init() {}
}

/// What a metric measures, as `# TYPE`, `# UNIT` and `# HELP` say.
public struct MetricMetadata: Hashable, Sendable {
  /// Metric family name.
  public var name: String
  /// `counter`, `gauge`, `histogram`, `gaugehistogram`, `summary`, `info`, `stateset` or `unknown`.
  public var type: String
  /// Base unit, such as `seconds`; empty when unknown.
  public var unit: String
  /// Help text; empty when there is none.
  public var help: String

  /// Metadata of one metric family.
  public init(name: String, type: String = "unknown", unit: String = "", help: String = "") {
    self.name = name
    self.type = type
    self.unit = unit
    self.help = help
  }
}

/// The sample that says "this series ends here".
///
/// One NaN bit pattern is set apart for it (Prometheus `value.StaleNaN`); every other NaN is a value.
public enum StaleMarker {
  /// The bits of the marker.
  public static let bitPattern: UInt64 = 0x7ff0_0000_0000_0002
  /// The marker as a sample value.
  public static let value = Double(bitPattern: bitPattern)

  /// True for the marker alone.
  @inlinable
  public static func isStale(_ value: Double) -> Bool { value.bitPattern == bitPattern }
}
