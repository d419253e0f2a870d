public import Model

extension Labels {
  /// Reads a series: `up{job="api"}`, `{__name__="up"}`, `{"my.metric", "a.b"="c"}`.
  ///
  /// - Parameter text: The series and nothing else.
  /// - Throws: `NotationError` with the place of the first mistake.
  public init(seriesKey text: String) throws(NotationError) {
    var cursor = NotationCursor(text)
    cursor.skipBlanks()
    self = try cursor.seriesKey()
    cursor.skipBlanks()
    guard cursor.next == nil else { throw cursor.unexpected(wanted: "the end of the series") }
  }
}

extension NotationCursor {
  /// Reads a name, a label set in braces, or a name and a label set with nothing between them.
  mutating func seriesKey() throws(NotationError) -> Labels {
    var labels = Labels()
    var name = ""
    if let first = next, Self.isWord(first) || first == ":", !Self.isDigit(first) {
      name = take { Self.isWord($0) || $0 == ":" }
    } else if next != "{" {
      throw unexpected(wanted: "a series")
    }
    if next == "{", !startsHistogram { try readLabelSet(into: &labels) }
    if !name.isEmpty { labels[Labels.metricName] = name }
    return labels
  }

  private var startsHistogram: Bool {
    index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{")
  }

  private mutating func readLabelSet(into labels: inout Labels) throws(NotationError) {
    index += 1
    skipBlanks()
    while !skip("}") {
      try readLabel(into: &labels)
      skipBlanks()
      if skip(",") {
        skipBlanks()
      } else if next != "}" {
        throw unexpected(wanted: "\",\" or \"}\"")
      }
    }
  }

  private mutating func readLabel(into labels: inout Labels) throws(NotationError) {
    var isQuoted = false
    let name: String
    if next == "\"" || next == "'" || next == "`" {
      isQuoted = true
      name = try quotedText()
    } else {
      guard let first = next, Self.isWord(first), !Self.isDigit(first) else {
        throw unexpected(wanted: "a label")
      }
      name = take(while: Self.isWord)
    }
    skipBlanks()
    if skip("=") {
      skipBlanks()
      labels[name] = try quotedText()
    } else if isQuoted, labels.metricName == nil {
      labels[Labels.metricName] = name
    } else {
      throw unexpected(wanted: "\"=\"")
    }
  }
}
