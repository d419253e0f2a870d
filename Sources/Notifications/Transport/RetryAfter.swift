import Model

/// The header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  /// Milliseconds to wait from `now`; nil when the text is neither.
  static func parse(_ text: String, now: Timestamp) -> Milliseconds? {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "," })
    if words.count == 1, let seconds = Int64(words[0]), seconds >= 0 {
      return min(seconds, .max / 1000) * 1000
    }
    return date(words).map { max(0, $0 - now) }
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, cut at its blanks.
  private static func date(_ words: [Substring]) -> Timestamp? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]),
      (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
      (0...60).contains(clock[2])
    else { return nil }
    let days = CalendarTime.daysSinceEpoch(year: year, month: month + 1, day: day)
    let seconds = Int64(days) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    return Timestamp(milliseconds: seconds * 1000)
  }
}
