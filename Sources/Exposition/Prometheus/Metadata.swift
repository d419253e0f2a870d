import Model

extension TextDecoder {
  /// Takes `# HELP`, `# TYPE` and `# UNIT` into the batch; every other comment is skipped.
  ///
  /// Each line gives all that is known of its family by then, so that the last one stands.
  mutating func decodeComment(
    _ line: ByteView, _ start: Int, into batch: inout SampleBatch
  ) throws(LineError) {
    var at = start + 1
    let afterHash = at
    while at < line.count, isBlank(line[at]) { at += 1 }
    if at == afterHash { return }
    let keyword = TextLine.word(line, at)
    let isType = line[keyword].equals("TYPE")
    let isUnit = line[keyword].equals("UNIT")
    if line[keyword].equals("EOF"), keyword.upperBound == line.count, dialect == .either {
      dialect = .openmetrics
    }
    guard isType || isUnit || line[keyword].equals("HELP") else { return }
    at = keyword.upperBound
    while at < line.count, isBlank(line[at]) { at += 1 }
    if keyword.upperBound == line.count { return }
    let name = try metadataName(line, at)
    let text = line[min(name.end + 1, line.count)..<line.count]
    guard text.isUTF8 else {
      throw LineError(.invalidUTF8, name.end..<line.count, expected: "UTF-8 text")
    }
    if isUnit, dialect == .either { dialect = .openmetrics }
    if isType { try checkType(line, min(name.end + 1, line.count)..<line.count) }
    // Every scrape repeats its metadata; one copy of each line is enough.
    let hash = SpellingMemo.hashOfAnyLength(line)
    if memo.number(of: hash) != nil { return }
    memo.insert(hash, number: SpellingSequence.none)
    guard metadata[name.text] != nil || metadata.count < metadataNamesMax else { return }
    var known = metadata[name.text] ?? MetricMetadata(name: name.text)
    if isType {
      known.type = text.equals("untyped") ? "unknown" : text.text
    } else if isUnit {
      known.unit = text.text
    } else {
      known.help = unescapedHelp(text)
    }
    metadata[name.text] = known
    batch.metadata.append(known)
  }

  /// The metric name at `start`, plain or in quotes, and the offset after it.
  private func metadataName(
    _ line: ByteView, _ start: Int
  ) throws(LineError) -> (text: String, end: Int) {
    var end = start
    if start < line.count, line[start] == UInt8(ascii: "\"") {
      end += 1
      while end < line.count, line[end] != UInt8(ascii: "\"") {
        end += line[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard end < line.count, end > start + 1, line[start + 1..<end].isUTF8 else {
        throw LineError(.badMetadata, start..<line.count, expected: "a metric name")
      }
      return (line[start + 1..<end].text, end + 1)
    }
    let word = TextLine.word(line, start)
    guard isMetricIdentifier(line[word].text) else {
      throw LineError(.badMetadata, word, expected: "a metric name")
    }
    return (line[word].text, word.upperBound)
  }

  /// Refuses a type that the dialect does not have.
  private mutating func checkType(_ line: ByteView, _ range: Range<Int>) throws(LineError) {
    switch line[range].text {
    case "counter", "gauge", "histogram", "summary": return
    case "untyped" where dialect != .openmetrics:
      dialect = .prometheus
      return
    case "unknown", "info", "stateset", "gaugehistogram":
      if dialect == .either { dialect = .openmetrics }
      if dialect == .openmetrics { return }
    default: break
    }
    throw LineError(
      .badMetadata, range,
      expected: dialect == .openmetrics
        ? "one of the OpenMetrics types"
        : "counter, gauge, histogram, summary or untyped")
  }
}

/// A help text with its escapes `\\` and `\n` undone.
private func unescapedHelp(_ text: ByteView) -> String {
  var plain: [UInt8] = []
  var at = 0
  while at < text.count {
    let next = at + 1 < text.count ? text[at + 1] : 0
    if text[at] == UInt8(ascii: "\\"), next == UInt8(ascii: "\\") || next == UInt8(ascii: "n") {
      plain.append(next == UInt8(ascii: "n") ? UInt8(ascii: "\n") : next)
      at += 2
    } else {
      plain.append(text[at])
      at += 1
    }
  }
  return String(decoding: plain, as: UTF8.self)
}
