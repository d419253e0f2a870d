import Synchronization

/// A regular expression of RE2's syntax, matched in time linear in the text.
///
///     let pattern = try Pattern("(\\w+)-(?P<zone>[a-z]+)")
///     pattern.matchesWhole("db-eu")                             // true
///     pattern.wholeMatch(in: "db-eu")?.expanding("${zone}:$1")  // "eu:db"
///
/// Unlike a backtracking matcher it cannot be made slow by a pattern or a label: rules and labels
/// come from strangers. Texts are compared scalar by scalar, without regard to canonical
/// equivalence, as Prometheus does. Syntax: https://github.com/google/re2/wiki/Syntax.
public struct Pattern: Sendable {
  /// The expression as written.
  public let source: String
  /// The names of the groups from 1 on; nil for a group without one.
  public let groupNames: [String?]
  private let plan: PatternPlan
  private let engine: PatternEngine

  /// Compiles `source`.
  ///
  /// - Parameters:
  ///   - source: the expression.
  ///   - dotMatchesNewline: whether `.` matches a line break. It does in label matchers and in
  ///     `label_replace`; it does not in templates (`reReplaceAll`).
  /// - Throws: `PatternError` with the place and the reason.
  public init(_ source: String, dotMatchesNewline: Bool = true) throws(PatternError) {
    var parser = PatternParser(source, dotMatchesNewline: dotMatchesNewline)
    let node = try parser.parse()
    self.source = source
    groupNames = parser.names
    plan = PatternPlan(node)
    engine = PatternEngine(node, groupCount: parser.names.count)
  }

  /// True when the expression matches all of `text`.
  public func matchesWhole(_ text: String) -> Bool {
    matchesWhole(utf8: text.utf8.span)
  }

  /// True when the expression matches all of `bytes`, UTF-8 text; other bytes count as U+FFFD.
  public func matchesWhole(utf8 bytes: borrowing Span<UInt8>) -> Bool {
    plan.matchesWhole(bytes) ?? engine.matchesWhole(bytes)
  }

  /// The match of all of `text` with its groups; nil when there is none.
  public func wholeMatch(in text: String) -> PatternMatch? {
    guard matchesWhole(text) else { return nil }
    return match(in: Array(text.utf8), from: 0, isWhole: true)
  }

  /// The leftmost match in `text`, of several there the one that a backtracking matcher would find.
  public func firstMatch(in text: String) -> PatternMatch? {
    match(in: Array(text.utf8), from: 0, isWhole: false)
  }

  /// `text` with every match replaced by `template`, whose groups are filled in; the rules are those
  /// of Go's `Regexp.ReplaceAllString`.
  public func replaceAll(in text: String, with template: String) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var copied = 0
    var position = 0
    while position <= bytes.count,
      let match = match(in: bytes, from: position, isWhole: false)
    {
      let range = match.range
      out += bytes[copied..<range.lowerBound]
      // An empty match right behind another match is none.
      if range.upperBound > copied || range.lowerBound == 0 {
        out += match.expanding(template).utf8
      }
      copied = range.upperBound
      let width = position < bytes.count ? decodeScalar(bytes.span, at: position).length : 1
      position = max(position + width, range.upperBound)
    }
    out += bytes[copied...]
    return String(decoding: out, as: UTF8.self)
  }

  private func match(in bytes: [UInt8], from start: Int, isWhole: Bool) -> PatternMatch? {
    engine.firstMatch(in: bytes, from: start, isWhole: isWhole).map { slots in
      let ranges = stride(from: 0, to: slots.count, by: 2).map { index in
        slots[index] < 0 || slots[index + 1] < 0 ? nil : slots[index]..<slots[index + 1]
      }
      return PatternMatch(bytes: bytes, ranges: ranges, names: groupNames)
    }
  }
}

/// The program of an expression and the automaton that grows with its use.
///
/// The lock makes one automaton serve every copy of a pattern; answers do not depend on its state.
final class PatternEngine: Sendable {
  let program: PatternProgram
  private let automaton: Mutex<PatternAutomaton>

  init(_ node: PatternNode, groupCount: Int) {
    let program = PatternProgram(node, groupCount: groupCount)
    self.program = program
    automaton = Mutex(PatternAutomaton(program))
  }

  func matchesWhole(_ bytes: borrowing Span<UInt8>) -> Bool {
    automaton.withLock { $0.matchesWhole(bytes) }
  }

  func firstMatch(in bytes: [UInt8], from start: Int, isWhole: Bool) -> [Int]? {
    var machine = PatternMachine(program)
    return machine.firstMatch(in: bytes.span, from: start, isWhole: isWhole)
  }
}
