/// What the five sensitivities of a rule promise.
///
/// The promise is a rate of false alarms on a series that only makes noise: one in `recurrence`
/// weeks for each series, whatever its sampling interval. A sample has several ways to be unusual, but
/// they overlap and the tails err on the heavy side: measured on simulated noise the rate is a third
/// of the promise on average, and twice the promise for the worst kind (Student t with three degrees
/// of freedom).
///
/// News is an alarm of its own only at 4 and 5: on pure noise it comes about once a week.
struct Sensitivity: Hashable, Sendable {
  /// A week in milliseconds.
  static let week = 604_800_000.0

  /// Mean time between false alarms, in milliseconds.
  let recurrence: Double
  /// Strength of news that is an alarm by itself; infinite when news never is.
  let newsMin: Double

  /// The promise of `level`, 1...5.
  init(_ level: Int) {
    switch level {
    case ...1: (recurrence, newsMin) = (100 * Self.week, .infinity)
    case 2: (recurrence, newsMin) = (30 * Self.week, .infinity)
    case 3: (recurrence, newsMin) = (10 * Self.week, .infinity)
    case 4: (recurrence, newsMin) = (2 * Self.week, 1.5)
    default: (recurrence, newsMin) = (Self.week / 2, 1)
    }
  }

  /// Probability at which one sample is unusual.
  func probability(interval: Double) -> Double {
    min(max(interval, 1) / recurrence, Tail.share / 2)
  }
}
