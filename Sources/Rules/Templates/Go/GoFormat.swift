/// Go's `fmt.Sprintf`, `Sprint` and `Sprintln` over the values of a template.
///
/// Wrong use gives Go's marks in the text (`%!d(float64=1)`, `%!s(MISSING)`), never a failure.
/// Source: https://pkg.go.dev/fmt
struct GoFormat {
  /// Flags, width and precision of one verb.
  struct Flags {
    var plus = false
    var minus = false
    var sharp = false
    var space = false
    var zero = false
    var width: Int?
    var precision: Int?
    /// `%+v`: names of fields.
    var plusV = false
    /// `%#v`: Go syntax.
    var sharpV = false
  }

  /// Larger widths and precisions are ignored, as in Go; Go's bound is a million.
  static let numberMax = 1_000_000

  var out = ""
  var flags = Flags()
  private var format: [UInt8]
  private var index = 0
  private let arguments: [TemplateValue]
  private var argument = 0
  private var isReordered = false
  private var isGoodArgument = true

  private init(_ format: String, _ arguments: [TemplateValue]) {
    self.format = Array(format.utf8)
    self.arguments = arguments
  }

  /// The text of Go's `fmt.Sprintf(format, arguments...)`.
  static func printf(_ format: String, _ arguments: [TemplateValue]) -> String {
    var printer = GoFormat(format, arguments)
    printer.run()
    return printer.out
  }

  /// The text of Go's `fmt.Sprint(arguments...)`: a space between two operands of which neither is a string.
  static func print(_ arguments: [TemplateValue]) -> String {
    var printer = GoFormat("", arguments)
    for (position, argument) in arguments.enumerated() {
      if position > 0, argument.text == nil, arguments[position - 1].text == nil {
        printer.out += " "
      }
      printer.write(argument, verb: "v")
    }
    return printer.out
  }

  /// The text of Go's `fmt.Sprintln(arguments...)`: a space between all operands and a line feed at the end.
  static func println(_ arguments: [TemplateValue]) -> String {
    var printer = GoFormat("", arguments)
    for (position, argument) in arguments.enumerated() {
      if position > 0 { printer.out += " " }
      printer.write(argument, verb: "v")
    }
    return printer.out + "\n"
  }

  private mutating func run() {
    while index < format.count {
      let start = index
      while index < format.count, format[index] != "%" { index += 1 }
      out += String(decoding: format[start..<index], as: UTF8.self)
      guard index < format.count else { break }
      index += 1
      directive()
    }
    guard !isReordered, argument < arguments.count else { return }
    let extra = arguments[argument...].map { value in
      if case .none = value { return "<nil>" }
      return value.typeName + "=" + GoFormat.print([value])
    }
    out += "%!(EXTRA " + extra.joined(separator: ", ") + ")"
  }

  /// Flags, width, precision and verb after a `%`.
  private mutating func directive() {
    flags = Flags()
    isGoodArgument = true
    readFlags()
    var isAfterIndex = readArgumentIndex()
    if peek == "*" {
      index += 1
      flags.width = integerArgument()
      if flags.width == nil { out += "%!(BADWIDTH)" }
      if let width = flags.width, width < 0 {
        flags.width = -width
        flags.minus = true
        flags.zero = false
      }
      isAfterIndex = false
    } else {
      flags.width = readNumber()
      if isAfterIndex, flags.width != nil { isGoodArgument = false }
    }
    if peek == "." {
      index += 1
      if isAfterIndex { isGoodArgument = false }
      isAfterIndex = readArgumentIndex()
      if peek == "*" {
        index += 1
        let precision = integerArgument()
        flags.precision = precision.flatMap { $0 < 0 ? nil : $0 }
        if precision == nil { out += "%!(BADPREC)" }
        isAfterIndex = false
      } else {
        flags.precision = readNumber() ?? 0
      }
    }
    if !isAfterIndex { _ = readArgumentIndex() }
    guard let verb = readScalar() else {
      out += "%!(NOVERB)"
      return
    }
    conversion(verb)
  }

