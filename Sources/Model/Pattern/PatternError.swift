/// Why a regular expression was refused.
public struct PatternError: Error, Hashable, Sendable {
  /// What is wrong, in RE2's words with the part meant: ``missing closing ): `(a` ``.
  public var message: String
  /// UTF-8 offset into the expression.
  public var offset: Int

  /// An error at `offset`.
  public init(_ message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }
}

/// Bounds of a regular expression; one beyond them is refused.
enum PatternLimits {
  /// Most repetitions that `{n,m}` may ask for, those around it counted in (RE2's limit).
  static let repetitionsMax = 1000
  /// Deepest nesting of groups.
  static let nestingMax = 250
  /// Most instructions of the program.
  static let instructionsMax = 100_000
  /// Largest table of sets and classes of characters, in cells.
  static let classCellsMax = 1 << 24
  /// Most transitions remembered by one automaton; with more it starts afresh.
  static let transitionsMax = 1 << 18
}
