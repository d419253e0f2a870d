import Model

/// Why a text is no matcher.
struct MatcherTextError: Error, Hashable, CustomStringConvertible {
  var description: String
}

/// One matcher as Alertmanager writes it: `team="db"`, `env!=dev`, `code=~"5.."`.
enum MatcherText {
  /// The matcher that `text` writes; the value's quotes may be left out.
  static func parse(_ text: String) throws(MatcherTextError) -> LabelMatcher {
    let operations: [LabelMatcher.Operation] = [.matches, .notMatches, .notEqual, .equal]
    let name = text.prefix { $0 != "=" && $0 != "!" }
    let rest = text[name.endIndex...]
    let label = trimmed(name)
    guard isLabelIdentifier(label),
      let operation = operations.first(where: { rest.hasPrefix($0.rawValue) })
    else {
      throw MatcherTextError(
        description: "expected a matcher like team=\"db\" or code=~\"5..\", found \(quoted(text))")
    }
    let value = try unquoted(trimmed(rest.dropFirst(operation.rawValue.count)), in: text)
    do throws(PatternError) {
      return try LabelMatcher(label, operation, value)
    } catch {
      throw MatcherTextError(description: "\(quoted(value)) is no regular expression")
    }
  }

  private static func unquoted(
    _ value: String, in text: String
  ) throws(MatcherTextError) -> String {
    guard value.hasPrefix("\"") else { return value }
    var out = ""
    var isEscaped = false
    for (index, character) in value.enumerated().dropFirst() {
      if isEscaped {
        out += character == "n" ? "\n" : String(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        guard index == value.count - 1 else { break }
        return out
      } else {
        out.append(character)
      }
    }
    throw MatcherTextError(description: "the quotes of \(quoted(text)) do not fit")
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
