import Model
import PromQL

extension Script {
  /// Reads a script.
  ///
  /// - Parameters:
  ///   - text: The script; lines end with LF or CR LF.
  ///   - file: Its path, for messages; nil leaves it out.
  public init(parsing text: String, file: String? = nil) {
    var parser = ScriptParser(text, file: file)
    parser.read()
    commands = parser.commands
    faults = parser.faults
  }
}

/// Reads a script block by block.
struct ScriptParser {
  /// A line without blanks at its ends.
  struct Line {
    /// From 1.
    var number: Int
    /// Bytes cut off before `text`.
    var indent: Int
    var text: String
    /// The line as it stands in the script.
    var source: String

    /// True when the line ends a block.
    var isEmpty: Bool { text.isEmpty || text.hasPrefix("#") }
  }

  private(set) var commands: [Script.Command] = []
  private(set) var faults: [Script.Fault] = []
  private let file: String?
  private let lines: [Line]
  private var place = 0
  /// First line of the block that is being read.
  private var blockLine = 0
  private var isEvaluation = false

  init(_ text: String, file: String?) {
    self.file = file
    lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated().map { offset, bytes in
        let source = String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
        let start = source.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return Line(
          number: offset + 1, indent: source.utf8.count - start.utf8.count,
          text: end.map { String(start[...$0]) } ?? "", source: source)
      }
  }

  /// Reads every block; one that fails is skipped up to its end.
  mutating func read() {
    while let head = nextLine() {
      guard !head.isEmpty else { continue }
      blockLine = head.number
      do throws(Script.Fault) {
        commands.append(Script.Command(line: head.number, kind: try block(head)))
      } catch {
        faults.append(error)
        while nextContinuation() != nil {}
      }
    }
  }

  private mutating func block(_ head: Line) throws(Script.Fault) -> Script.Kind {
    var words = WordReader(head.text)
    let command = words.word().lowercased()
    isEvaluation = command.hasPrefix("eval")
    switch command {
    case "load", "load_with_nhcb":
      return .load(try load(head, &words, converting: command != "load"))
    case "clear":
      try end(words, head)
      return .clear
    case "eval", "eval_fail", "eval_warn", "eval_info", "eval_ordered":
      return .evaluation(try evaluation(head, &words, command))
    case "alerts": return try alerts(head, &words)
    case "incidents": return try incidents(head, &words)
    default:
      let known = ["load", "load_with_nhcb", "clear", "eval", "alerts", "incidents"]
      let guess = suggestion(for: command, among: known).map { "; did you mean \(quoted($0))?" }
      throw fault(
        "unknown-command", "unknown command \(quoted(command))" + (guess ?? ""), head,
        0..<command.utf8.count)
    }
  }

  private mutating func nextLine() -> Line? {
    guard place < lines.count else { return nil }
    defer { place += 1 }
    return lines[place]
  }

  /// The next line of the block; nil at its end, which is taken.
  mutating func nextContinuation() -> Line? {
    guard let line = nextLine(), !line.isEmpty else { return nil }
    return line
  }

  /// Refuses whatever `words` has left.
  func end(_ words: WordReader, _ line: Line) throws(Script.Fault) {
    var words = words
    let start = words.index
    guard words.rest().isEmpty else {
      throw fault("unexpected", "nothing more is expected here", line, start..<line.text.utf8.count)
    }
  }

  /// Reads a word that must be `wanted`.
  func expect(_ wanted: String, _ words: inout WordReader, _ line: Line) throws(Script.Fault) {
    let start = words.index
    let word = words.word()
    guard word == wanted else {
      throw fault(
        "unexpected", "unexpected \(quoted(word)), want \(quoted(wanted))", line,
        start..<start + word.utf8.count)
    }
  }

  /// Reads a duration.
  func duration(_ words: inout WordReader, _ line: Line) throws(Script.Fault) -> Milliseconds {
    let start = words.index
    let word = words.word()
    do {
      return try SeriesNotation.duration(word)
    } catch {
      throw fault(error.code, error.message, line, start..<start + word.utf8.count)
    }
  }

  /// Reads a moment, which is a duration from the epoch.
  func moment(_ words: inout WordReader, _ line: Line) throws(Script.Fault) -> Timestamp {
    Timestamp(milliseconds: try duration(&words, line))
  }

  /// A fault of the block at `range` of `line`.
  func fault(
    _ code: String, _ message: String, _ line: Line, _ range: Range<Int>? = nil
  ) -> Script.Fault {
    let range = range ?? 0..<line.text.utf8.count
    let location = SourceLocation(
      file: file, line: line.number, column: line.indent + range.lowerBound + 1)
    return Script.Fault(
      line: blockLine, isEvaluation: isEvaluation,
      diagnostic: Diagnostic(
        .error, code: code, message, at: location, sourceLine: line.source, length: range.count))
  }
}

/// Splits a line at blanks.
struct WordReader {
  private let bytes: [UInt8]
  /// The next byte to read, which is no blank.
  private(set) var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    skipBlanks()
  }

  /// The text up to the next blank; empty at the end.
  mutating func word() -> String {
    let start = index
    while index < bytes.count, !isAtBlank { index += 1 }
    defer { skipBlanks() }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// The word that `word` would give.
  var peeked: String {
    var copy = self
    return copy.word()
  }

  /// Everything that is left.
  mutating func rest() -> String {
    defer { index = bytes.count }
    return String(decoding: bytes[index...], as: UTF8.self)
  }

  private var isAtBlank: Bool {
    bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t")
  }

  private mutating func skipBlanks() {
    while index < bytes.count, isAtBlank { index += 1 }
  }
}
