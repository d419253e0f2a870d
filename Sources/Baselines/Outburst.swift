import Glibc

/// News of a deviation that outdoes the large ones of the last day.
///
/// A deviation is counted in units of the largest one remembered, which fades with a time constant
/// of a day and never falls below `least`: the hundredth burst of a bursty day is none. Its
/// probability follows a Pareto law as heavy as a Student t with three degrees of freedom, the
/// heaviest a series may have without being called anomalous all the time, and it is compared with
/// the sampling interval: what happens by chance once a week among hourly samples happens once in
/// three hours among those taken each minute.
struct Outburst: Hashable, Sendable {
  /// Fading time of the largest deviation, in milliseconds.
  static let memory = 86_400_000.0
  /// Fading takes at least this many samples.
  static let samplesMin = 20.0
  /// Sampling interval at which the probability alone decides, in milliseconds.
  static let standardInterval = 300_000.0
  /// Decades of surprise that make an outburst worth a report.
  static let decades = 4.0

  /// The smallest deviation that is ever remembered, in scales.
  let least: Double
  private var largest = 0.0

  /// An outburst of deviations that are noise below `least` scales.
  init(least: Double) {
    self.least = least
  }

  /// Takes one deviation, in scales.
  ///
  /// - Returns: its strength; 1 is worth a report, 0 is nothing.
  mutating func strength(of deviation: Double, interval: Double) -> Double {
    guard deviation > largest else {
      largest *= 1 - 1 / max(Self.memory / max(interval, 1), Self.samplesMin)
      return 0
    }
    let relative = deviation * least / max(largest, least)
    largest = deviation
    let start = 3.0
    guard relative >= start else { return 0 }
    let decades =
      log10(relative / start) / Tail.priorIndex - log10(Tail.share)
      + log10(max(interval, 1) / Self.standardInterval)
    return max(0, decades / Self.decades)
  }
}

extension Outburst {
  func encode(into writer: inout StateWriter) { writer.write(largest) }

  init(least: Double, from reader: inout StateReader) throws(StateError) {
    self.least = least
    largest = try reader.double()
  }
}
