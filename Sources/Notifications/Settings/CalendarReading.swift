import Model
import Rules

/// Reads calendars.
enum CalendarReading {
  static func calendar(
    _ name: String, _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> NotificationCalendar {
    let spans = settings.list(node, "calendar \(quoted(name))").map { span($0, &settings) }
    return NotificationCalendar(name: name, spans: spans)
  }

  private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  private static func span(
    _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> CalendarSpan {
    let fields = settings.fields(
      node, "a calendar",
      known: ["zone", "times", "weekdays", "days_of_month", "months", "years"])
    var span = CalendarSpan()
    if let node = fields["zone"], let zone = settings.text(node, "zone") {
      if !CalendarSpan.isZone(zone) {
        settings.error(
          "bad-zone", "unknown time zone \(quoted(zone)); write an IANA name like Europe/Berlin",
          at: node)
      }
      span.zone = zone
    }
    func each<Value>(_ key: String, _ read: (String) -> Value?, want: String) -> [Value] {
      settings.list(fields[key], key).compactMap { item in
        guard let text = settings.text(item, key) else { return nil }
        guard let value = read(text) else {
          settings.error(
            "bad-\(key)", "expected \(want) for \(key), found \(quoted(text))", at: item)
          return nil
        }
        return value
      }
    }
    span.hours = each("times", hours, want: "a part of the day like 22:00-06:00")
    span.weekdays = Set(
      each("weekdays", { cycle($0, days, from: 0) }, want: "days like mon or mon-fri").joined())
    span.months = Set(
      each("months", { cycle($0, months, from: 1) }, want: "months like jan, jun-aug or 12")
        .joined())
    span.days = each("days_of_month", monthDays, want: "days like 1, 1..7 or -3..-1")
    span.years = each("years", years, want: "years like 2026 or 2026..2028")
    return span
  }

  /// `22:00-06:00`; `24:00` may end it.
  static func hours(_ text: String) -> CalendarSpan.Hours? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(minutes)
    guard ends.count == 2, let start = ends[0], let end = ends[1], start < 1440, start != end
    else { return nil }
    return CalendarSpan.Hours(start: start, end: end)
  }

  private static func minutes(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<60).contains(minute),
      (0..<24).contains(hour) || (hour == 24 && minute == 0)
    else { return nil }
    return hour * 60 + minute
  }

  /// Names or numbers of a cycle: `mon`, `monday`, `fri-mon`, `11-2`.
  private static func cycle(_ text: String, _ names: [String], from first: Int) -> [Int]? {
    func place(_ word: Substring) -> Int? {
      let word = word.lowercased()
      if let number = Int(word) {
        return (first..<first + names.count).contains(number) ? number - first : nil
      }
      return word.utf8.count < 3 ? nil : names.firstIndex { word.hasPrefix($0) }
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(place)
    guard (1...2).contains(ends.count), let start = ends[0], let end = ends[ends.count - 1] else {
      return nil
    }
    let length = (end - start + names.count) % names.count
    return (0...length).map { (start + $0) % names.count + first }
  }

  /// `7`, `1..7`, `-3..-1`.
  private static func monthDays(_ text: String) -> ClosedRange<Int>? {
    guard let range = range(text),
      [range.lowerBound, range.upperBound].allSatisfy({
        (1...31).contains(abs($0))
      }), (range.lowerBound < 0) == (range.upperBound < 0)
    else { return nil }
    return range
  }

  private static func years(_ text: String) -> ClosedRange<Int>? {
    guard let range = range(text), range.lowerBound >= 1970, range.upperBound <= 9999 else {
      return nil
    }
    return range
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    guard let cut = text.firstRange(of: "..") else { return Int(text).map { $0...$0 } }
    guard let first = Int(text[..<cut.lowerBound]), let last = Int(text[cut.upperBound...]),
      first <= last
    else { return nil }
    return first...last
  }
}
