/// The usual size of residuals, as the standard deviation of a normal distribution would have it.
///
/// A running mean of absolute values, each held to `reach` times the present scale: a burst moves it
/// by a few percent, a lasting change of scatter carries it along. Held so tightly, the scale of a
/// count that is zero nine times in ten would sink to nothing, as its median deviation does; it is
/// therefore never taken for less than a part of the slower mean of residuals held ten times wider
/// (the remedy of Iglewicz and Hoaglin, 1993, for a median deviation of zero).
struct Scale: Hashable, Sendable {
  /// Residuals count up to this many scales.
  static let reach = 3.0
  /// Share of a new residual, once past the first samples.
  static let gain = 0.01
  /// Standard deviation over mean absolute deviation of a normal distribution.
  static let normal = 1.2533

  /// Reach and gain of the wide mean, and the part of it that the scale is at least.
  static let wideReach = 30.0
  static let wideGain = 0.002
  static let widePart = 0.25

  private var tight = 0.0
  private var wide = 0.0
  /// Residuals taken.
  private(set) var count = 0

  /// Takes the residual of the next sample.
  mutating func update(_ residual: Double) {
    count += 1
    let size = Self.normal * abs(residual)
    let isSeed = count <= Level.seedCount || value == 0
    let share = 1 / Double(count)
    tight += max(Self.gain, share) * ((isSeed ? size : min(size, Self.reach * value)) - tight)
    wide += max(Self.wideGain, share) * ((isSeed ? size : min(size, Self.wideReach * wide)) - wide)
  }

  /// The scale, in the unit of the series; 0 when it has never moved.
  var value: Double { max(tight, Self.widePart * wide) }

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
    writer.write(count)
  }

  init(from reader: inout StateReader) throws(StateError) {
    tight = try reader.double()
    wide = try reader.double()
    count = try reader.int()
  }
}
