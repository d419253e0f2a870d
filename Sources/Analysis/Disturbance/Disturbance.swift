public import Model
import Statistics

/// What happens to samples on the way from where they are measured to where they are judged.
///
///     var disturbance = Disturbance(.init(drop: 0.05, delay: 30_000, seed: 7))
///     for batch in recording { engine.ingest(disturbance.pass(batch)) }
///     engine.ingest(disturbance.rest())
///
/// The fate of a sample is drawn from the seed, its series and its time, so it depends neither on how
/// the input is cut into batches nor on what else is disturbed. Changes and metadata pass as they are.
public struct Disturbance: Sendable {
  /// How much of what happens.
  public struct Settings: Hashable, Sendable {
    /// Share of samples that are lost, 0...1.
    public var drop: Double
    /// Longest time that a sample is on its way, in ms; each takes a time of its own up to this.
    public var delay: Milliseconds
    /// How far the clocks of two sources are from the true time at most, in ms, either way.
    ///
    /// A source is what the label `instance`, or else `host`, names, or else the series.
    public var skew: Milliseconds
    /// Share of samples that arrive twice, 0...1.
    public var duplicate: Double
    /// Where the random numbers start.
    public var seed: UInt64

    /// Nothing happens unless said.
    public init(
      drop: Double = 0, delay: Milliseconds = 0, skew: Milliseconds = 0, duplicate: Double = 0,
      seed: UInt64 = 1
    ) {
      self.drop = drop
      self.delay = delay
      self.skew = skew
      self.duplicate = duplicate
      self.seed = seed
    }
  }

  /// What happened to how many samples.
  public struct Counts: Hashable, Sendable {
    /// Samples that came in.
    public var samples = 0
    /// Samples that were lost.
    public var dropped = 0
    /// Samples that arrived twice.
    public var duplicated = 0
    /// Samples that arrived after one of a later time.
    public var overtaken = 0
  }

  /// What happened so far.
  public private(set) var counts = Counts()
  private let settings: Settings
  /// Samples on the way, with when they arrive and in which order they set out.
  private var held = SampleBatch()
  private var arrivals: [Int64] = []
  /// True time: that of the newest sample that set out.
  private var now = Int64.min
  /// Newest time of a sample that arrived.
  private var newestArrived = Int64.min

  /// Most samples on the way; when there are more, all of them arrive.
  static let heldMax = 2_000_000

  /// A way with these properties.
  public init(_ settings: Settings) {
    self.settings = settings
  }

  /// What arrives when `batch` sets out.
  public mutating func pass(_ batch: borrowing SampleBatch) -> SampleBatch {
    for row in 0..<batch.count { send(row, of: batch) }
    var out = arrived(by: held.count > Self.heldMax ? .max : now)
    out.changes = batch.changes
    out.logFindings = batch.logFindings
    out.metadata = batch.metadata
    return out
  }

  /// What is still on the way when the input ends.
  public mutating func rest() -> SampleBatch { arrived(by: .max) }

  private mutating func send(_ row: Int, of batch: borrowing SampleBatch) {
    let key = Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])
    let time = batch.times[row]
    now = max(now, time)
    counts.samples += 1
    var fate = SplitMix64(
      seed: SplitMix64.mixed(
        hashed(batch.bytes[key], from: settings.seed) ^ UInt64(bitPattern: time)))
    if fate.uniform() < settings.drop {
      counts.dropped += 1
      return
    }
    let copies = fate.uniform() < settings.duplicate ? 2 : 1
    counts.duplicated += copies - 1
    let shift =
      settings.skew == 0
      ? 0 : SourceClock.offset(of: batch.bytes[key], within: settings.skew, settings.seed)
    for _ in 0..<copies {
      held.append(row: row, of: batch)
      held.times[held.count - 1] = time + shift
      arrivals.append(time + Int64(fate.uniform() * Double(settings.delay)))
    }
  }

  /// Takes what has arrived by `moment` off the way, in the order of arrival, then of setting out.
  private mutating func arrived(by moment: Int64) -> SampleBatch {
    let due = arrivals.indices.filter { arrivals[$0] <= moment }
      .sorted { (arrivals[$0], $0) < (arrivals[$1], $1) }
    var out = SampleBatch()
    for row in due {
      if held.times[row] < newestArrived { counts.overtaken += 1 }
      newestArrived = max(newestArrived, held.times[row])
      out.append(row: row, of: held)
    }
    var rest = SampleBatch()
    var later: [Int64] = []
    for row in arrivals.indices where arrivals[row] > moment {
      rest.append(row: row, of: held)
      later.append(arrivals[row])
    }
    held = rest
    arrivals = later
    return out
  }
}

/// How wrong the clock of a source is.
private enum SourceClock {
  private static let labels = [Array("instance=\"".utf8), Array("host=\"".utf8)]

  /// The same for all series of a source: between -`limit` and `limit`, in ms.
  static func offset(
    of key: ArraySlice<UInt8>, within limit: Milliseconds, _ seed: UInt64
  ) -> Int64 {
    let name = labels.lazy.compactMap { value(after: $0, in: key) }.first ?? key
    let share = Double(SplitMix64.mixed(hashed(name, from: seed ^ 0x5bd1_e995)) >> 11) * 0x1p-53
    return Int64((2 * share - 1) * Double(limit))
  }

  private static func value(after label: [UInt8], in key: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard key.count > label.count else { return nil }
    for start in key.startIndex..<(key.endIndex - label.count)
    where key[start] == label[0] && key[start...].starts(with: label) {
      // The label's whole name: what stands before is no part of a name.
      guard start > key.startIndex,
        [UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: " ")]
          .contains(key[start - 1])
      else { continue }
      return key[(start + label.count)...].prefix { $0 != UInt8(ascii: "\"") }
    }
    return nil
  }
}

/// A hash of bytes that starts from a seed.
private func hashed(_ bytes: ArraySlice<UInt8>, from seed: UInt64) -> UInt64 {
  var hash = StableHash()
  hash.combine(Int64(bitPattern: seed))
  for byte in bytes { hash.combine(byte) }
  return hash.value
}
