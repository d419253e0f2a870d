/// Finds the parts of a series spelling without making a `String` of them.
///
/// A scanner is used again and again, so that its arrays are allocated once.
public struct SeriesKeyScanner: Sendable {
  /// One label as offsets into what was scanned, quotes left out.
  public struct Part: Hashable, Sendable {
    /// The name's bytes.
    public var name: Range<Int>
    /// The value's bytes, still escaped.
    public var value: Range<Int>
    /// True when `name` stood in quotes and has escapes.
    public var isNameEscaped: Bool
    /// True when `value` has escapes.
    public var isValueEscaped: Bool
  }

  /// The metric name outside or inside the braces; nil when there is none (or it is a label).
  public private(set) var metricName: Range<Int>?
  /// True when the metric name stood in quotes and has escapes.
  public private(set) var isMetricNameEscaped = false
  /// The labels in the order of the text.
  public private(set) var parts: [Part] = []

  /// A scanner that has read nothing.
  public init() {}

  /// Reads one series from `start` on and returns the offset after it.
  ///
  /// A series that has no metric name is accepted: recordings of single aggregates have none.
  /// - Throws: `SeriesKeyError` with offsets into `bytes`.
  /// - Complexity: O(length).
  public mutating func scan(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(SeriesKeyError) -> Int {
    metricName = nil
    isMetricNameEscaped = false
    parts.removeAll(keepingCapacity: true)
    var at = start
    while at < bytes.count, isNameByte(bytes[at], isFirst: at == start, colon: true) { at += 1 }
    if at > start { metricName = start..<at }
    let nameEnd = at
    at = skipBlanks(bytes, at)
    guard at < bytes.count, bytes[at] == UInt8(ascii: "{") else {
      if nameEnd == start {
        throw SeriesKeyError(.missingName, wordRange(bytes, start))
      }
      return nameEnd
    }
    at = try scanLabels(bytes, from: at + 1)
    try refuseDuplicates(bytes)
    return at
  }

  /// The label set of the series last scanned in `bytes`.
  public func labels(in bytes: Span<UInt8>) -> Labels {
    var pool: TextPool?
    return labels(in: bytes, sharing: &pool)
  }

  /// The label set of the series last scanned in `bytes`, its texts taken from `pool`.
  func labels(in bytes: Span<UInt8>, sharing pool: inout TextPool?) -> Labels {
    var pairs: [Label] = []
    pairs.reserveCapacity(parts.count + 1)
    if let metricName {
      let name = text(bytes, metricName, isMetricNameEscaped, &pool)
      pairs.append(Label(Labels.metricName, name))
    }
    for part in parts where !part.value.isEmpty {
      pairs.append(
        Label(
          text(bytes, part.name, part.isNameEscaped, &pool),
          text(bytes, part.value, part.isValueEscaped, &pool)))
    }
    return Labels(sorting: pairs)
  }

  /// Reads labels up to and with the closing brace; returns the offset after it.
  private mutating func scanLabels(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(SeriesKeyError) -> Int {
    var at = skipBlanks(bytes, start)
    parts.reserveCapacity(8)
    while true {
      guard at < bytes.count else { throw SeriesKeyError(.unterminatedLabels, at..<at) }
      if bytes[at] == UInt8(ascii: "}") { return at + 1 }
      let isQuoted = bytes[at] == UInt8(ascii: "\"")
      var isNameEscaped = false
      var name = at..<at
      if isQuoted {
        (name, isNameEscaped) = try scanString(bytes, at)
        at = name.upperBound + 1
      } else {
        while at < bytes.count, isNameByte(bytes[at], isFirst: at == name.lowerBound, colon: false)
        {
          at += 1
        }
        name = name.lowerBound..<at
      }
      let nameEnd = at
      at = skipBlanks(bytes, at)
      let next = at < bytes.count ? bytes[at] : 0
      if isQuoted, next == UInt8(ascii: ",") || next == UInt8(ascii: "}") {
        // A quoted text on its own is the metric name.
        if metricName != nil { throw SeriesKeyError(.secondName, name) }
        if name.isEmpty { throw SeriesKeyError(.missingName, name) }
        (metricName, isMetricNameEscaped) = (name, isNameEscaped)
      } else {
        if name.isEmpty { throw SeriesKeyError(.badLabelName, wordRange(bytes, nameEnd)) }
        guard next == UInt8(ascii: "=") else {
          throw SeriesKeyError(.missingEquals, wordRange(bytes, at))
        }
        at = skipBlanks(bytes, at + 1)
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
          throw SeriesKeyError(.missingQuote, wordRange(bytes, at))
        }
        let (value, isValueEscaped) = try scanString(bytes, at)
        parts.append(
          Part(
            name: name, value: value, isNameEscaped: isNameEscaped, isValueEscaped: isValueEscaped))
        at = skipBlanks(bytes, value.upperBound + 1)
      }
      // Prometheus' own parser asks for no comma between labels, and some exporters leave it out.
      if at < bytes.count, bytes[at] == UInt8(ascii: ",") { at = skipBlanks(bytes, at + 1) }
    }
  }

  /// Reads the string whose opening quote is at `quote`: its range without quotes.
  private func scanString(
    _ bytes: Span<UInt8>, _ quote: Int
  ) throws(SeriesKeyError) -> (range: Range<Int>, isEscaped: Bool) {
    var at = quote + 1
    var isEscaped = false
    var union: UInt8 = 0
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      union |= bytes[at]
      if bytes[at] == UInt8(ascii: "\\") {
        isEscaped = true
        at += 1
        if at < bytes.count { union |= bytes[at] }
      }
      at += 1
    }
    guard at < bytes.count else {
      throw SeriesKeyError(.unterminatedString, quote..<bytes.count)
    }
    let range = quote + 1..<at
    if union >= 0x80, (try? UTF8Span(validating: bytes.extracting(range))) == nil {
      throw SeriesKeyError(.invalidUTF8, range)
    }
    return (range, isEscaped)
  }

