/// The sampling interval of a series, learned from its timestamps.
///
/// A running mean of the steps, each held to within a factor two of it, so that neither a gap nor
/// a burst moves it far. A clock that jumps back counts as one ordinary step.
struct Cadence: Hashable, Sendable {
  /// Share of a new step in the running mean, once past the first samples.
  static let gain = 0.02

  /// Time of the newest sample, in milliseconds.
  private(set) var last: Int64 = 0
  /// Samples seen.
  private(set) var count = 0
  /// The usual step in milliseconds; 0 before the second sample.
  private(set) var interval = 0.0

  /// Takes the time of the next sample.
  ///
  /// - Returns: the milliseconds since the sample before, or nil for a sample of the same moment,
  ///   which says nothing new.
  mutating func step(to time: Int64) -> Double? {
    guard count > 0 else {
      (last, count) = (time, 1)
      return 0
    }
    let elapsed = Double(time) - Double(last)
    guard elapsed != 0 else { return nil }
    last = time
    count += 1
    guard elapsed > 0 else { return interval }
    if interval == 0 {
      interval = elapsed
    } else {
      let held = min(max(elapsed, interval / 2), interval * 2)
      interval += max(Self.gain, 1 / Double(count)) * (held - interval)
    }
    return elapsed
  }
}

extension Cadence: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(last)
    writer.write(count)
    writer.write(interval)
  }

  init(from reader: inout StateReader) throws(StateError) {
    last = try reader.int64()
    count = try reader.int()
    interval = try reader.double()
  }
}
