/// The usual size of residuals: a running mean of their absolute values, each held to `reach`
/// times the present scale, in units of a normal distribution's standard deviation.
struct Scale: Hashable, Sendable {
  /// Residuals count up to this many scales.
  static let reach = 3.0
  /// Standard deviation over mean absolute deviation of a normal distribution.
  static let normal = 1.2533

  /// The scale; 0 when the series has never moved.
  private(set) var value = 0.0
  private(set) var count = 0

  /// Takes the residual of the next sample.
  mutating func update(_ residual: Double, gain: Double) {
    count += 1
    let size = Self.normal * abs(residual)
    let held = count < 10 || value == 0 ? size : min(size, Self.reach * value)
    value += max(gain, 1 / Double(count)) * (held - value)
  }

  /// Starts again at another scale, trusting it as if `count` samples had led there.
  mutating func restart(at value: Double, count: Int) {
    self.value = value
    self.count = count
  }
}

extension Scale: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(value)
    writer.write(count)
  }

  init(from reader: inout StateReader) throws(StateError) {
    value = try reader.double()
    count = try reader.int()
  }
}
