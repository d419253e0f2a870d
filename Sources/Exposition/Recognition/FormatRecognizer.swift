import Model

/// Tells the format of an input by its first lines, one at a time.
///
/// A line that says nothing (blank, garbage, a plain comment) leaves it to the next.
struct FormatRecognizer: Sendable {
  private var scanner = SeriesKeyScanner()
  private let mapping: CSVMapping?

  /// - Parameter mapping: The columns that a CSV table must have to be recognised by them.
  init(mapping: CSVMapping?) { self.mapping = mapping }

  /// The format that `line` (without its end) is written in; nil when it does not tell.
  mutating func format(of line: ByteView) -> InputFormat? {
    let text = line.trimmed
    guard let first = text.isEmpty ? nil : text[0], text.isUTF8, !text.hasControlBytes else {
      return nil
    }
    switch first {
    case UInt8(ascii: "#"): return comment(text)
    case UInt8(ascii: "{"): return isObject(text) ? .jsonl : sample(text)
    case UInt8(ascii: "["): return .jsonl
    default: break
    }
    if let format = sample(text) { return format }
    if isGraphite(text) { return .graphite }
    if isInflux(text) { return .influx }
    return CSVHeader.isHeader(text, mapping: mapping) ? .csv : nil
  }

  private func comment(_ text: ByteView) -> InputFormat? {
    if text.starts(with: "# UNIT ") || text.equals("# EOF") { return .openmetrics }
    return text.starts(with: "# TYPE ") || text.starts(with: "# HELP ") ? .prometheus : nil
  }

  /// An object's first key is followed by a colon; the quoted name of a series is not.
  private func isObject(_ text: ByteView) -> Bool {
    var at = 1
    while at < text.count, isBlank(text[at]) { at += 1 }
    guard at < text.count, text[at] == UInt8(ascii: "\"") else {
      return at < text.count && text[at] == UInt8(ascii: "}") && at + 1 == text.count
    }
    at += 1
    while at < text.count, text[at] != UInt8(ascii: "\"") {
      at += text[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    at += 1
    while at < text.count, isBlank(text[at]) { at += 1 }
    return at < text.count && text[at] == UInt8(ascii: ":")
  }

  /// A line of text exposition; a bare name with a time in seconds is Graphite's.
  private mutating func sample(_ text: ByteView) -> InputFormat? {
    guard let keyEnd = try? scanner.scan(text.buffer.span, from: 0) else { return nil }
    let words = Self.words(text[keyEnd..<text.count])
    guard let value = words.first, DecimalNumber.parseWithSpecials(value) != nil else {
      return nil
    }
    if words.count == 1 { return .prometheus }
    guard DecimalNumber.parse(words[1]) != nil else {
      return words[1].equals("#") ? .openmetrics : nil
    }
    if words.count > 2 { return words[2].equals("#") ? .openmetrics : nil }
    let isBare = scanner.parts.isEmpty && text[keyEnd - 1] != UInt8(ascii: "}")
    return isBare && TextLine.dialect(ofTime: words[1]) == .openmetrics ? .graphite : .prometheus
  }

  private func isGraphite(_ text: ByteView) -> Bool {
    let words = Self.words(text)
    // What follows a line end inside of a label value looks like a path: `rest"} 1 1700000000000`.
    guard let path = words.first, !path.hasQuoteOrBrace else { return false }
    return words.count == 3 && DecimalNumber.parse(words[1]) != nil
      && DecimalNumber.parse(words[2]) != nil
  }

  /// `measurement[,tags] field=value…`: the second part has a `=` with something on both sides.
  private func isInflux(_ text: ByteView) -> Bool {
    var at = 0
    while at < text.count, text[at] != UInt8(ascii: " ") {
      at += text[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard at > 0, at < text.count, text[0] != UInt8(ascii: ",") else { return false }
    at += 1
    let fields = at
    while at < text.count, text[at] != UInt8(ascii: "=") {
      if text[at] == UInt8(ascii: " ") || text[at] == UInt8(ascii: ",") { return false }
      at += text[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard at > fields, at + 1 < text.count else { return false }
    switch text[at + 1] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "\""), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "T"), UInt8(ascii: "F"):
      return true
    default: return false
    }
  }

  /// Up to four words between blanks.
  private static func words(_ text: ByteView) -> [ByteView] {
    var words: [ByteView] = []
    var at = 0
    while words.count < 4 {
      while at < text.count, isBlank(text[at]) { at += 1 }
      if at == text.count { break }
      let word = TextLine.word(text, at)
      words.append(text[word])
      at = word.upperBound
    }
    return words
  }
}

extension ByteView {
  /// True when a double quote or a brace occurs, which no path of Graphite has.
  fileprivate var hasQuoteOrBrace: Bool {
    for offset in 0..<count {
      switch self[offset] {
      case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"): return true
      default: continue
      }
    }
    return false
  }

  /// True when a byte below 32 other than a tab occurs, which no text format writes.
  fileprivate var hasControlBytes: Bool {
    for offset in 0..<count where self[offset] < 0x20 && self[offset] != 0x09 { return true }
    return false
  }
}
