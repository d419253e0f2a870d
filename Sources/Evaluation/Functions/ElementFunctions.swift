import Glibc
import Model

extension MapOperator.Function {
  /// `-v`.
  static var negation: MapOperator.Function {
    MapOperator.Function(
      float: { value, _ in -value },
      histogram: { histogram, _ in
        var result = histogram
        result.multiply(by: -1)
        return .histogram(result.compacted())
      })
  }

  /// The functions of one element and scalars, by name.
  ///
  /// Histograms give no element.
  static let named: [String: MapOperator.Function] = {
    var all: [String: MapOperator.Function] = [:]
    for (name, body) in plain {
      all[name] = MapOperator.Function(float: { value, _ in body(value) })
    }
    for (name, body) in dated {
      all[name] = MapOperator.Function(float: { value, _ in body(value) })
    }
    for (name, body) in ofHistogram {
      all[name] = MapOperator.Function(
        float: { _, _ in nil }, histogram: { histogram, _ in .float(body(histogram)) })
    }
    all["round"] = MapOperator.Function(float: { value, parameters in
      // Dividing by the inverse is exact for tenths and hundredths, where multiplying is not.
      let inverse = 1 / (parameters.first ?? 1)
      return (value * inverse + 0.5).rounded(.down) / inverse
    })
    all["clamp"] = MapOperator.Function(float: { value, parameters in
      guard parameters[0] <= parameters[1] || parameters[0].isNaN || parameters[1].isNaN
      else { return nil }
      return greater(parameters[0], lesser(parameters[1], value))
    })
    all["clamp_min"] = MapOperator.Function(float: { greater($1[0], $0) })
    all["clamp_max"] = MapOperator.Function(float: { lesser($1[0], $0) })
    return all
  }()

  /// The larger of two numbers; NaN when one is NaN.
  static func greater(_ a: Double, _ b: Double) -> Double {
    a.isNaN || b.isNaN ? .nan : max(a, b)
  }

  /// The smaller of two numbers; NaN when one is NaN.
  static func lesser(_ a: Double, _ b: Double) -> Double {
    a.isNaN || b.isNaN ? .nan : min(a, b)
  }

  private static let plain: [(String, @Sendable (Double) -> Double)] = [
    ("abs", { $0.magnitude }), ("ceil", { $0.rounded(.up) }), ("floor", { $0.rounded(.down) }),
    ("exp", exp), ("ln", log), ("log2", log2), ("log10", log10), ("sqrt", { $0.squareRoot() }),
    ("sgn", { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 }),
    ("sin", sin), ("cos", cos), ("tan", tan), ("asin", asin), ("acos", acos), ("atan", atan),
    ("sinh", sinh), ("cosh", cosh), ("tanh", tanh), ("asinh", asinh), ("acosh", acosh),
    ("atanh", atanh), ("deg", { $0 * 180 / .pi }), ("rad", { $0 * .pi / 180 }),
  ]

  /// Numbers that sum a native histogram up; floats have none.
  private static let ofHistogram: [(String, @Sendable (NativeHistogram) -> Double)] = [
    ("histogram_count", { $0.count }), ("histogram_sum", { $0.sum }),
    ("histogram_avg", { $0.average }), ("histogram_stddev", { $0.standardDeviation }),
    ("histogram_stdvar", { $0.variance }),
  ]

  /// Parts of the date of a Unix time in seconds, in UTC.
  private static let dated: [(String, @Sendable (Double) -> Double)] = [
    ("minute", { part($0) { $0.minute } }), ("hour", { part($0) { $0.hour } }),
    ("day_of_week", { part($0) { $0.weekday } }), ("day_of_month", { part($0) { $0.day } }),
    ("day_of_year", { part($0) { $0.dayOfYear } }), ("month", { part($0) { $0.month } }),
    ("year", { part($0) { $0.year } }),
    ("days_in_month", { part($0) { CalendarTime.days(inMonth: $0.month, of: $0.year) } }),
  ]

  /// Seconds in 400 years, after which the calendar comes again.
  private static let cycle: UInt64 = 146_097 * 86_400

  /// A part of the date, whatever the number.
  ///
  /// One that no 64-bit integer holds, NaN among them, is the moment where Prometheus' conversion ends
  /// on common machines: the last second of those integers, and one more.
  private static func part(_ seconds: Double, _ part: (CalendarTime) -> Int) -> Double {
    var cycles: Int64
    var rest: Int64
    if let whole = Int64(exactly: seconds.rounded(.towardZero)) {
      (cycles, rest) = whole.quotientAndRemainder(dividingBy: Int64(cycle))
      if rest < 0 { (cycles, rest) = (cycles - 1, rest + Int64(cycle)) }
    } else {
      let (quotient, remainder) = (UInt64(1) << 63).quotientAndRemainder(dividingBy: cycle)
      (cycles, rest) = (Int64(quotient), Int64(remainder))
    }
    var calendar = CalendarTime(Timestamp(milliseconds: rest * 1000))
    calendar.year += Int(cycles) * 400
    return Double(part(calendar))
  }
}
