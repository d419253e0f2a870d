import Model

extension GoFormat {
  /// Writes one operand with `verb`.
  mutating func write(_ value: TemplateValue, verb: Unicode.Scalar, depth: Int = 0) {
    if verb == "T" {
      padWithSpaces(truncated(value.typeName))
      return
    }
    switch value {
    case .none:
      if verb == "v" { pad("<nil>") } else { badVerb(verb, value) }
    case .boolean(let flag):
      if verb == "t" || verb == "v" { pad(String(flag)) } else { badVerb(verb, value) }
    case .integer(let number): integer(number, verb: verb, of: value)
    case .number(let number): float(number, verb: verb, of: value)
    case .string(let text), .html(let text): string(text, verb: verb, of: value)
    case .labels(let labels):
      map(
        labels.pairs.map { ($0.name, .string($0.value)) }, type: value.typeName, verb: verb,
        depth: depth)
    case .map(let entries):
      map(
        entries.map { ($0.key, $0.value) }, type: value.typeName, verb: verb, depth: depth)
    case .list(let elements):
      out += flags.sharpV ? "[]interface {}{" : "["
      for (position, element) in elements.enumerated() {
        if position > 0 { out += flags.sharpV ? ", " : " " }
        write(element, verb: verb, depth: depth + 1)
      }
      out += flags.sharpV ? "}" : "]"
    case .record(let members):
      fields(
        members.map { ($0.key, $0.value) }, type: value.typeName, verb: verb, depth: depth)
    case .sample(let sample):
      out += "&"
      fields(
        [("Labels", .labels(sample.labels)), ("Value", .number(sample.value))],
        type: "template.sample", verb: verb, depth: depth)
    case .samples(let samples):
      // Go shows the addresses of the elements here; what stands at them says more.
      out += flags.sharpV ? "template.queryResult{" : "["
      for (position, sample) in samples.enumerated() {
        if position > 0 { out += flags.sharpV ? ", " : " " }
        write(.sample(sample), verb: verb, depth: depth + 1)
      }
      out += flags.sharpV ? "}" : "]"
    case .time(let time): stringer(time.description, number: nil, verb: verb, of: value)
    case .duration(let length):
      stringer(GoDuration.text(length), number: length, verb: verb, of: value)
    case .month(let month):
      stringer(GoTime.monthName(month), number: Int64(month), verb: verb, of: value)
    case .weekday(let day):
      stringer(GoTime.weekdayName(day), number: Int64(day), verb: verb, of: value)
    case .data(let data):
      fields(
        ["Labels", "ExternalLabels", "ExternalURL", "Value"].map { ($0, data.field($0) ?? .none) },
        type: value.typeName, verb: verb, depth: depth)
    }
  }

  /// A value with a name for people, which verbs of text show, and perhaps a number for the others.
  private mutating func stringer(
    _ text: String, number: Int64?, verb: Unicode.Scalar, of value: TemplateValue
  ) {
    switch verb {
    case "v", "s", "q", "x", "X": string(text, verb: verb, of: .string(text))
    default:
      if let number { integer(number, verb: verb, of: value) } else { badVerb(verb, value) }
    }
  }

  private mutating func map(
    _ entries: [(String, TemplateValue)], type: String, verb: Unicode.Scalar, depth: Int
  ) {
    out += flags.sharpV ? type + "{" : "map["
    for (position, entry) in entries.enumerated() {
      if position > 0 { out += flags.sharpV ? ", " : " " }
      string(entry.0, verb: verb, of: .string(entry.0))
      out += ":"
      write(entry.1, verb: verb, depth: depth + 1)
    }
    out += flags.sharpV ? "}" : "]"
  }

  private mutating func fields(
    _ fields: [(String, TemplateValue)], type: String, verb: Unicode.Scalar, depth: Int
  ) {
    out += (flags.sharpV ? type : "") + "{"
    for (position, field) in fields.enumerated() {
      if position > 0 { out += flags.sharpV ? ", " : " " }
      if flags.plusV || flags.sharpV { out += field.0 + ":" }
      write(field.1, verb: verb, depth: depth + 1)
    }
    out += "}"
  }

  private mutating func string(_ text: String, verb: Unicode.Scalar, of value: TemplateValue) {
    switch verb {
    case "v" where flags.sharpV: pad(goQuoted(text))
    case "v", "s": pad(truncated(text))
    case "q":
      let text = truncated(text)
      let canBackquote = text.unicodeScalars.allSatisfy {
        $0 == "\t" || ($0 >= " " && $0 != "\u{7f}" && $0 != "`" && $0 != "\u{feff}")
      }
      pad(
        flags.sharp && canBackquote ? "`\(text)`" : goQuoted(text, isASCII: flags.plus))
    case "x", "X":
      var bytes = Array(text.utf8)
      if let precision = flags.precision { bytes = Array(bytes.prefix(precision)) }
      let prefix = flags.sharp ? "0x" : ""
      let pairs = bytes.map { hexadecimal(UInt32($0), 2) }
      let digits =
        flags.space
        ? pairs.map { prefix + $0 }.joined(separator: " ")
        : (pairs.isEmpty ? "" : prefix) + pairs.joined()
      pad(verb == "X" ? digits.uppercased() : digits)
    default: badVerb(verb, value)
    }
  }

