import Model

/// How text is marked on a terminal: with colour, or with words and spaces alone.
public struct TerminalStyle: Hashable, Sendable {
  /// True where escape sequences for colour may be written.
  public var isColored: Bool
  /// Columns that a line may take; longer texts are cut.
  ///
  /// At least 40.
  public var width: Int

  /// A style for a terminal, or for a file (`isColored: false`).
  public init(isColored: Bool, width: Int = 100) {
    self.isColored = isColored
    self.width = max(40, width)
  }

  /// What a piece of text is.
  enum Ink {
    case strong, soft, good, change
    case level(Severity)
  }

  /// `text` in an ink.
  ///
  /// Escapes nothing: foreign text goes through `Escaping.terminal` before.
  func paint(_ text: String, _ ink: Ink) -> String {
    guard isColored, !text.isEmpty else { return text }
    let code =
      switch ink {
      case .strong: "1"
      case .soft: "2"
      case .good: "32"
      case .change: "35"
      // Bright on the terminal's own ground, so that both light and dark schemes stay readable.
      case .level(.critical): "1;97;41"
      case .level(.high): "1;31"
      case .level(.medium): "33"
      case .level(.low): "36"
      }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }

  /// `HIGH    `: the level in capitals, as wide as the widest.
  func badge(_ level: Severity) -> String {
    let word = level.rawValue.uppercased()
    return paint(word, .level(level)) + String(repeating: " ", count: 8 - word.count)
  }

  /// Foreign text, harmless and cut to `columns`.
  func foreign(_ text: String, columns: Int = .max) -> String {
    let safe = Escaping.terminal(text)
    // No text has more characters than bytes, and these need no counting.
    return safe.utf8.count <= columns || safe.count <= columns
      ? safe : safe.prefix(max(1, columns - 1)) + "…"
  }

  /// `text` padded with spaces to `columns`; longer text stays as it is.
  static func pad(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - text.count))
  }
}
