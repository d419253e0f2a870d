import Model

extension GoTime {
  /// The moment at the same time of a day that many years, months and days on.
  ///
  /// Days and months past the end of theirs count on into the next, as Go's `AddDate` has it: a month
  /// after 31 January is 3 March, or 2 March in a leap year. What no time can hold is cut off.
  func adding(years: Int64, months: Int64, days: Int64) -> GoTime {
    let bound: Int64 = 100_000_000
    func bounded(_ value: Int64) -> Int64 { min(max(value, -bound), bound) }
    let calendar = calendar
    let month =
      (Int64(calendar.year) + bounded(years)) * 12 + Int64(calendar.month) - 1 + bounded(months)
    let year = month >= 0 ? month / 12 : (month - 11) / 12
    let day = Self.days(toMonth: month - 12 * year + 1, of: year) + Int64(calendar.day) - 1
    var copy = self
    let secondOfDay = seconds - Self.flooredQuotient(seconds, 86_400) * 86_400
    copy.seconds = (day + bounded(days)) * 86_400 + secondOfDay
    return copy
  }

  /// The latest multiple of `unit` nanoseconds, counted from the year 1, that is not after this moment.
  func truncated(to unit: Int64) -> GoTime {
    unit > 0 ? adding(nanoseconds: -remainder(unit)) : self
  }

  /// The nearest multiple of `unit` nanoseconds, counted from the year 1; halves go up.
  func rounded(to unit: Int64) -> GoTime {
    guard unit > 0 else { return self }
    let rest = remainder(unit)
    return adding(nanoseconds: rest < unit - rest ? -rest : unit - rest)
  }

  private func remainder(_ unit: Int64) -> Int64 {
    let sinceYearOne =
      (Int128(seconds) + 62_135_596_800) * 1_000_000_000 + Int128(nanoseconds)
    let rest = sinceYearOne % Int128(unit)
    return Int64(rest < 0 ? rest + Int128(unit) : rest)
  }

  /// Days from the Unix epoch to the first of a month (1...12), in the Gregorian calendar.
  ///
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  private static func days(toMonth month: Int64, of year: Int64) -> Int64 {
    // Years that begin in March have the leap day at their end.
    let shifted = month > 2 ? year : year - 1
    let era = flooredQuotient(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func flooredQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
