import Model

/// A value over time through given points, straight between them and level outside.
///
///     let failing = Curve(on: day, ("14:30:00", 0), ("14:30:30", 0.38), ("14:37:00", 0.6))
struct Curve {
  private let points: [(time: Timestamp, value: Double)]

  /// The curve through times of day, in order, of the day that starts at `midnight`.
  ///
  /// - Precondition: there is a point, and each time reads `hh:mm:ss`.
  init(on midnight: Timestamp, _ points: (clock: String, value: Double)...) {
    precondition(!points.isEmpty, "a curve needs a point")
    self.points = points.map { (moment($0.clock, on: midnight), $0.value) }
  }

  subscript(time: Timestamp) -> Double {
    guard let next = points.firstIndex(where: { $0.time > time }) else {
      return points[points.count - 1].value
    }
    guard next > 0 else { return points[0].value }
    let (a, b) = (points[next - 1], points[next])
    let share = Double(time - a.time) / Double(b.time - a.time)
    return a.value + (b.value - a.value) * share
  }
}

let minute: Milliseconds = 60_000
let hour: Milliseconds = 60 * minute
let day: Milliseconds = 24 * hour

/// Midnight, UTC, at the start of a date.
func midnight(_ year: Int, _ month: Int, _ dayOfMonth: Int) -> Timestamp {
  let days = CalendarTime.daysSinceEpoch(year: year, month: month, day: dayOfMonth)
  return Timestamp(milliseconds: Int64(days) * day)
}

/// The moment that a clock shows `hh:mm:ss` on the day that starts at `midnight`.
///
/// - Precondition: `clock` has three numbers.
func moment(_ clock: String, on midnight: Timestamp) -> Timestamp {
  let parts = clock.split(separator: ":").compactMap { Int64($0) }
  precondition(parts.count == 3, "\"\(clock)\" is not hh:mm:ss")
  return midnight + (parts[0] * hour + parts[1] * minute + parts[2] * 1000)
}
