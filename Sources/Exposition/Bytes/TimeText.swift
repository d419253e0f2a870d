public import Model

/// The unit of a time written as a number.
public enum TimeUnit: String, CaseIterable, Sendable {
  /// Seconds.
  case seconds = "s"
  /// Milliseconds.
  case milliseconds = "ms"
  /// Microseconds.
  case microseconds = "us"
  /// Nanoseconds.
  case nanoseconds = "ns"

  /// How many make a second.
  var perSecond: Int64 {
    switch self {
    case .seconds: 1
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }
}

/// Reads points in time as people and programs write them; the result is in milliseconds.
///
/// Finer fractions are cut off towards the past. Seconds beyond `Int64` are held at its ends, for they
/// are read as what may have a fraction; whole units beyond it are no time.
enum TimeText {
  /// A number of `unit`, or a date and time; nil when `view` is neither.
  ///
  /// Without a unit the magnitude decides: below 10¹¹ seconds (up to the year 5138), below 10¹⁴
  /// milliseconds, below 10¹⁷ microseconds, else nanoseconds.
  static func parse(_ view: ByteView, unit: TimeUnit? = nil) -> Int64? {
    parseNumber(view, unit: unit) ?? parseCalendar(view)
  }

  /// A decimal number of `unit` since the epoch.
  @inline(__always)
  static func parseNumber(_ view: ByteView, unit: TimeUnit?) -> Int64? {
    // Almost all times are plain digits.
    var at = 0
    var value: Int64 = 0
    while at < view.count, isDigit(view[at]) {
      value = value &* 10 &+ Int64(view[at] &- 0x30)
      at &+= 1
    }
    guard at == view.count, at >= 1, at <= 18 else { return parseAnyNumber(view, unit: unit) }
    switch unit ?? guess(value) {
    case .seconds: return at <= 15 ? value * 1000 : parseAnyNumber(view, unit: unit)
    case .milliseconds: return value
    case .microseconds: return value / 1000
    case .nanoseconds: return value / 1_000_000
    }
  }

  @inline(never)
  private static func parseAnyNumber(_ view: ByteView, unit: TimeUnit?) -> Int64? {
    var at = 0
    let isNegative = view.count > 0 && view[0] == 0x2d
    if isNegative || (view.count > 0 && view[0] == 0x2b) { at = 1 }
    let first = at
    var whole: Int64 = 0
    var isHuge = false
    while at < view.count, isDigit(view[at]) {
      let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(view[at] &- 0x30))
      isHuge = isHuge || overflow || carry
      whole = sum
      at += 1
    }
    var digits = at - first
    var fraction: Int64 = 0  // in units of 10^-9
    var isFractional = false
    if at < view.count, view[at] == 0x2e {
      at += 1
      var weight: Int64 = 100_000_000
      while at < view.count, isDigit(view[at]) {
        fraction += weight * Int64(view[at] &- 0x30)
        if weight == 0, view[at] != 0x30 { isFractional = true }
        weight /= 10
        digits += 1
        at += 1
      }
    }
    if digits == 0 { return nil }
    if at < view.count { return parseExponential(view, unit: unit) }
    if isHuge {
      guard unit == nil || unit == .seconds else { return nil }
      return isNegative ? .min : .max
    }
    let unit = unit ?? guess(whole)
    return combine(whole, fraction, isFractional, unit, isNegative)
  }

  @inline(__always)
  private static func guess(_ magnitude: Int64) -> TimeUnit {
    switch magnitude {
    case ..<100_000_000_000: .seconds
    case ..<100_000_000_000_000: .milliseconds
    case ..<100_000_000_000_000_000: .microseconds
    default: .nanoseconds
    }
  }

  /// Milliseconds of `whole + fraction · 10^-9` units, rounded towards the past.
  private static func combine(
    _ whole: Int64, _ fraction: Int64, _ isFractional: Bool, _ unit: TimeUnit, _ isNegative: Bool
  ) -> Int64 {
    var milliseconds: Int64
    var hasRest: Bool
    switch unit {
    case .seconds:
      let (product, overflow) = whole.multipliedReportingOverflow(by: 1000)
      let (sum, carry) = product.addingReportingOverflow(fraction / 1_000_000)
      if overflow || carry { return isNegative ? .min : .max }
      milliseconds = sum
      hasRest = fraction % 1_000_000 != 0 || isFractional
    case .milliseconds, .microseconds, .nanoseconds:
      let divisor = unit.perSecond / 1000
      milliseconds = whole / divisor
      hasRest = whole % divisor != 0 || fraction != 0 || isFractional
    }
    if isNegative {
      milliseconds = -milliseconds
      if hasRest { milliseconds -= 1 }
    }
    return milliseconds
  }

