/// What a place adds to UTC, with its daylight saving time, as a rule that holds for every year.
///
///     let berlin = TimeZoneRule.named("Europe/Berlin")
///     berlin?.offset(at: summer)   // 7 200 000
///
/// Source of the notation: POSIX.1-2017, section 8.3, the variable TZ.
public struct TimeZoneRule: Hashable, Sendable {
  /// A day of every year: the `week`-th `weekday` of a month, and a time on the clock that ends there.
  struct Switch: Hashable, Sendable {
    /// 1...12.
    var month: Int
    /// 1...5, where 5 is the last of the month.
    var week: Int
    /// 0 is Sunday.
    var weekday: Int
    /// Milliseconds after midnight; may lie on another day.
    var time: Milliseconds

    /// Milliseconds from the epoch to the switch in `year`, as if local time were UTC.
    func localTime(in year: Int) -> Milliseconds {
      let first = CalendarTime.daysSinceEpoch(year: year, month: month, day: 1)
      // Day 0, 1970-01-01, was a Thursday.
      let ahead = ((weekday - (first + 4)) % 7 + 7) % 7
      var day = first + ahead + (week - 1) * 7
      let length = CalendarTime.days(inMonth: month, of: year)
      if day >= first + length { day -= 7 }
      return Milliseconds(day) * dayLength + time
    }
  }

  /// Daylight saving time.
  struct Saving: Hashable, Sendable {
    /// What is added to UTC.
    var offset: Milliseconds
    var start: Switch
    var end: Switch
  }

  /// What is added to UTC outside of daylight saving time.
  public let standard: Milliseconds
  let saving: Saving?

  /// UTC itself.
  public static let utc = TimeZoneRule(offset: 0)

  /// A zone that never changes its clock.
  public init(offset: Milliseconds) {
    standard = offset
    saving = nil
  }

  /// What the zone adds to UTC at `time`.
  public func offset(at time: Timestamp) -> Milliseconds {
    guard let saving else { return standard }
    let year = CalendarTime(time + standard).year
    // No clock is changed so far away, and the sums below would not fit.
    guard year.magnitude < 1_000_000 else { return standard }
    let start = Timestamp(milliseconds: saving.start.localTime(in: year)) - standard
    let end = Timestamp(milliseconds: saving.end.localTime(in: year)) - saving.offset
    let isSaving = start < end ? time >= start && time < end : time >= start || time < end
    return isSaving ? saving.offset : standard
  }

  /// The moment when the clocks there show `time` milliseconds after midnight of a day.
  ///
  /// A time that occurs twice is the first of the two; one that is left out, as clocks go forward, is
  /// as long after midnight as if they had not. `day` counts from 1970-01-01 on the local calendar,
  /// within 100 million.
  public func moment(day: Int, time: Milliseconds) -> Timestamp {
    let local = Timestamp(milliseconds: Milliseconds(day) * dayLength + time)
    let offsets = [standard, saving?.offset ?? standard].sorted(by: >)
    for offset in offsets where self.offset(at: local - offset) == offset { return local - offset }
    return local - (offsets.last ?? standard)
  }

  /// The day on the local calendar at `time`, as days since 1970-01-01.
  public func day(of time: Timestamp) -> Int {
    let local = (time + offset(at: time)).milliseconds
    return Int(local / dayLength) - (local % dayLength < 0 ? 1 : 0)
  }
}

private let dayLength: Milliseconds = 86_400_000

extension TimeZoneRule {
  /// Reads a rule in the notation of POSIX: `CET-1CEST,M3.5.0,M10.5.0/3`.
  ///
  /// Nil when it is none, or names its days in another way than by month, week and weekday.
  public init?(posix: String) {
    var reader = PosixReader(rest: Substring(posix))
    guard reader.name(), let west = reader.time() else { return nil }
    standard = -west
    guard !reader.rest.isEmpty else {
      saving = nil
      return
    }
    guard reader.name() else { return nil }
    let summer = reader.rest.hasPrefix(",") ? standard + 3_600_000 : reader.time().map { -$0 }
    guard let summer, let start = reader.day(), let end = reader.day(), reader.rest.isEmpty else {
      return nil
    }
    saving = Saving(offset: summer, start: start, end: end)
  }
}

/// Reads the parts of a POSIX rule from the front.
private struct PosixReader {
  var rest: Substring

  /// An abbreviation, bare or in angle brackets; false when there is none.
  mutating func name() -> Bool {
    if rest.hasPrefix("<") {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let letters = rest.prefix { $0.isLetter }
    rest = rest.dropFirst(letters.count)
    return letters.count >= 3
  }

  /// `[+-]hh[:mm[:ss]]` in milliseconds.
  mutating func time() -> Milliseconds? {
    let text = rest.prefix { $0.isNumber || $0 == ":" || $0 == "-" || $0 == "+" }
    rest = rest.dropFirst(text.count)
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ":").map { Int64($0) }
    guard (1...3).contains(parts.count), let hours = parts[0], (0...167).contains(hours) else {
      return nil
    }
    let minutes = parts.count > 1 ? parts[1] : 0
    let seconds = parts.count > 2 ? parts[2] : 0
    guard let minutes, let seconds, (0...59).contains(minutes), (0...59).contains(seconds) else {
      return nil
    }
    let length = ((hours * 60 + minutes) * 60 + seconds) * 1000
    return isNegative ? -length : length
  }

  /// `,Mm.w.d[/time]`; two o'clock when no time is given.
  mutating func day() -> TimeZoneRule.Switch? {
    guard rest.hasPrefix(",M") else { return nil }
    let text = rest.dropFirst(2).prefix { $0.isNumber || $0 == "." }
    rest = rest.dropFirst(2 + text.count)
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).compactMap {
      Int($0)
    }
    guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
      (0...6).contains(numbers[2])
    else { return nil }
    var time: Milliseconds = 7_200_000
    if rest.hasPrefix("/") {
      rest = rest.dropFirst()
      guard let read = self.time() else { return nil }
      time = read
    }
    return TimeZoneRule.Switch(
      month: numbers[0], week: numbers[1], weekday: numbers[2], time: time)
  }
}