  private mutating func conversion(_ verb: Unicode.Scalar) {
    if verb == "%" {
      out += "%"
    } else if !isGoodArgument {
      out += "%!\(verb)(BADINDEX)"
    } else if argument >= arguments.count {
      out += "%!\(verb)(MISSING)"
    } else {
      if verb == "v" {
        flags.sharpV = flags.sharp
        flags.plusV = flags.plus
        if flags.sharp { flags.sharp = false }
        if flags.plus { flags.plus = false }
      }
      argument += 1
      write(arguments[argument - 1], verb: verb)
    }
  }

  /// The byte at `index`; 0 behind the end.
  private var peek: UInt8 { index < format.count ? format[index] : 0 }

  private mutating func readFlags() {
    while true {
      switch peek {
      case "#": flags.sharp = true
      case "0": flags.zero = true
      case "+": flags.plus = true
      case "-": flags.minus = true
      case " ": flags.space = true
      default: return
      }
      index += 1
    }
  }

  private mutating func readNumber() -> Int? {
    var number: Int?
    while isDigit(peek) {
      // Too large a number counts as none, but all its digits belong to it.
      number = min((number ?? 0) * 10 + Int(peek - 0x30), Self.numberMax + 1)
      index += 1
    }
    return number.flatMap { $0 > Self.numberMax ? nil : $0 }
  }

  /// `[3]` chooses the argument; returns whether one stood here.
  private mutating func readArgumentIndex() -> Bool {
    guard peek == "[" else { return false }
    isReordered = true
    guard let close = format[index...].firstIndex(where: { $0 == "]" }) else {
      isGoodArgument = false
      index += 1
      return false
    }
    let text = String(decoding: format[index + 1..<close], as: UTF8.self)
    index = close + 1
    if let number = Int(text), number >= 1, number <= arguments.count {
      argument = number - 1
      return true
    }
    isGoodArgument = false
    return true
  }

  private mutating func integerArgument() -> Int? {
    guard argument < arguments.count else { return nil }
    argument += 1
    guard case .integer(let value) = arguments[argument - 1],
      value.magnitude <= UInt64(Self.numberMax)
    else { return nil }
    return Int(value)
  }

  private mutating func readScalar() -> Unicode.Scalar? {
    guard index < format.count else { return nil }
    let rest = String(decoding: format[index...].prefix(4), as: UTF8.self).unicodeScalars
    guard let scalar = rest.first else { return nil }
    index += String(scalar).utf8.count
    return scalar
  }
}

extension GoFormat {
  /// `text` padded to the width, counted in characters as Go counts them: code points.
  mutating func pad(_ text: String) {
    let missing = (flags.width ?? 0) - text.unicodeScalars.count
    guard missing > 0 else {
      out += text
      return
    }
    let isZero = flags.zero && !flags.minus
    let padding = String(repeating: isZero ? "0" : " ", count: missing)
    out += flags.minus ? text + padding : padding + text
  }

  /// As `pad`, whatever the flag for zeros says: it is for the next value again.
  mutating func padWithSpaces(_ text: String) {
    let wantsZeros = flags.zero
    flags.zero = false
    pad(text)
    flags.zero = wantsZeros
  }

  /// Go's mark for a verb that does not fit the value: `%!d(string=a)`.
  ///
  /// The value inside keeps the flags, the width and the precision of the verb; months and weekdays
  /// show their numbers there.
  mutating func badVerb(_ verb: Unicode.Scalar, _ value: TemplateValue) {
    if case .none = value {
      out += "%!\(verb)(<nil>)"
      return
    }
    out += "%!\(verb)(\(value.typeName)="
    switch value {
    case .month(let number), .weekday(let number): write(.integer(Int64(number)), verb: "v")
    case .duration(let length): write(.integer(length), verb: "v")
    default: write(value, verb: "v")
    }
    out += ")"
  }
}
