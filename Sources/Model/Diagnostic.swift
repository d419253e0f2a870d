/// A place in a text that a person edits: file, line and column.
public struct SourceLocation: Hashable, Sendable {
  /// Path as the user gave it; nil for text that came from no file.
  public var file: String?
  /// From 1.
  public var line: Int
  /// From 1, counted in UTF-8 bytes from the start of the line.
  public var column: Int

  /// The place at `line` and `column` of `file`.
  public init(file: String? = nil, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, or `line:column` without a file.
  public var description: String {
    (file.map { "\($0):" } ?? "") + "\(line):\(column)"
  }
}

/// Something to tell the author of a rule, an expression or an input, with its place.
///
///     rules/disk.yml:14:9: error: unknown function "rte"; did you mean "rate"?
///         expr: rte(disk_used[5m]) > 1
///               ^~~
public struct Diagnostic: Error, Hashable, Sendable {
  /// What a diagnostic stops.
  public enum Level: String, Sendable, Codable {
    /// The text cannot be used.
    case error
    /// The text can be used but will probably not do what was meant.
    case warning
  }

  /// Whether the text can be used.
  public var level: Level
  /// A bounded set of words, kebab case: `unknown-function`.
  ///
  /// Can label a metric.
  public var code: String
  /// What is wrong, the value in quotes, what is wanted; lower case, no full stop.
  public var message: String
  /// Where; nil when the trouble has no one place.
  public var location: SourceLocation?
  /// The line of text at `location`, for the excerpt; nil where it is not at hand.
  public var sourceLine: String?
  /// How many bytes from `location.column` on to underline; at least one is drawn.
  public var length: Int

  /// A diagnostic with all it knows.
  public init(
    _ level: Level, code: String, _ message: String, at location: SourceLocation? = nil,
    sourceLine: String? = nil, length: Int = 1
  ) {
    self.level = level
    self.code = code
    self.message = message
    self.location = location
    self.sourceLine = sourceLine
    self.length = length
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error: message`, and below it the source line with the place underlined.
  public var description: String {
    let head = (location.map { "\($0): " } ?? "") + "\(level.rawValue): \(message)"
    guard let excerpt else { return head }
    return head + "\n" + excerpt
  }

  /// The source line, cut to a readable width around the place, and the underline; nil without one.
  public var excerpt: String? {
    guard let location, let sourceLine else { return nil }
    let bytes = Array(sourceLine.utf8)
    let column = min(max(1, location.column), bytes.count + 1)
    let start = max(0, column - 1 - 60)
    let end = min(bytes.count, start + 120)
    // Decoding repairs a character that the cut halves; its width stays one column at most.
    let before = String(decoding: bytes[start..<column - 1], as: UTF8.self)
    let shown = String(decoding: bytes[start..<end], as: UTF8.self)
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    let width = max(1, min(length, end - (column - 1)))
    let underline = "^" + String(repeating: "~", count: width - 1)
    return "    \(shown)\n    \(indent)\(underline)"
  }
}

/// The known word nearest to `word` by edit distance, when near enough to be a slip; else nil.
///
/// At most a third of the letters may differ (one in words of up to five letters).
public func suggestion(for word: String, among known: some Sequence<String>) -> String? {
  let limit = max(1, word.utf8.count / 3)
  var best: (distance: Int, word: String)?
  for candidate in known {
    let distance = editDistance(Array(word.utf8), Array(candidate.utf8))
    guard distance <= limit else { continue }
    if let best, (best.distance, best.word) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.word
}

/// Edits (insert, delete, replace, swap of neighbours) from `a` to `b`.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in b.indices {
      current[j + 1] = min(
        previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        current[j + 1] = min(current[j + 1], beforePrevious[j - 1] + 1)
      }
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}
