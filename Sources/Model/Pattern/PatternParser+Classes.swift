// Escapes and `[…]`.
extension PatternParser {
  /// `\d`, `\pL`, `\P{Lu}`, …; nil when the backslash does not begin a class.
  mutating func parseClassEscape() throws(PatternError) -> ScalarSet? {
    guard current == "\\", let letter = peek(1) else { return nil }
    if let set = ScalarSet.perl(letter) {
      position += 2
      return folded(set)
    }
    guard letter == "p" || letter == "P" else { return nil }
    let start = position
    position += 2
    var name = ""
    if accept("{") {
      while let scalar = current, scalar != "}" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard accept("}") else { throw error("invalid character class range", from: start) }
    } else if let scalar = current {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    let isNegated = name.hasPrefix("^")
    guard let set = ScalarSet.unicode(isNegated ? String(name.dropFirst()) : name) else {
      throw error("invalid character class range", from: start)
    }
    let cased = folded(set)
    return isNegated != (letter == "P") ? cased.inverted : cased
  }

  private func folded(_ set: ScalarSet) -> ScalarSet {
    flags.ignoresCase ? set.caseFolded : set
  }

  /// The scalar that an escape stands for.
  mutating func parseEscape() throws(PatternError) -> Unicode.Scalar {
    let start = position
    position += 1
    guard let letter = current else {
      throw error("trailing backslash at end of expression", from: position)
    }
    position += 1
    switch letter {
    case "a": return "\u{07}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "x": return try parseHexEscape(start)
    case "0"..."7":
      // One digit would be a reference back, which no linear matcher has.
      if letter != "0", !isOctal(current) { break }
      var value = letter.value - 0x30
      for _ in 0..<2 {
        guard let digit = current, isOctal(digit) else { break }
        value = value * 8 + digit.value - 0x30
        position += 1
      }
      if let scalar = Unicode.Scalar(value) { return scalar }
    default:
      let isWord = ScalarSet.words.contains(letter.value) && letter != "_"
      if letter.isASCII, !isWord { return letter }
    }
    throw error("invalid escape sequence", from: start)
  }

  private func isOctal(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { $0 >= "0" && $0 <= "7" } ?? false
  }

  /// The rest of `\x7F` or `\x{10FFFF}`.
  private mutating func parseHexEscape(_ start: Int) throws(PatternError) -> Unicode.Scalar {
    var value: UInt32 = 0
    if accept("{") {
      var hasDigits = false
      while let digit = hexDigit {
        value = value << 4 | digit
        position += 1
        hasDigits = true
        if value > ScalarSet.lastScalar { break }
      }
      if hasDigits, current == "}", let scalar = Unicode.Scalar(value) {
        position += 1
        return scalar
      }
    } else {
      var count = 0
      while count < 2, let digit = hexDigit {
        value = value << 4 | digit
        position += 1
        count += 1
      }
      if count == 2, let scalar = Unicode.Scalar(value) { return scalar }
    }
    if current != nil { position += 1 }
    throw error("invalid escape sequence", from: start)
  }

  private var hexDigit: UInt32? {
    current.flatMap { $0.isASCII ? Character($0).hexDigitValue : nil }.map(UInt32.init)
  }

  /// `[a-z\d[:alpha:]]`, `[^…]`.
  mutating func parseClass() throws(PatternError) -> ScalarSet {
    let start = position
    position += 1
    let isNegated = accept("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while isFirst || current != "]" {
      isFirst = false
      guard current != nil else {
        throw error("missing closing ]", from: start, to: scalars.count)
      }
      if current == "[", peek(1) == ":", let posix = try parsePosixClass() {
        ranges += posix.ranges
      } else if let escaped = try parseClassEscape() {
        ranges += escaped.ranges
      } else {
        ranges.append(try parseRange(start))
      }
    }
    position += 1
    let set = folded(ScalarSet(ranges))
    return isNegated ? set.inverted : set
  }

  /// `[:alpha:]` or `[:^alpha:]`; nil when there is no `:]`, and then the bracket is itself.
  private mutating func parsePosixClass() throws(PatternError) -> ScalarSet? {
    let start = position
    var end = position + 2
    while end + 1 < scalars.count, !(scalars[end] == ":" && scalars[end + 1] == "]") { end += 1 }
    guard end + 1 < scalars.count else { return nil }
    var name = String(String.UnicodeScalarView(scalars[position + 2..<end]))
    let isNegated = name.hasPrefix("^")
    if isNegated { name.removeFirst() }
    position = end + 2
    guard let set = ScalarSet.posix(name) else {
      throw error("invalid character class range", from: start)
    }
    return isNegated ? folded(set).inverted : folded(set)
  }

  private mutating func parseRange(_ classStart: Int) throws(PatternError) -> ClosedRange<UInt32> {
    let start = position
    let low = try parseClassScalar(classStart)
    var high = low
    if current == "-", peek(1) != nil, peek(1) != "]" {
      position += 1
      high = try parseClassScalar(classStart)
      if high < low { throw error("invalid character class range", from: start) }
    }
    return low.value...high.value
  }

  private mutating func parseClassScalar(_ classStart: Int) throws(PatternError) -> Unicode.Scalar {
    guard let scalar = current else {
      throw error("missing closing ]", from: classStart, to: scalars.count)
    }
    if scalar == "\\" { return try parseEscape() }
    position += 1
    return scalar
  }
}
