/// Text from labels, rules and people, made safe for the form it is put into.
enum Escaping {
  /// For HTML and SVG, in elements and in quoted attributes; control characters become U+FFFD.
  static func html(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count + text.utf8.count / 8)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      case _ where isControl(scalar): out.unicodeScalars.append("\u{fffd}")
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// For a value in the query of a URL, inside a quoted attribute: RFC 3986's unreserved stay.
  static func query(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"), UInt8(ascii: "~"):
          true
        default: false
        }
      if isPlain { return String(UnicodeScalar(byte)) }
      let hex = String(byte, radix: 16, uppercase: true)
      return "%" + (hex.count < 2 ? "0" : "") + hex
    }.joined()
  }

  /// For sentences in HTML: as `html`, and a number keeps its unit and its thousands on its line.
  static func prose(_ text: String) -> String {
    var out = ""
    var previous: Substring = ""
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      let isJoined = isNumber(previous) && isUnitOrThousands(word)
      if index > 0 { out += isJoined ? "\u{a0}" : " " }
      out += html(String(word))
      previous = word
    }
    return out
  }

  private static func isNumber(_ word: Substring) -> Bool {
    let digits = word.drop { $0 == "(" || $0 == "-" || $0 == "+" }
    return !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) || $0 == "." }
  }

  private static func isUnitOrThousands(_ word: Substring) -> Bool {
    let units: Set<Substring> = [
      "%", "s", "ms", "µs", "ns", "min", "h", "d", "B", "KiB", "MiB", "GiB", "TiB", "k", "M", "G",
    ]
    let core = word.prefix { !",.;:)/".contains($0) }
    return units.contains(core) || core.count == 3 && core.allSatisfy { ("0"..."9").contains($0) }
  }

  /// For a Markdown paragraph, list item or table cell: one line, nothing in it is markup.
  ///
  /// Source: https://spec.commonmark.org/0.31.2/#backslash-escapes
  static func markdown(_ text: String) -> String {
    var out = ""
    var scalars = text.unicodeScalars.map { isControl($0) || $0 == "\n" || $0 == "\t" ? " " : $0 }
    // Spaces in front could make a code block of the rest.
    scalars.removeFirst(scalars.prefix { $0 == " " }.count)
    let digits = scalars.prefix { ("0"..."9").contains($0) }.count
    for (index, scalar) in scalars.enumerated() {
      let isMarkup =
        switch scalar {
        case "\\", "`", "*", "[", "]", "<", "|", "~", "&": true
        case "_": !isInsideWord(scalars, index)
        // These mean something at the start of a line, which the caller may put the text at.
        case "#", "+", "-", ">", "=": index == 0
        case ".", ")": index > 0 && index == digits
        default: false
        }
      if isMarkup { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out
  }

  /// For a fenced block: as it is, but it cannot end the fence; control characters become U+FFFD.
  static func fence(_ text: String, language: String = "") -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      safe.unicodeScalars.append(isControl(scalar) ? "\u{fffd}" : scalar)
    }
    var ticks = "```"
    while safe.contains(ticks) { ticks += "`" }
    let body = safe.hasSuffix("\n") ? safe : safe + "\n"
    return "\(ticks)\(language)\n\(body)\(ticks)\n"
  }

  /// For a terminal: one line, and no character that could move the cursor or set a colour.
  static func terminal(_ text: String) -> String {
    // Nearly every text is plain already.
    if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 }) { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\t": out += " "
      case _ where isControl(scalar) || isDirection(scalar): out.unicodeScalars.append("\u{fffd}")
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// C0 and C1 controls and DEL, line breaks and tabs aside.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a: false
    case 0..<0x20, 0x7f..<0xa0: true
    default: false
    }
  }

  /// Marks that reorder the text around them, with which a label could pose as another.
  private static func isDirection(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  private static func isInsideWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard index > 0, index + 1 < scalars.count else { return false }
    return [scalars[index - 1], scalars[index + 1]].allSatisfy {
      $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
  }
}
