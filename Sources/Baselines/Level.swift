/// A robust running mean: exponential smoothing of residuals held to `reach` scales (Huber's psi).
///
/// Gelper, Fried, Croux, "Robust forecasting with exponential and Holt-Winters smoothing", 2010.
struct Level: Hashable, Sendable {
  /// Residuals count up to this many scales.
  static let reach = 2.5

  /// The running mean.
  private(set) var value = 0.0
  private(set) var count = 0

  /// Takes a value; `gain` is its share once the level has been seeded.
  mutating func update(_ sample: Double, scale: Double, gain: Double) {
    count += 1
    guard count > 1 else {
      value = sample
      return
    }
    let reach = count < 10 ? Double.infinity : Self.reach * scale
    value += max(gain, 1 / Double(count)) * min(max(sample - value, -reach), reach)
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
