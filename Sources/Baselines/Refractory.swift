/// Keeps quiet about what has been reported: after a report only something worse is news for a
/// while, and a series that reports often must do more for the next one.
struct Refractory: Hashable, Sendable {
  /// Samples after which the last report has faded by a factor e.
  static let samples = 100.0
  /// Time after which a report no longer raises the bar, by a factor e, in milliseconds.
  static let memory = 259_200_000.0
  /// What one remembered report adds to the bar.
  static let rise = 0.2

  private var reported = 0.0
  private var reports = 0.0

  /// Takes a strength and returns what of it is news; `isReport` says from where on it was one.
  mutating func news(
    in strength: Double, interval: Double, isReport: (Double) -> Bool
  ) -> Double {
    let raised = strength / (1 + Self.rise * reports)
    reports *= 1 - min(1, interval / Self.memory)
    guard raised > reported else {
      reported *= 1 - 1 / Self.samples
      return 0
    }
    reported = raised * 1.01
    if isReport(raised) { reports += 1 }
    return raised
  }
}

extension Refractory: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(reported)
    writer.write(reports)
  }

  init(from reader: inout StateReader) throws(StateError) {
    reported = try reader.double()
    reports = try reader.double()
  }
}
