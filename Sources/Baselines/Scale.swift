/// The usual size of residuals, as the standard deviation of a normal distribution would have it.
///
/// The median absolute deviation, tracked by stochastic approximation: half the residuals are
/// larger. A burst moves it by a percent for each sample, whatever its size, so a series of many
/// bursts is measured by what lies between them. Where values repeat the median says nothing: that
/// of a count that is zero nine times in ten is zero. Then the mean absolute deviation takes its
/// place (Iglewicz and Hoaglin, 1993), by and by as the share of repeated values goes to a half.
struct Scale: Hashable, Sendable {
  /// Residuals further out than this many scales are held to it where they are averaged.
  static let reach = 3.0
  /// Relative step of the median, once past the first samples.
  static let gain = 0.01
  /// Standard deviation over mean and over median absolute deviation of a normal distribution.
  static let normal = 1.2533
  static let normalMedian = 1.4826

  /// Reach and gain of the mean.
  static let wideReach = 30.0
  static let wideGain = 0.002
  /// Part of the mean that the scale is at least, without repeated values.
  static let widePart = 0.25
  /// Part of the mean below which the median does not sink, so that it finds its way back.
  static let tightPart = 0.02
  /// Share of a sample in the share of repeated values, and the share that makes the mean count in
  /// full.
  static let repeatGain = 0.005
  static let repeatFull = 0.5

  private var tight = 0.0
  private var wide = 0.0
  private var repeats = 0.0
  /// Residuals taken.
  private(set) var count = 0

  /// Takes the residual of the next sample, and whether its value repeats the one before.
  mutating func update(_ residual: Double, isRepeat: Bool) {
    count += 1
    let size = Self.normal * abs(residual)
    let isSeed = count <= Level.seedCount || tight == 0
    let share = 1 / Double(count)
    if isSeed {
      tight += max(Self.gain, share) * (size - tight)
    } else {
      let isLarger = Self.normalMedian * abs(residual) > tight
      tight *= 1 + max(Self.gain, 2 * share) * (isLarger ? 1 : -1)
    }
    wide += max(Self.wideGain, share) * ((isSeed ? size : min(size, Self.wideReach * wide)) - wide)
    tight = max(tight, Self.tightPart * wide)
    repeats += max(Self.repeatGain, share) * ((isRepeat ? 1 : 0) - repeats)
  }

  /// The scale, in the unit of the series; 0 when it has never moved.
  var value: Double {
    max(tight, max(Self.widePart, min(1, repeats / Self.repeatFull)) * wide)
  }

  /// Starts again at another scale, trusting it as if `count` samples had led there.
  mutating func restart(at value: Double, count: Int) {
    (tight, wide) = (value, value)
    self.count = count
  }
}

extension Scale: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(tight)
    writer.write(wide)
    writer.write(repeats)
    writer.write(count)
  }

  init(from reader: inout StateReader) throws(StateError) {
    tight = try reader.double()
    wide = try reader.double()
    repeats = try reader.double()
    count = try reader.int()
  }
}
