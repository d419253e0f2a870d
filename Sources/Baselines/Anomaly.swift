/// An anomaly under way: when it began, what kind it is, and what the series does meanwhile.
///
/// While it lasts nothing it shows is learned as normal. Apart from that it is watched as a series
/// of its own, so that its level and scatter can become the normal ones if it never ends.
struct Anomaly: Hashable, Sendable {
  /// In-band samples that end it.
  static let quietSamples = 2
  /// Samples after which a jump is no longer a spike.
  static let spikeSamples = 3
  /// No anomaly becomes normal before this time, in milliseconds, and these samples.
  static let patience: Int64 = 86_400_000
  static let patienceSamples = 24
  /// Shortest patience; a series known for less than a day is given as long as it was known.
  static let patienceMin: Int64 = 3_600_000

  /// Time of its first sample.
  let since: Int64
  /// How long it must last to become normal, in milliseconds.
  let patience: Int64
  /// Samples so far.
  private(set) var count = 0
  private(set) var channel: Verdict.Channel
  /// What the series, less its season, does meanwhile.
  private(set) var level = Level()
  private(set) var scale = Scale()
  private(set) var steps = Scale()
  /// Probability of the most unusual sample so far; 1 while there is none.
  var rarest = 1.0
  private var quiet = 0

  /// An anomaly of a series that was known for `known` milliseconds.
  init(since: Int64, channel: Verdict.Channel, known: Double) {
    self.since = since
    self.channel = channel
    patience = Int64(min(max(known, Double(Self.patienceMin)), Double(Self.patience)))
  }

  /// Takes a sample: its value less the season, its step from recent values, whether it is out of
  /// band, and whether it repeats the one before.
  mutating func take(_ value: Double, step: Double, isOut: Bool, isRepeat: Bool) {
    count += 1
    quiet = isOut ? 0 : quiet + 1
    let residual = level.count == 0 ? value : value - level.value
    scale.update(level.count == 0 ? 0 : residual, isRepeat: isRepeat)
    level.update(residual, limit: Scale.reach * scale.value, gain: 0.02)
    steps.update(step, isRepeat: isRepeat)
    if channel == .spike, isOut, count > Self.spikeSamples { channel = .levelShift }
  }

  /// The series is back.
  var isOver: Bool { quiet >= Self.quietSamples }

  /// It has lasted so long that it is the new normal.
  func isLasting(at time: Int64) -> Bool {
    count >= Self.patienceSamples && time - since >= patience
  }
}

extension Anomaly: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(since)
    writer.write(patience)
    writer.write(count)
    writer.write(rarest)
    writer.write(quiet)
    writer.write(byte: UInt8(Verdict.Channel.allCases.firstIndex(of: channel) ?? 0))
    level.encode(into: &writer)
    scale.encode(into: &writer)
    steps.encode(into: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    since = try reader.int64()
    patience = try reader.int64()
    count = try reader.int()
    rarest = try reader.double()
    quiet = try reader.int()
    let index = Int(try reader.byte())
    guard index < Verdict.Channel.allCases.count else { throw reader.failure(.badValue) }
    channel = Verdict.Channel.allCases[index]
    level = try Level(from: &reader)
    scale = try Scale(from: &reader)
    steps = try Scale(from: &reader)
  }
}