  /// So many names are compared with each other; of more a set is made.
  ///
  /// Whether a series has more labels than it may is known only when all are read, and a line has room
  /// for a hundred thousand.
  private static let comparedMax = 32

  private func refuseDuplicates(_ bytes: Span<UInt8>) throws(SeriesKeyError) {
    let areMany = parts.count > Self.comparedMax
    var names: Set<String> = []
    for index in parts.indices {
      let part = parts[index]
      if metricName != nil, part.name.count == 8,
        text(bytes, part.name, part.isNameEscaped) == Labels.metricName
      {
        throw SeriesKeyError(.secondName, part.name)
      }
      let isKnown =
        areMany
        ? !names.insert(text(bytes, part.name, part.isNameEscaped)).inserted
        : (0..<index).contains { isEqual(bytes, parts[$0], part) }
      if isKnown { throw SeriesKeyError(.duplicateLabel, part.name) }
    }
  }

  private func isEqual(_ bytes: Span<UInt8>, _ a: Part, _ b: Part) -> Bool {
    if a.isNameEscaped || b.isNameEscaped {
      return text(bytes, a.name, a.isNameEscaped) == text(bytes, b.name, b.isNameEscaped)
    }
    guard a.name.count == b.name.count else { return false }
    for offset in 0..<a.name.count
    where bytes[a.name.lowerBound + offset] != bytes[b.name.lowerBound + offset] {
      return false
    }
    return true
  }
}

/// The text of `range`, its escapes undone.
private func text(_ bytes: Span<UInt8>, _ range: Range<Int>, _ isEscaped: Bool) -> String {
  var pool: TextPool?
  return text(bytes, range, isEscaped, &pool)
}

/// The text of `range`, its escapes undone, taken from `pool` where it was made before.
private func text(
  _ bytes: Span<UInt8>, _ range: Range<Int>, _ isEscaped: Bool, _ pool: inout TextPool?
) -> String {
  guard isEscaped else {
    return bytes.extracting(range).withUnsafeBufferPointer {
      pool?.text($0) ?? String(decoding: $0, as: UTF8.self)
    }
  }
  var plain: [UInt8] = []
  plain.reserveCapacity(range.count)
  var at = range.lowerBound
  while at < range.upperBound {
    let byte = bytes[at]
    at += 1
    guard byte == UInt8(ascii: "\\"), at < range.upperBound else {
      plain.append(byte)
      continue
    }
    switch bytes[at] {
    case UInt8(ascii: "n"): plain.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): plain.append(bytes[at])
    default:
      plain.append(byte)
      plain.append(bytes[at])
    }
    at += 1
  }
  return String(decoding: plain, as: UTF8.self)
}

/// The bytes a person would point at: up to the next blank or punctuation, at least one.
private func wordRange(_ bytes: Span<UInt8>, _ start: Int) -> Range<Int> {
  var end = start
  while end < bytes.count {
    switch bytes[end] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: "="),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      return start..<max(end, start + 1)
    default: end += 1
    }
  }
  return start..<end
}

private func skipBlanks(_ bytes: Span<UInt8>, _ start: Int) -> Int {
  var at = start
  while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t") {
    at += 1
  }
  return at
}

private func isNameByte(_ byte: UInt8, isFirst: Bool, colon: Bool) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "_"):
    true
  case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
  case UInt8(ascii: ":"): colon
  default: false
  }
}
