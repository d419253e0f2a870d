import Model

// `name{label="value", …}`.
extension ExpressionParser {
  /// Reads a name, braces, or both.
  mutating func parseSelector(mayBeEmpty: Bool = false) -> Node? {
    let start = current.range.lowerBound
    var name: String?
    if current.kind != .leftBrace { name = text(of: advance()) }
    var matchers: [LabelMatcher]? = []
    if let opening = accept(.leftBrace) { matchers = parseMatchers(opening) }
    guard var matchers else { return nil }
    let range = range(from: start)
    if let name {
      for matcher in matchers where matcher.name == Labels.metricName {
        fail(.metricNameTwice(name, matcher.value), range)
      }
      matchers.insert(LabelMatcher(Labels.metricName, equals: name), at: 0)
    } else if !mayBeEmpty, matchers.allSatisfy({ $0.matches("") }) {
      fail(.emptySelector, range)
    }
    var selector = node(.vectorSelector(VectorSelector(matchers: matchers)), .instantVector, range)
    selector?.isNamedSelector = name != nil
    return selector
  }

  /// The matchers up to and with `}`; nil when any of them could not be read.
  private mutating func parseMatchers(_ opening: Token) -> [LabelMatcher]? {
    var matchers: [LabelMatcher] = []
    var isWhole = true
    while current.kind != .rightBrace, current.kind != .end {
      if let matcher = parseMatcher() {
        matchers.append(matcher)
      } else {
        isWhole = false
        skip(to: [.comma, .rightBrace])
      }
      if accept(.comma) != nil { continue }
      if current.kind == .rightBrace { break }
      if current.kind != .end { unexpected(in: "label matching", expected: "\",\" or \"}\"") }
      isWhole = false
      skip(to: [.comma, .rightBrace])
      guard accept(.comma) != nil else { break }
    }
    // The lexer has reported braces that do not end.
    return accept(.rightBrace) == nil || !isWhole ? nil : matchers
  }

  private mutating func parseMatcher() -> LabelMatcher? {
    let first = current
    let name: String?
    switch first.kind {
    case .identifier: name = text(of: advance())
    case .string: name = parseString()
    default:
      unexpected(in: "label matching", expected: "identifier or \"}\"")
      return nil
    }
    if first.kind == .string, current.kind == .comma || current.kind == .rightBrace {
      return name.map { LabelMatcher(Labels.metricName, equals: $0) }
    }
    let operation: LabelMatcher.Operation
    switch current.kind {
    case .equal: operation = .equal
    case .binary(.notEqual): operation = .notEqual
    case .matches: operation = .matches
    case .notMatches: operation = .notMatches
    default:
      unexpected(in: "label matching", expected: "label matching operator")
      return nil
    }
    advance()
    guard current.kind == .string else {
      unexpected(in: "label matching", expected: "string")
      return nil
    }
    let literal = current.range
    guard let value = parseString(), let name else { return nil }
    do throws(PatternError) {
      return try LabelMatcher(name, operation, value)
    } catch {
      fail(.badPattern(error), literal)
      return nil
    }
  }
}
