import Model

/// How busy an hour is beside the busiest, as visitors of a shop come and go.
enum Traffic {
  private static let byHour: [Double] = [
    0.30, 0.22, 0.17, 0.15, 0.15, 0.18, 0.27, 0.42, 0.56, 0.66, 0.73, 0.78,
    0.82, 0.80, 0.76, 0.75, 0.78, 0.84, 0.92, 0.99, 1.00, 0.92, 0.72, 0.48,
  ]
  /// Sunday first.
  private static let byWeekday: [Double] = [1.08, 0.97, 0.95, 0.96, 0.98, 1.02, 1.10]

  /// Around 0.15 at four in the morning and 1 at eight in the evening.
  static func factor(at time: Timestamp) -> Double {
    let calendar = CalendarTime(time)
    let share = Double(calendar.minute * 60 + calendar.second) / 3600
    let (from, to) = (byHour[calendar.hour], byHour[(calendar.hour + 1) % 24])
    // Weekdays blend over the night's last hours, so that midnight is no step.
    let weekday = byWeekday[calendar.weekday]
    let yesterday = byWeekday[(calendar.weekday + 6) % 7]
    let blend = min(1, (Double(calendar.hour) + share) / 5)
    return (from + (to - from) * share) * (yesterday + (weekday - yesterday) * blend)
  }
}
