import Evaluation
import Model

extension ScriptExpectation.TextMatch {
  /// True when the condition holds for `text`.
  func holds(for text: String) -> Bool {
    switch self {
    case .any: true
    case .exactly(let wanted): Self.trimmed(wanted) == Self.trimmed(text)
    case .containing(_, let pattern): pattern.matchesWhole(text)
    }
  }

  private static func trimmed(_ text: String) -> Substring {
    let start = text.drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...end]
  }
}

extension ScriptExpectation.TextMatch: CustomStringConvertible {
  /// The condition in words: `"text"`, or `a match of "expression"`.
  public var description: String {
    switch self {
    case .any: "any text"
    case .exactly(let text): quoted(text)
    case .containing(let source, _): "a match of \(quoted(source))"
    }
  }
}

extension ScriptExpectation.Remarks {
  /// The first difference from what was remarked; nil when there is none.
  ///
  /// - Parameters:
  ///   - texts: The annotations of this level, as the API words them.
  ///   - level: Its name.
  /// - Returns: What is missing or too much, in words.
  func difference(from texts: [String], _ level: String) -> String? {
    switch self {
    case .unchecked: return nil
    case .none: return texts.first.map { "want no \(level), got \(quoted($0))" }
    case .matching(let conditions):
      if let unmet = conditions.first(where: { !texts.contains(where: $0.holds) }) {
        let found = texts.isEmpty ? "none" : texts.map(quoted).joined(separator: ", ")
        return "want \(level) with \(unmet), got \(found)"
      }
      return texts.first { text in !conditions.contains { $0.holds(for: text) } }
        .map { "unexpected \(level) \(quoted($0))" }
    }
  }
}
