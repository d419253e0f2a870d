import Model

/// The parts of a text line that follow the series.
enum TextLine {
  /// The bytes from `start` up to the next blank.
  @inline(__always)
  static func word(_ line: ByteView, _ start: Int) -> Range<Int> {
    var end = start
    while end < line.count, !isBlank(line[end]) { end += 1 }
    return start..<end
  }

  /// The sample value at `at`, which moves behind it.
  static func value(_ line: ByteView, _ at: inout Int) throws(LineError) -> Double {
    let word = word(line, at)
    guard let value = DecimalNumber.parseWithSpecials(line[word]) else {
      throw LineError(.badNumber, word, expected: "a number")
    }
    at = word.upperBound
    return value
  }

  /// Digits with an optional minus.
  static func isInteger(_ view: ByteView) -> Bool {
    var at = view.count > 0 && view[0] == UInt8(ascii: "-") ? 1 : 0
    if at == view.count { return false }
    while at < view.count, isDigit(view[at]) { at += 1 }
    return at == view.count
  }

  /// What the first timestamp of an input of unknown dialect tells.
  ///
  /// A fraction is OpenMetrics, and so is an integer that means 1973…5138 in seconds but the years
  /// 1970…1973 in milliseconds. Smaller ones occur in made-up data only: milliseconds.
  static func dialect(ofTime view: ByteView) -> TextDecoder.Dialect {
    guard isInteger(view) else {
      return DecimalNumber.parse(view) == nil ? .prometheus : .openmetrics
    }
    return view.count >= 9 && view.count <= 11 && view[0] != UInt8(ascii: "-")
      ? .openmetrics : .prometheus
  }

  /// Checks the exemplar `# {labels} value [timestamp]` that fills the line from `start` on.
  static func skipExemplar(_ line: ByteView, _ start: Int) throws(LineError) {
    var at = start + 1
    while at < line.count, isBlank(line[at]) { at += 1 }
    guard at < line.count, line[at] == UInt8(ascii: "{") else {
      throw LineError(.badExemplar, at..<line.count, expected: "the labels of an exemplar")
    }
    var scanner = SeriesKeyScanner()
    do throws(SeriesKeyError) {
      at = try scanner.scan(line.buffer.span, from: at)
    } catch {
      throw LineError(error)
    }
    while at < line.count, isBlank(line[at]) { at += 1 }
    _ = try value(line, &at)
    while at < line.count, isBlank(line[at]) { at += 1 }
    if at == line.count { return }
    let word = word(line, at)
    guard DecimalNumber.parse(line[word]) != nil, line[word.upperBound...].isEmpty else {
      throw LineError(.badExemplar, word, expected: "a timestamp in seconds")
    }
  }
}

extension ByteView {
  /// The bytes from `range`'s start to the end, blanks at both ends left out.
  subscript(range: PartialRangeFrom<Int>) -> ByteView { self[range.lowerBound..<count].trimmed }
}
