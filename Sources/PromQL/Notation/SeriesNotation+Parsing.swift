public import Model

extension SeriesNotation {
  /// Reads a series and its values.
  ///
  /// - Parameter line: `series items`, with blanks around and between items.
  /// - Throws: `NotationError` with the place of the first mistake.
  public init(parsing line: String) throws(NotationError) {
    var cursor = NotationCursor(line)
    cursor.skipBlanks()
    labels = try cursor.seriesKey()
    isStartTimes = cursor.skip("@st")
    runs = []
    var count = 0
    while cursor.next != nil {
      guard cursor.isAtBlank else { throw cursor.unexpected(wanted: "a blank") }
      cursor.skipBlanks()
      guard cursor.next != nil else { break }
      let start = cursor.index
      let run = try isStartTimes ? cursor.startTimeRun() : cursor.sampleRun()
      count += run.count
      guard count <= Self.positionsMax else {
        throw NotationError(
          .tooManyPositions(limit: Self.positionsMax), at: start..<cursor.index)
      }
      runs.append(run)
    }
  }
}

extension SeriesNotation {
  /// Reads a duration as series lines have it: `1h30m`, or a bare `0`.
  ///
  /// - Parameter text: The duration and nothing else.
  /// - Returns: Its length, at least 0.
  /// - Throws: `NotationError` with the place of the mistake.
  public static func duration(_ text: String) throws(NotationError) -> Milliseconds {
    var cursor = NotationCursor(text)
    let length = try cursor.duration()
    guard cursor.next == nil else { throw cursor.unexpected(wanted: "the end of the duration") }
    return length
  }

  /// Reads a text in double, single or back quotes.
  ///
  /// - Parameter text: The quoted text and nothing else.
  /// - Returns: What stands between the quotes, escapes resolved.
  /// - Throws: `NotationError` with the place of the mistake.
  public static func quotedText(_ text: String) throws(NotationError) -> String {
    var cursor = NotationCursor(text)
    let content = try cursor.quotedText()
    guard cursor.next == nil else { throw cursor.unexpected(wanted: "the end of the text") }
    return content
  }
}

extension NotationCursor {
  /// Reads one item of a line of samples.
  fileprivate mutating func sampleRun() throws(NotationError) -> SeriesNotation.Run {
    if let run = try missingRun() { return run }
    if next == "{" { return try histogramRun() }
    if next == "s" {
      let start = index
      if take(while: Self.isWord) == "stale" { return .stale }
      index = start
    }
    let first = try signedNumber()
    guard next == "+" || next == "-" else {
      return .floats(first: first, step: 0, count: try repetition().map { $0 + 1 } ?? 1)
    }
    let step = try signedNumber()
    guard let count = try repetition() else { throw unexpected(wanted: "x and a whole number") }
    return .floats(first: first, step: step, count: count + 1)
  }

  /// Reads one item of a line of start timestamps.
  fileprivate mutating func startTimeRun() throws(NotationError) -> SeriesNotation.Run {
    if let run = try missingRun() { return run }
    let first = try signedDuration()
    guard next == "+" || next == "-" else {
      return .startOffsets(first: first, step: 0, count: try repetition().map { $0 + 1 } ?? 1)
    }
    let step = try signedDuration()
    guard let count = try repetition() else { throw unexpected(wanted: "x and a whole number") }
    return .startOffsets(first: first, step: step, count: count + 1)
  }

  /// Reads `_` or `_xn`; nil when neither stands here.
  private mutating func missingRun() throws(NotationError) -> SeriesNotation.Run? {
    guard skip("_") else { return nil }
    return .missing(count: try repetition() ?? 1)
  }

  private mutating func histogramRun() throws(NotationError) -> SeriesNotation.Run {
    var namesHint = false
    let first = try histogram(namesHint: &namesHint)
    guard next == "+" || next == "-" else {
      let count = try repetition().map { $0 + 1 } ?? 1
      return .histograms(
        first: first, step: nil, isSubtracted: false, namesHint: namesHint, count: count)
    }
    let isSubtracted = next == "-"
    index += 1
    let start = index
    let step = try histogram(namesHint: &namesHint)
    guard step.usesCustomBounds == first.usesCustomBounds, step.schema >= first.schema else {
      throw NotationError(
        .incompatibleIncrement(from: step.schema, to: first.schema), at: start..<index)
    }
    guard let count = try repetition() else { throw unexpected(wanted: "x and a whole number") }
    return .histograms(
      first: first, step: step, isSubtracted: isSubtracted, namesHint: namesHint, count: count + 1)
  }

  /// Reads `xn`; nil when there is no `x`.
  private mutating func repetition() throws(NotationError) -> Int? {
    guard skip("x") else { return nil }
    let start = index
    let text = take(while: Self.isWord)
    let isNumber = !text.isEmpty && text.unicodeScalars.allSatisfy(Self.isDigit)
    guard isNumber else { throw NotationError(.badRepetition(text), at: start..<index) }
    guard let count = Int(text), count <= SeriesNotation.positionsMax else {
      throw NotationError(
        .tooManyPositions(limit: SeriesNotation.positionsMax), at: start..<index)
    }
    return count
  }

  private mutating func signedDuration() throws(NotationError) -> Milliseconds {
    if skip("-") { return -(try duration()) }
    _ = skip("+")
    return try duration()
  }
}
