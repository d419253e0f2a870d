import Model

extension TemplateFunction {
  /// Functions over moments and lengths of time.
  static let times: [TemplateFunction] = [
    TemplateFunction("humanizeTimestamp", [.any]) { values, _ throws(TemplateFailure) in
      let seconds = try float(values[0])
      guard seconds.isFinite else {
        return .string(goFloat(seconds, verb: UInt8(ascii: "g"), precision: 4))
      }
      return .string(try time(seconds).description)
    },
    TemplateFunction("toTime", [.any]) { values, _ throws(TemplateFailure) in
      let seconds = try float(values[0])
      guard seconds.isFinite else { throw TemplateFailure("value is NaN or Inf") }
      return .time(try time(seconds))
    },
    TemplateFunction("toDuration", [.any]) { values, _ throws(TemplateFailure) in
      let seconds = try float(values[0])
      guard seconds.isFinite else { throw TemplateFailure("value is NaN or Inf") }
      return .duration(try nanoseconds(seconds))
    },
    TemplateFunction("parseDuration", [.string]) { values, _ throws(TemplateFailure) in
      let text = values[0].text ?? ""
      switch PrometheusDuration.parse(text) {
      case .success(let length): return .number(Double(length) / 1000)
      case .failure(let error): throw TemplateFailure(error.message(for: text))
      }
    },
    TemplateFunction("now", []) { _, context in .number(context.time.seconds) },
  ]

  private static func nanoseconds(_ seconds: Double) throws(TemplateFailure) -> Int64 {
    guard let value = Int64(exactly: (seconds * 1e9).rounded(.towardZero)) else {
      let shown = goFloat(seconds, verb: UInt8(ascii: "g"), precision: nil)
      throw TemplateFailure(
        "\(shown) cannot be represented as a nanoseconds timestamp since it overflows int64")
    }
    return value
  }

  private static func time(_ seconds: Double) throws(TemplateFailure) -> GoTime {
    // Prometheus' times count milliseconds; what is finer is cut off.
    GoTime(milliseconds: try nanoseconds(seconds) / 1_000_000)
  }
}

/// Methods of the values that have any: times and lengths of time.
enum TemplateMethod {
  typealias Body = ([TemplateValue]) throws(TemplateFailure) -> TemplateValue

  /// The method `name` of `value`; nil when it has none of that name.
  static func named(_ name: String, of value: TemplateValue) -> Body? {
    switch value {
    case .time(let time): method(name, of: time)
    case .duration(let length): method(name, of: length)
    case .month(let month) where name == "String":
      withoutArguments { .string(GoTime.monthName(month)) }
    case .weekday(let day) where name == "String":
      withoutArguments { .string(GoTime.weekdayName(day)) }
    default: nil
    }
  }

  private static func withoutArguments(_ value: @escaping () -> TemplateValue) -> Body {
    { (arguments: [TemplateValue]) throws(TemplateFailure) -> TemplateValue in
      guard arguments.isEmpty else {
        throw TemplateFailure("wrong number of args: want 0 got \(arguments.count)")
      }
      return value()
    }
  }

  /// A method of a time.
  ///
  /// Source: https://pkg.go.dev/time#Time
  private static func method(_ name: String, of time: GoTime) -> Body? {
    let calendar = time.calendar
    func plain(_ value: TemplateValue) -> Body { withoutArguments { value } }
    func integer(_ value: Int) -> Body { withoutArguments { .integer(Int64(value)) } }
    switch name {
    case "Year": return integer(calendar.year)
    case "Month": return plain(.month(calendar.month))
    case "Day": return integer(calendar.day)
    case "Hour": return integer(calendar.hour)
    case "Minute": return integer(calendar.minute)
    case "Second": return integer(calendar.second)
    case "Nanosecond": return integer(Int(time.nanoseconds))
    case "YearDay": return integer(calendar.dayOfYear)
    case "Weekday": return plain(.weekday(calendar.weekday))
    case "Unix": return plain(.integer(time.seconds))
    case "UnixMilli": return plain(.integer(time.seconds * 1000 + time.nanoseconds / 1_000_000))
    case "UnixMicro":
      return plain(.integer(time.seconds &* 1_000_000 &+ time.nanoseconds / 1000))
    case "UnixNano": return plain(.integer(time.seconds &* 1_000_000_000 &+ time.nanoseconds))
    case "String": return plain(.string(time.description))
    case "UTC", "Local": return plain(.time(time))
    case "IsZero": return plain(.boolean(time.seconds == -62_135_596_800 && time.nanoseconds == 0))
    case "Format": return text { .string(time.formatted($0)) }
    case "Add": return length { .time(time.adding(nanoseconds: $0)) }
    case "AddDate":
      return integers(3) { .time(time.adding(years: $0[0], months: $0[1], days: $0[2])) }
    case "Truncate": return length { .time(time.truncated(to: $0)) }
    case "Round": return length { .time(time.rounded(to: $0)) }
    case "Location": return plain(.string("UTC"))
    case "Before", "After", "Equal", "Compare", "Sub": return comparison(name, of: time)
    default: return nil
    }
  }

