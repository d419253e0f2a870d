/// A robust running mean: exponential smoothing of residuals held to a number of scales.
///
/// Huber's psi inside exponential smoothing after Gelper, Fried and Croux, "Robust forecasting with
/// exponential and Holt-Winters smoothing", 2010.
struct Level: Hashable, Sendable {
  /// Samples at the start that count in full, whatever their size.
  static let seedCount = 10

  /// The running mean, in the unit of the series.
  private(set) var value = 0.0
  /// Samples taken.
  private(set) var count = 0

  /// Takes a residual against `value`.
  ///
  /// `gain` is its share once past the first samples; beyond `limit` (same unit) it counts as if it
  /// lay at the limit.
  mutating func update(_ residual: Double, limit: Double, gain: Double) {
    count += 1
    let held = count <= Self.seedCount ? residual : min(max(residual, -limit), limit)
    value += max(gain, 1 / Double(count)) * held
  }

  /// Starts again at another value, trusting it as if `count` samples had led there.
  mutating func restart(at value: Double, count: Int) {
    self.value = value
    self.count = count
  }
}

extension Level: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(value)
    writer.write(count)
  }

  init(from reader: inout StateReader) throws(StateError) {
    value = try reader.double()
    count = try reader.int()
  }
}