  /// `1.5e3`: rare enough to go through a double.
  private static func parseExponential(_ view: ByteView, unit: TimeUnit?) -> Int64? {
    guard let value = DecimalNumber.parse(view) else { return nil }
    let magnitude = value.magnitude < 9e18 ? Int64(value.magnitude) : .max
    let unit = unit ?? guess(magnitude)
    let milliseconds = (value * 1000 / Double(unit.perSecond)).rounded(.down)
    if milliseconds >= 9.2e18 { return .max }
    if milliseconds <= -9.2e18 { return .min }
    return Int64(milliseconds)
  }

  /// `2026-01-15T14:30:00.25+01:00` of RFC 3339, and its relaxed forms.
  ///
  /// The `T` may be a blank, the date's separators slashes, the fraction's point a comma; time,
  /// seconds and zone may be missing (midnight, :00, UTC). A leap second is the second after it.
  static func parseCalendar(_ view: ByteView) -> Int64? {
    var reader = DigitReader(view: view)
    guard let year = reader.number(digits: 4), let separator = reader.next(),
      separator == 0x2d || separator == 0x2f,
      let month = reader.number(digits: 2), reader.next() == separator,
      let day = reader.number(digits: 2),
      month >= 1, month <= 12, day >= 1, day <= 31,
      day <= 28 || day <= CalendarTime.days(inMonth: month, of: year)
    else { return nil }
    var milliseconds =
      Int64(CalendarTime.daysSinceEpoch(year: year, month: month, day: day)) * 86_400_000
    if reader.isAtEnd { return milliseconds }
    guard let gap = reader.next(), gap | 0x20 == 0x74 || gap == 0x20,
      let hour = reader.number(digits: 2), hour < 24, reader.next() == 0x3a,
      let minute = reader.number(digits: 2), minute < 60
    else { return nil }
    milliseconds += Int64(hour * 3600 + minute * 60) * 1000
    if reader.peek == 0x3a {
      _ = reader.next()
      guard let second = reader.number(digits: 2), second <= 60 else { return nil }
      milliseconds += Int64(second) * 1000
      if reader.peek == 0x2e || reader.peek == 0x2c {
        _ = reader.next()
        guard let fraction = reader.fraction() else { return nil }
        milliseconds += fraction
      }
    }
    if reader.peek == 0x20 { _ = reader.next() }
    guard let offset = parseZone(&reader), reader.isAtEnd else { return nil }
    return milliseconds - offset
  }

  /// Milliseconds east of Greenwich; nothing and `Z` and `UTC` are 0.
  private static func parseZone(_ reader: inout DigitReader) -> Int64? {
    guard let sign = reader.next() else { return 0 }
    if sign | 0x20 == 0x7a { return 0 }
    if sign == 0x55 { return reader.next() == 0x54 && reader.next() == 0x43 ? 0 : nil }
    guard sign == 0x2b || sign == 0x2d, let hours = reader.number(digits: 2), hours < 24
    else { return nil }
    if reader.peek == 0x3a { _ = reader.next() }
    var minutes = 0
    if !reader.isAtEnd {
      guard let read = reader.number(digits: 2), read < 60 else { return nil }
      minutes = read
    }
    let offset = Int64(hours * 60 + minutes) * 60_000
    return sign == 0x2d ? -offset : offset
  }
}

/// A place in a view that only moves forward.
private struct DigitReader {
  let view: ByteView
  var at = 0

  init(view: ByteView) { self.view = view }

  var isAtEnd: Bool { at == view.count }
  var peek: UInt8? { at < view.count ? view[at] : nil }

  mutating func next() -> UInt8? {
    guard at < view.count else { return nil }
    at += 1
    return view[at - 1]
  }

  /// Exactly `digits` digits.
  mutating func number(digits: Int) -> Int? {
    guard at + digits <= view.count else { return nil }
    var value = 0
    for _ in 0..<digits {
      guard isDigit(view[at]) else { return nil }
      value = value * 10 + Int(view[at] &- 0x30)
      at += 1
    }
    return value
  }

  /// The digits of a fraction of a second, in whole milliseconds; at least one digit.
  mutating func fraction() -> Int64? {
    var milliseconds: Int64 = 0
    var weight: Int64 = 100
    let first = at
    while at < view.count, isDigit(view[at]) {
      milliseconds += weight * Int64(view[at] &- 0x30)
      weight /= 10
      at += 1
    }
    return at > first ? milliseconds : nil
  }
}

extension Timestamp {
  /// Reads a moment as a person writes it: RFC 3339, `2026-01-15 14:30:00` in UTC, or Unix time
  /// whose unit (s, ms, µs, ns) is told by its magnitude; nil for anything else.
  public init?(reading text: String) {
    let bytes = Array(text.utf8)
    let parsed = bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.flatMap { TimeText.parse(ByteView(base: $0, count: buffer.count)) }
    }
    guard let parsed else { return nil }
    self.init(milliseconds: parsed)
  }
}
