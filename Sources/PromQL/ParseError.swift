public import Model

/// One thing that is wrong with an expression, and where.
///
/// The sentence is made in `message` from `reason`, nowhere else.
public struct ParseError: Error, Hashable, Sendable {
  /// What is wrong, with the words and numbers that belong to it.
  public var reason: Reason
  /// UTF-8 offsets into the text that was parsed; empty where something is missing.
  public var range: Range<Int>

  /// An error at `range`.
  public init(_ reason: Reason, at range: Range<Int>) {
    self.reason = reason
    self.range = range
  }

  /// What can be wrong.
  public enum Reason: Hashable, Sendable {
    /// The text holds nothing but blanks and comments.
    case empty
    /// The text is longer than `limit` bytes.
    case tooLong(limit: Int)
    /// Parentheses, calls or signs are nested deeper than `limit`.
    case tooDeep(limit: Int)
    /// A character that begins no token.
    case unexpectedCharacter(String, isInBraces: Bool)
    /// A digit followed by what is neither a number nor a duration.
    case badNumber(String)
    /// A number beyond the range of a double.
    case numberOutOfRange(String)
    /// Units that are unknown, repeated or out of order.
    case badDuration(String)
    /// A duration beyond `DurationLiteral.longest`.
    case durationOutOfRange
    /// A range or step of zero or less.
    case durationNotPositive
    /// `/ 0` or `% 0` among durations.
    case durationDividedByZero(BinaryOperation)
    /// A quoted text without its second quote.
    case unterminatedString
    /// A raw text without its second back quote.
    case unterminatedRawString
    /// Braces without `}`.
    case unterminatedBraces
    /// `(` or `[` without its partner.
    case unclosed(String)
    /// A backslash that starts no known escape.
    case unknownEscape(String)
    /// A character that is no digit of the escape's base.
    case badEscapeDigit(String)
    /// An escape that the text ends in.
    case openEscape
    /// An escape that names no Unicode scalar or byte.
    case badCodePoint
    /// A text whose escapes make bytes that are not UTF-8; shown escaped.
    case notUTF8(String)
    /// A token where the grammar has no place for it.
    case unexpectedToken(String, context: String?, expected: String?)
    /// `f(a, )`.
    case trailingComma
    /// A regular expression that does not compile.
    case badPattern(PatternError)
    /// Names twice: before the braces and inside them.
    case metricNameTwice(String, String)
    /// A selector that would choose every series.
    case emptySelector
    /// An empty name in `by (…)` and the like.
    case badGroupingLabel(String)
    /// An empty or non-UTF-8 name in `count_values`; shown escaped.
    case badLabelName(String)
    /// No function has this name.
    case unknownFunction(String)
    /// A part of the language whose switch in `ParserOptions` is off.
    case disabled(Feature, String)
    /// A call with too few or too many arguments.
    case argumentCount(function: String, expected: ArgumentCount, found: Int)
    /// An aggregation without its vector, or with too many arguments.
    case aggregationArgumentCount(expected: Int, found: Int)
    /// A value of the wrong type.
    case type(expected: ValueType, context: String, found: ValueType)
    /// An operator between values that are neither scalars nor instant vectors.
    case operandType
    /// A sign before a value that is neither scalar nor instant vector.
    case signType(ValueType)
    /// `[…:…]` after a value that is no instant vector.
    case subqueryType(ValueType)
    /// `bool` after an operator that compares nothing.
    case boolWithoutComparison
    /// `1 < 2` without `bool`.
    case scalarComparison
    /// `on`, `ignoring` where an operand is a scalar.
    case matchingWithoutVectors
    /// `fill` where an operand is a scalar.
    case fillWithoutVectors
    /// `fill` with a set operator.
    case fillWithSetOperator
    /// A set operator with a scalar operand.
    case setOperatorWithScalar(BinaryOperation)
    /// `group_left` or `group_right` with a set operator.
    case groupingWithSetOperator(BinaryOperation)
    /// One label in `on` and in `group_left` or `group_right`.
    case labelInOnAndGroup(String)
    /// `[5m]` after something else than a selector.
    case rangeWithoutSelector
    /// `x offset 5m [5m]`, `x @ 0 [5m]`; holds the modifier.
    case modifierBeforeRange(String)
    /// A modifier after something it cannot change.
    case misplacedModifier(String)
    /// A modifier given twice.
    case modifierTwice(String)
    /// `anchored` or `smoothed` in a call of a function that has no use for it.
    case extentWithFunction(VectorSelector.Extent, function: String, allowed: [String])
    /// A time after `@` that milliseconds in 64 bits cannot hold.
    case timestampOutOfRange(String)
    /// The second argument of `info` is not just `{…}`.
    case infoSelector(isNamed: Bool)
  }

  /// How many arguments a function takes.
  public enum ArgumentCount: Hashable, Sendable {
    /// Just so many.
    case exactly(Int)
    /// So many or more.
    case atLeast(Int)
    /// So many or fewer.
    case atMost(Int)
  }

  /// Parts of the language with a switch of their own, by the name of Prometheus' feature flag.
  public enum Feature: String, Hashable, Sendable {
    /// Functions and aggregations that may still change.
    case functions = "promql-experimental-functions"
    /// Arithmetic in durations.
    case durationExpressions = "promql-duration-expr"
    /// `anchored`, `smoothed`.
    case extendedRangeSelectors = "promql-extended-range-selectors"
    /// `fill`, `fill_left`, `fill_right`.
    case fillModifiers = "promql-binop-fill-modifiers"
  }
}

/// Everything that is wrong with an expression, in the order of the text.
public struct ParseErrors: Error, Hashable, Sendable {
  /// Never empty.
  public let errors: [ParseError]

  /// The errors of one text.
  ///
  /// - Precondition: there is at least one.
  init(_ errors: [ParseError]) {
    precondition(!errors.isEmpty, "no errors to throw")
    self.errors = errors
  }
}

extension ParseErrors: CustomStringConvertible {
  /// One message a line.
  public var description: String {
    errors.map(\.description).joined(separator: "\n")
  }
}

extension ParseError: CustomStringConvertible {
  /// The message with its UTF-8 offset: `5: unknown function with name "rte"`.
  public var description: String { "\(range.lowerBound): \(message)" }
}

extension ParseError {
  /// The error as a diagnostic with the line of `text` that it is in.
  ///
  /// - Parameters:
  ///   - text: what was parsed.
  ///   - start: where `text` begins in its file; its lines are taken to be indented alike, as in a
  ///     YAML block. Nil: `text` is all there is.
  /// - Returns: an error with its code, message, place and line.
  public func diagnostic(in text: String, at start: SourceLocation? = nil) -> Diagnostic {
    let bytes = Array(text.utf8)
    let offset = min(range.lowerBound, bytes.count)
    let newline = UInt8(ascii: "\n")
    let line = bytes[..<offset].count { $0 == newline }
    let lineStart = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let lineEnd = bytes[lineStart...].firstIndex(of: newline) ?? bytes.count
    let indent = (start?.column ?? 1) - 1
    let location = SourceLocation(
      file: start?.file, line: (start?.line ?? 1) + line, column: indent + offset - lineStart + 1)
    let length = min(range.upperBound, lineEnd) - offset
    return Diagnostic(
      .error, code: code.rawValue, message, at: location,
      sourceLine: String(repeating: " ", count: indent) + bytes.text(at: lineStart..<lineEnd),
      length: max(1, length))
  }
}