  private func truncated(_ text: String) -> String {
    guard let precision = flags.precision else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
  }

  private mutating func integer(_ number: Int64, verb: Unicode.Scalar, of value: TemplateValue) {
    switch verb {
    case "v", "d": digits(number, radix: 10, prefix: "")
    case "b": digits(number, radix: 2, prefix: flags.sharp ? "0b" : "")
    case "o": digits(number, radix: 8, prefix: flags.sharp ? "0" : "")
    case "O": digits(number, radix: 8, prefix: flags.sharp ? "0o0" : "0o")
    case "x": digits(number, radix: 16, prefix: flags.sharp ? "0x" : "")
    case "X": digits(number, radix: 16, prefix: flags.sharp ? "0X" : "", isUpper: true)
    case "c": pad(String(Character(scalar(number))))
    case "q":
      pad(goQuoted(String(Character(scalar(number))), quote: "'", isASCII: flags.plus))
    case "U":
      let digits = String(UInt64(bitPattern: number), radix: 16, uppercase: true)
      let least = max(4, flags.precision ?? 0)
      var text = "U+" + String(repeating: "0", count: max(0, least - digits.utf8.count)) + digits
      if flags.sharp, goIsPrintable(scalar(number)) { text += " '\(scalar(number))'" }
      padWithSpaces(text)
    default: badVerb(verb, value)
    }
  }

  private func scalar(_ number: Int64) -> Unicode.Scalar {
    UInt32(exactly: number).flatMap(Unicode.Scalar.init) ?? "\u{fffd}"
  }

  private mutating func digits(
    _ number: Int64, radix: Int, prefix: String, isUpper: Bool = false
  ) {
    var digits = String(number.magnitude, radix: radix, uppercase: isUpper)
    let sign = number < 0 ? "-" : flags.plus ? "+" : flags.space ? " " : ""
    var least = flags.precision ?? 0
    if flags.precision == 0, number == 0 {
      // "Precision of 0 and value of 0 means print nothing but padding."
      padWithSpaces("")
      return
    }
    if flags.precision == nil, flags.zero, !flags.minus, let width = flags.width {
      least = width - sign.utf8.count
    }
    digits = String(repeating: "0", count: max(0, least - digits.utf8.count)) + digits
    let hasPrefix = prefix == "0" && digits.hasPrefix("0")
    padWithSpaces(sign + (hasPrefix ? "" : prefix) + digits)
  }

  private mutating func float(_ number: Double, verb: Unicode.Scalar, of value: TemplateValue) {
    let letter: UInt8
    var precision = flags.precision
    switch verb {
    case "v": letter = UInt8(ascii: "g")
    case "b", "g", "G", "x", "X": letter = UInt8(ascii: verb)
    case "e", "E", "f":
      letter = UInt8(ascii: verb)
      precision = precision ?? 6
    case "F":
      letter = UInt8(ascii: "f")
      precision = precision ?? 6
    default:
      badVerb(verb, value)
      return
    }
    var text = goFloat(number, verb: letter, precision: precision)
    var sign = text.hasPrefix("-") ? "-" : "+"
    if text.hasPrefix("-") || text.hasPrefix("+") { text.removeFirst() }
    if flags.space, sign == "+", !flags.plus { sign = " " }
    if number.isNaN || number.isInfinite {
      // They look like no number, so zeros would be wrong before them.
      let hidesSign = !flags.space && !flags.plus && (number.isNaN || number > 0)
      // Go shows the sign of an infinity always.
      padWithSpaces((number.isNaN && hidesSign ? "" : sign) + text)
      return
    }
    if flags.sharp, letter != "b" { text = withPoint(text, letter: letter, precision: precision) }
    guard flags.plus || sign != "+" else {
      pad(text)
      return
    }
    if flags.zero, !flags.minus, let width = flags.width, width > text.utf8.count + 1 {
      out += sign
      flags.width = width - 1
      pad(text)
      flags.width = width
    } else {
      pad(sign + text)
    }
  }

  /// `%#g` keeps the point and, for `g`, the zeros behind it.
  private func withPoint(_ text: String, letter: UInt8, precision: Int?) -> String {
    let isGeneral = letter | 0x20 == "g" || letter | 0x20 == "x"
    var missing = isGeneral ? precision ?? 6 : 0
    let end = text.firstIndex {
      $0 == "p" || $0 == "P" || (letter | 0x20 != "x" && ($0 == "e" || $0 == "E"))
    }
    var number = String(text[..<(end ?? text.endIndex)])
    let tail = String(text[(end ?? text.endIndex)...])
    var sawNonzero = false
    for character in number where character != "." {
      if character != "0" { sawNonzero = true }
      if sawNonzero { missing -= 1 }
    }
    if !number.contains(".") {
      if number == "0" { missing -= 1 }
      number += "."
    }
    return number + String(repeating: "0", count: max(0, missing)) + tail
  }
}
