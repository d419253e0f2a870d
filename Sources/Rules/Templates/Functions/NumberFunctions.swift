import Model

extension TemplateFunction {
  /// Functions that make numbers readable.
  ///
  /// Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers
  static let numbers: [TemplateFunction] = [
    TemplateFunction("humanize", [.any]) { values, _ throws(TemplateFailure) in
      .string(humanize(try float(values[0])))
    },
    TemplateFunction("humanize1024", [.any]) { values, _ throws(TemplateFailure) in
      .string(humanize1024(try float(values[0])))
    },
    TemplateFunction("humanizeDuration", [.any]) { values, _ throws(TemplateFailure) in
      .string(humanizeDuration(try float(values[0])))
    },
    TemplateFunction("humanizePercentage", [.any]) { values, _ throws(TemplateFailure) in
      .string(fourDigits(try float(values[0]) * 100) + "%")
    },
  ]

  /// The number that a value is or writes.
  static func float(_ value: TemplateValue) throws(TemplateFailure) -> Double {
    switch value {
    case .number(let number): return number
    case .integer(let number): return Double(number)
    case .duration(let nanoseconds): return Double(nanoseconds) / 1e9
    case .string(let text):
      guard let number = parsedFloat(text) else {
        throw TemplateFailure("strconv.ParseFloat: parsing \(goQuoted(text)): invalid syntax")
      }
      // What digits write is finite; a word may say infinity.
      guard number.isFinite || !text.utf8.contains(where: isDigit) else {
        throw TemplateFailure("strconv.ParseFloat: parsing \(goQuoted(text)): value out of range")
      }
      return number
    default: throw TemplateFailure("can't convert \(value.typeName) to float")
    }
  }

  /// What Go's `strconv.ParseFloat` reads: numbers, `inf`, `infinity` and `nan` in any case.
  private static func parsedFloat(_ text: String) -> Double? {
    let isNegative = text.hasPrefix("-")
    let unsigned = isNegative || text.hasPrefix("+") ? String(text.dropFirst()) : text
    switch unsigned.lowercased() {
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    case "nan": return unsigned == text ? .nan : nil
    default: break
    }
    guard let first = unsigned.utf8.first, isDigit(first) || first == ".", !text.contains("_")
    else { return nil }
    let isHexadecimal = unsigned.lowercased().hasPrefix("0x")
    guard !isHexadecimal || unsigned.lowercased().contains("p"), let value = Double(unsigned)
    else { return nil }
    return isNegative ? -value : value
  }

  /// Four digits, as Go's `%.4g` writes them.
  private static func fourDigits(_ value: Double) -> String {
    goFloat(value, verb: UInt8(ascii: "g"), precision: 4)
  }

  private static let multiples = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
  private static let fractions = ["m", "u", "n", "p", "f", "a", "z", "y"]

  static func humanize(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return fourDigits(value) }
    guard value.magnitude >= 1 else { return fraction(value) }
    var (rest, prefix) = (value, "")
    for next in multiples {
      if rest.magnitude < 1000 { break }
      prefix = next
      rest /= 1000
    }
    return fourDigits(rest) + prefix
  }

  static func humanize1024(_ value: Double) -> String {
    guard value.magnitude > 1, value.isFinite else { return fourDigits(value) }
    var (rest, prefix) = (value, "")
    for next in multiples {
      if rest.magnitude < 1024 { break }
      prefix = next + "i"
      rest /= 1024
    }
    return fourDigits(rest) + prefix
  }

  private static func fraction(_ value: Double) -> String {
    var (rest, prefix) = (value, "")
    for next in fractions {
      if rest.magnitude >= 1 { break }
      prefix = next
      rest *= 1000
    }
    return fourDigits(rest) + prefix
  }

  static func humanizeDuration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return fourDigits(seconds) }
    guard seconds != 0 else { return fourDigits(seconds) + "s" }
    guard seconds.magnitude >= 1 else { return fraction(seconds) + "s" }
    let sign = seconds < 0 ? "-" : ""
    // From minutes on whole seconds are shown, cut off; what no Int64 holds becomes the least one, as
    // the processors do on which Prometheus mostly runs.
    let whole = Int64(exactly: seconds.magnitude.rounded(.towardZero)) ?? .min
    let (days, hours) = (whole / 86_400, whole / 3600 % 24)
    let (minutes, rest) = (whole / 60 % 60, whole % 60)
    if days != 0 { return sign + "\(days)d \(hours)h \(minutes)m \(rest)s" }
    if hours != 0 { return sign + "\(hours)h \(minutes)m \(rest)s" }
    if minutes != 0 { return sign + "\(minutes)m \(rest)s" }
    return sign + fourDigits(seconds.magnitude) + "s"
  }
}
