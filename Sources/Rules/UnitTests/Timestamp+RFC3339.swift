import Model

extension Timestamp {
  /// Reads `2026-01-15T14:30:00Z`, with a fraction of a second and an offset where there are any.
  ///
  /// Nil for every other text. Digits beyond the millisecond are cut off.
  init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
      let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
      let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
      (1...12).contains(month), day >= 1, day <= CalendarTime.days(inMonth: month, of: year),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var rest = bytes[19...]
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { isDigit($0) }
      guard !digits.isEmpty else { return nil }
      fraction = Self.number(digits.prefix(3)) ?? 0
      for _ in min(3, digits.count)..<3 { fraction *= 10 }
      rest = rest.dropFirst(1 + digits.count)
    }
    guard let offset = Self.offsetMinutes(rest) else { return nil }
    let days = CalendarTime.daysSinceEpoch(year: year, month: month, day: day)
    let minutes = (days * 24 + hour) * 60 + minute - offset
    self.init(milliseconds: Int64((minutes * 60 + second) * 1000 + fraction))
  }

  /// `Z`, `+01:00` or `-05:30`.
  private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let sign = bytes.first else { return nil }
    if sign | 0x20 == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
    let parts = bytes.dropFirst()
    let start = parts.startIndex
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), parts.count == 5,
      parts[start + 2] == UInt8(ascii: ":"), let hours = number(parts.prefix(2)),
      let minutes = number(parts.suffix(2)), hours < 24, minutes < 60
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.allSatisfy({ isDigit($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
