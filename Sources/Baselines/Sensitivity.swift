/// What the five sensitivities of a rule promise.
///
/// The promise is a rate of false alarms on a series that only makes noise: one in `recurrence` for
/// each series, whatever its sampling interval. A sample has several ways to be unusual, but they
/// overlap and the tails err on the heavy side. Measured on 1 008 simulated weeks of twelve kinds of
/// noise, sampled each minute to each hour (`tocsin-conformance simulate`), the alarms for each series
/// and week are
///
///     sensitivity   1      2      3      4      5
///     promised      0.01   0.03   0.1    0.5    1
///     measured      0.012  0.029  0.060  0.41   1.02
///
/// of which the most for sparse counts and a Student t with three degrees of freedom. News is an
/// alarm of its own only at 4 and 5, where it adds what goes beyond the promise.
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
    case 4: (recurrence, newsMin) = (2 * Self.week, 2.5)
    default: (recurrence, newsMin) = (Self.week, 1.3)
    }
  }

  /// Probability at which one sample is unusual.
  func probability(interval: Double) -> Double {
    min(max(interval, 1) / recurrence, Tail.share / 2)
  }
}