  private static func comparison(_ name: String, of time: GoTime) -> Body {
    { (arguments: [TemplateValue]) throws(TemplateFailure) -> TemplateValue in
      guard arguments.count == 1, case .time(let other) = arguments[0] else {
        throw TemplateFailure("expected one time.Time")
      }
      let (a, b) = ((time.seconds, time.nanoseconds), (other.seconds, other.nanoseconds))
      return switch name {
      case "Before": .boolean(a < b)
      case "After": .boolean(a > b)
      case "Equal": .boolean(a == b)
      case "Compare": .integer(a < b ? -1 : a > b ? 1 : 0)
      default:
        .duration((a.0 &- b.0) &* 1_000_000_000 &+ (a.1 - b.1))
      }
    }
  }

  /// A method of a length of time.
  ///
  /// Source: https://pkg.go.dev/time#Duration
  private static func method(_ name: String, of length: Int64) -> Body? {
    // Whole units and the rest apart, as Go does: the last digit of the sum depends on it.
    func number(_ unit: Int64) -> Body {
      withoutArguments {
        .number(Double(length / unit) + Double(length % unit) / Double(unit))
      }
    }
    func integer(_ unit: Int64) -> Body { withoutArguments { .integer(length / unit) } }
    switch name {
    case "Hours": return number(3_600_000_000_000)
    case "Minutes": return number(60_000_000_000)
    case "Seconds": return number(1_000_000_000)
    case "Milliseconds": return integer(1_000_000)
    case "Microseconds": return integer(1_000)
    case "Nanoseconds": return integer(1)
    case "String": return withoutArguments { .string(GoDuration.text(length)) }
    case "Abs":
      return withoutArguments { .duration(length == .min ? .max : abs(length)) }
    case "Truncate":
      return Self.length { unit in .duration(unit <= 0 ? length : length - length % unit) }
    case "Round": return Self.length { unit in .duration(rounded(length, to: unit)) }
    default: return nil
    }
  }

  /// To the nearest multiple of `unit`, halves away from zero.
  private static func rounded(_ length: Int64, to unit: Int64) -> Int64 {
    guard unit > 0 else { return length }
    let rest = length % unit
    let down = length - rest
    guard rest.magnitude >= unit.magnitude - rest.magnitude else { return down }
    let (up, overflow) = down.addingReportingOverflow(rest < 0 ? -unit : unit)
    return overflow ? (rest < 0 ? .min : .max) : up
  }

  private static func text(_ body: @escaping (String) -> TemplateValue) -> Body {
    { (arguments: [TemplateValue]) throws(TemplateFailure) -> TemplateValue in
      guard arguments.count == 1, case .string(let text) = arguments[0] else {
        throw TemplateFailure("expected one string")
      }
      return body(text)
    }
  }

  private static func integers(
    _ count: Int, _ body: @escaping ([Int64]) -> TemplateValue
  ) -> Body {
    { (arguments: [TemplateValue]) throws(TemplateFailure) -> TemplateValue in
      let numbers = arguments.compactMap { value -> Int64? in
        if case .integer(let number) = value { number } else { nil }
      }
      guard numbers.count == count, arguments.count == count else {
        throw TemplateFailure("expected \(count) integers")
      }
      return body(numbers)
    }
  }

  private static func length(_ body: @escaping (Int64) -> TemplateValue) -> Body {
    { (arguments: [TemplateValue]) throws(TemplateFailure) -> TemplateValue in
      guard arguments.count == 1 else { throw TemplateFailure("expected one time.Duration") }
      switch arguments[0] {
      case .duration(let value), .integer(let value): return body(value)
      default: throw TemplateFailure("expected one time.Duration")
      }
    }
  }
}
