import Glibc

/// News of a deviation that outdoes the large ones of the last day and those usual at this hour.
///
/// A deviation is counted in units of the largest one remembered, which fades with a time constant
/// of a day, is at least what `DailyBursts` expects at this hour, and never falls below `least`: the
/// hundredth burst of a bursty day is none, nor is the one that every midnight brings. Its
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
  private var daily = DailyBursts()

  /// An outburst of deviations that are noise below `least` scales.
  init(least: Double) {
    self.least = least
  }

  /// Takes one deviation, in scales, of the sample at `time`.
  ///
  /// - Returns: its strength; 1 is worth a report, 0 is nothing.
  mutating func strength(of deviation: Double, at time: Int64, interval: Double) -> Double {
    let reference = max(largest, daily.usual(at: time, deviation: deviation))
    if deviation > largest {
      largest = deviation
    } else {
      largest *= 1 - 1 / max(Self.memory / max(interval, 1), Self.samplesMin)
    }
    guard deviation > reference else { return 0 }
    let relative = deviation * least / max(reference, least)
    let start = 3.0
    guard relative >= start else { return 0 }
    let decades =
      log10(relative / start) / Tail.priorIndex - log10(Tail.share)
      + log10(max(interval, 1) / Self.standardInterval)
    return max(0, decades / Self.decades)
  }
}

extension Outburst {
  func encode(into writer: inout StateWriter) {
    writer.write(largest)
    daily.encode(into: &writer)
  }

  init(least: Double, from reader: inout StateReader) throws(StateError) {
    self.least = least
    largest = try reader.double()
    daily = try DailyBursts(from: &reader)
  }
}
