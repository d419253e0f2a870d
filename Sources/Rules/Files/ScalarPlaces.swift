/// Finds where each byte of a YAML scalar's value stands in the file.
///
/// YAML folds lines and replaces escapes, so value and source differ. The source is read once more
/// beside the value; where the two do not agree to the last byte nothing is claimed.
struct ScalarPlaces {
  /// How a scalar is written.
  enum Style {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  private let source: SourceLines
  private let value: [UInt8]
  private var taken = 0
  private var places: [SourceText.Place] = []
  private var line: Int
  private var offset: Int

  /// The places of `value`, written in `style` from `start` on; empty when they cannot be told.
  static func find(
    _ value: String, style: Style, from start: SourceText.Place, in source: SourceLines
  ) -> [SourceText.Place] {
    var finder = ScalarPlaces(value, from: start, in: source)
    let isFound =
      switch style {
      case .plain: finder.flow(quote: nil)
      case .singleQuoted: finder.flow(quote: UInt8(ascii: "'"))
      case .doubleQuoted: finder.flow(quote: UInt8(ascii: "\""))
      case .literal, .folded: finder.block(isFolded: style == .folded)
      }
    return isFound && finder.taken == finder.value.count ? finder.places : []
  }

  private init(_ value: String, from start: SourceText.Place, in source: SourceLines) {
    self.value = Array(value.utf8)
    self.source = source
    line = start.line
    offset = source.bytes(of: start.line).lowerBound + start.column - 1
  }

  private func place(of offset: Int, in line: Int) -> SourceText.Place {
    .init(line: line, column: offset - source.bytes(of: line).lowerBound + 1)
  }

  /// Accepts the next byte of the value when it is `byte`.
  private mutating func take(_ byte: UInt8, at offset: Int) -> Bool {
    guard taken < value.count, value[taken] == byte else { return false }
    places.append(place(of: offset, in: line))
    taken += 1
    return true
  }

  // MARK: Plain and quoted

  private mutating func flow(quote: UInt8?) -> Bool {
    if let quote {
      guard offset < source.bytes.count, source.bytes[offset] == quote else { return false }
      offset += 1
    }
    while taken < value.count {
      if let isFold = fold() {
        guard isFold else { return false }
        continue
      }
      guard offset < source.bytes.count else { return false }
      let byte = source.bytes[offset]
      if quote == UInt8(ascii: "\""), byte == "\\" {
        guard escape() else { return false }
        continue
      }
      guard take(byte, at: offset) else { return false }
      offset += quote == UInt8(ascii: "'") && byte == "'" ? 2 : 1
    }
    return true
  }

  /// Blanks around line breaks are one space, or a line feed for each empty line.
  ///
  /// Nil when no line ends here.
  private mutating func fold() -> Bool? {
    let start = offset
    var end = offset
    var breaks = 0
    while end < source.bytes.count, isSpace(source.bytes[end]) {
      if source.bytes[end] == "\n" { breaks += 1 }
      end += 1
    }
    guard breaks > 0 else { return nil }
    let isTaken =
      breaks == 1
      ? take(0x20, at: start)
      : (1..<breaks).allSatisfy { _ in take(0x0a, at: start) }
    line += breaks
    offset = end
    return isTaken
  }

  /// An escape of a double-quoted scalar; all bytes of its value stand at its backslash.
  private mutating func escape() -> Bool {
    guard offset + 1 < source.bytes.count else { return false }
    let letter = source.bytes[offset + 1]
    let hexDigits = letter == "x" ? 2 : letter == "u" ? 4 : letter == "U" ? 8 : 0
    if letter == "\n" || letter == "\r" {
      // An escaped line break joins the lines.
      var end = offset + 1
      while end < source.bytes.count, isSpace(source.bytes[end]) {
        if source.bytes[end] == "\n" { line += 1 }
        end += 1
      }
      offset = end
      return true
    }
    let bytes: [UInt8]
    if hexDigits > 0 {
      let end = offset + 2 + hexDigits
      guard end <= source.bytes.count,
        let number = UInt32(
          String(decoding: source.bytes[offset + 2..<end], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(number)
      else { return false }
      bytes = Array(String(Character(scalar)).utf8)
    } else {
      guard let text = Self.escapes[letter] else { return false }
      bytes = Array(text.utf8)
    }
    for byte in bytes where !take(byte, at: offset) { return false }
    offset += 2 + hexDigits
    return true
  }

  /// YAML 1.1, 5.7 "Escape sequences".
  private static let escapes: [UInt8: String] = [
    0x30: "\0", 0x61: "\u{07}", 0x62: "\u{08}", 0x74: "\t", 0x09: "\t", 0x6e: "\n", 0x76: "\u{0b}",
    0x66: "\u{0c}", 0x72: "\r", 0x65: "\u{1b}", 0x20: " ", 0x22: "\"", 0x2f: "/", 0x5c: "\\",
    0x4e: "\u{85}", 0x5f: "\u{a0}", 0x4c: "\u{2028}", 0x50: "\u{2029}",
  ]

  // MARK: Blocks

  private mutating func block(isFolded: Bool) -> Bool {
    let header = source.bytes[offset..<source.bytes(of: line).upperBound].prefix { !isSpace($0) }
    let explicit = header.first(where: isDigit).map { Int($0) - 0x30 }
    line += 1
    // The indentation is that of the first line with content, unless the header says otherwise;
    // a header counts from the parent's indentation, which is not known here.
    guard explicit == nil, let indentation = indentation() else { return value.isEmpty }
    var isFirst = true
    while taken < value.count, line <= source.count {
      let range = source.bytes(of: line)
      let content = min(range.lowerBound + indentation, range.upperBound)..<range.upperBound
      if isFolded, !isFirst { joinFolded(at: content.lowerBound) }
      for position in content {
        if taken == value.count { break }
        guard take(source.bytes[position], at: position) else { return false }
      }
      if !isFolded, taken < value.count {
        guard take(0x0a, at: range.upperBound) else { return false }
      }
      isFirst = false
      line += 1
    }
    // Line feeds at the end that chomping kept have no place of their own.
    while taken < value.count, value[taken] == 0x0a, let last = places.last {
      places.append(last)
      taken += 1
    }
    return true
  }

  private func indentation() -> Int? {
    for number in line..<max(line, source.count + 1) {
      let content = source.bytes[source.bytes(of: number)]
      let spaces = content.prefix { $0 == " " }.count
      if spaces < content.count { return spaces }
    }
    return nil
  }

  /// Takes what folding made of the break before this line: a space, or line feeds.
  private mutating func joinFolded(at offset: Int) {
    if taken < value.count, value[taken] == 0x20, take(0x20, at: offset) { return }
    let range = source.bytes(of: line)
    let isBlank = range.isEmpty || source.bytes[range].allSatisfy(isSpace)
    // Each blank line gives a line feed; so does the end of a line that is indented further.
    if taken < value.count, value[taken] == 0x0a {
      _ = take(0x0a, at: offset)
      if !isBlank {
        while taken < value.count, value[taken] == 0x0a { _ = take(0x0a, at: offset) }
      }
    }
  }
}
