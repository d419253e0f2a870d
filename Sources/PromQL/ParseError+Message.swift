import Model

extension ParseError {
  /// A bounded set of words, fit for a metric's label and for `Diagnostic.code`.
  public enum Code: String, CaseIterable, Sendable {
    /// Nothing to parse.
    case empty = "empty-expression"
    /// Over a limit of length or depth.
    case limit = "expression-limit"
    /// Characters or tokens in the wrong place.
    case syntax = "syntax"
    /// A number, duration, text or pattern that is not well formed.
    case literal = "bad-literal"
    /// A selector that cannot be.
    case selector = "bad-selector"
    /// A label's name that cannot be.
    case label = "bad-label"
    /// A function that does not exist.
    case unknownFunction = "unknown-function"
    /// A part of the language that is switched off.
    case disabled = "disabled-feature"
    /// Too few or too many arguments.
    case arguments = "argument-count"
    /// A value of the wrong type.
    case type = "type"
    /// An operator or modifier with operands it does not go with.
    case modifier = "bad-modifier"
  }

  /// The kind of error.
  public var code: Code {
    switch reason {
    case .empty: .empty
    case .tooLong, .tooDeep: .limit
    case .unexpectedCharacter, .unterminatedString, .unterminatedRawString, .unterminatedBraces,
      .unclosed, .unexpectedToken, .trailingComma:
      .syntax
    case .badNumber, .numberOutOfRange, .badDuration, .durationOutOfRange, .durationNotPositive,
      .durationDividedByZero, .unknownEscape, .badEscapeDigit, .openEscape, .badCodePoint,
      .notUTF8, .badPattern, .timestampOutOfRange:
      .literal
    case .metricNameTwice, .emptySelector, .rangeWithoutSelector, .infoSelector: .selector
    case .badGroupingLabel, .badLabelName, .labelInOnAndGroup: .label
    case .unknownFunction: .unknownFunction
    case .disabled: .disabled
    case .argumentCount, .aggregationArgumentCount: .arguments
    case .type, .operandType, .signType, .subqueryType, .scalarComparison, .setOperatorWithScalar:
      .type
    case .boolWithoutComparison, .matchingWithoutVectors, .fillWithoutVectors,
      .fillWithSetOperator, .groupingWithSetOperator, .modifierBeforeRange, .misplacedModifier,
      .modifierTwice, .extentWithFunction:
      .modifier
    }
  }

  /// What is wrong, the value in quotes, what is wanted; Prometheus' words where it has them.
  public var message: String {
    switch reason {
    case .empty: "no expression found in input"
    case .tooLong(let limit): "expression is longer than \(limit) bytes"
    case .tooDeep(let limit): "expression is nested deeper than \(limit) levels"
    case .unexpectedCharacter, .unterminatedString, .unterminatedRawString, .unterminatedBraces,
      .unclosed, .unexpectedToken, .trailingComma:
      syntaxMessage
    case .badNumber, .numberOutOfRange, .badDuration, .durationOutOfRange, .durationNotPositive,
      .durationDividedByZero, .unknownEscape, .badEscapeDigit, .openEscape, .badCodePoint,
      .notUTF8, .badPattern, .timestampOutOfRange:
      literalMessage
    case .metricNameTwice, .emptySelector, .rangeWithoutSelector, .infoSelector,
      .badGroupingLabel, .badLabelName, .labelInOnAndGroup:
      selectorMessage
    case .unknownFunction(let name):
      "unknown function with name \(quoted(name))" + Self.suggestion(for: name)
    case .disabled(let feature, let part):
      "\(part) is not enabled; it is experimental and needs the feature \(feature.rawValue)"
    case .argumentCount, .aggregationArgumentCount: argumentMessage
    case .type, .operandType, .signType, .subqueryType, .scalarComparison, .setOperatorWithScalar:
      typeMessage
    case .boolWithoutComparison, .matchingWithoutVectors, .fillWithoutVectors,
      .fillWithSetOperator, .groupingWithSetOperator, .modifierBeforeRange, .misplacedModifier,
      .modifierTwice, .extentWithFunction:
      modifierMessage
    }
  }

  private var syntaxMessage: String {
    switch reason {
    case .unexpectedCharacter(let text, let isInBraces):
      "unexpected character\(isInBraces ? " inside braces" : ""): \(quoted(text))"
    case .unterminatedString: "unterminated quoted string"
    case .unterminatedRawString: "unterminated raw string"
    case .unterminatedBraces: "unexpected end of input inside braces"
    case .unclosed(let sign): sign == "(" ? "unclosed left parenthesis" : "unclosed left bracket"
    case .trailingComma: "trailing commas not allowed in function call args"
    case .unexpectedToken(let token, let context, let expected):
      "unexpected \(token)" + (context.map { " in \($0)" } ?? "")
        + (expected.map { ", expected \($0)" } ?? "")
    default: ""
    }
  }

  private var literalMessage: String {
    switch reason {
    case .badNumber(let text): "bad number or duration syntax: \(quoted(text))"
    case .numberOutOfRange(let text): "number out of range: \(quoted(text))"
    case .badDuration(let text): "not a valid duration string: \(quoted(text))"
    case .durationOutOfRange: "duration out of range"
    case .durationNotPositive: "duration must be greater than 0"
    case .durationDividedByZero(let operation):
      operation == .modulo ? "modulo by zero" : "division by zero"
    case .unknownEscape(let text): "unknown escape sequence \(text)"
    case .badEscapeDigit(let text): "illegal character \(quoted(text)) in escape sequence"
    case .openEscape: "escape sequence not terminated"
    case .badCodePoint: "escape sequence is an invalid Unicode code point"
    case .notUTF8(let text): "string \(text) is not valid UTF-8"
    case .badPattern(let error): "error parsing regexp: \(error.message)"
    case .timestampOutOfRange(let text): "timestamp out of bounds for @ modifier: \(text)"
    default: ""
    }
  }

  private var selectorMessage: String {
    switch reason {
    case .metricNameTwice(let first, let second):
      "metric name must not be set twice: \(quoted(first)) or \(quoted(second))"
    case .emptySelector: "vector selector must contain at least one non-empty matcher"
    case .rangeWithoutSelector: "ranges only allowed for vector selectors"
    case .infoSelector(let isNamed):
      "expected label selectors only" + (isNamed ? ", got vector selector instead" : "")
    case .badGroupingLabel(let name): "invalid label name for grouping: \(quoted(name))"
    case .badLabelName(let name): "invalid label name \(name)"
    case .labelInOnAndGroup(let name):
      "label \(quoted(name)) must not occur in ON and GROUP clause at once"
    default: ""
    }
  }

  private var argumentMessage: String {
    switch reason {
    case .argumentCount(let function, let expected, let found):
      "expected \(expected.text) argument(s) in call to \(quoted(function)), got \(found)"
    case .aggregationArgumentCount(_, 0): "no arguments for aggregate expression provided"
    case .aggregationArgumentCount(let expected, let found):
      "wrong number of arguments for aggregate expression provided, "
        + "expected \(expected), got \(found)"
    default: ""
    }
  }

  private var typeMessage: String {
    switch reason {
    case .type(let expected, let context, let found):
      "expected type \(expected.rawValue) in \(context), got \(found.rawValue)"
    case .operandType: "binary expression must contain only scalar and instant vector types"
    case .signType(let found):
      "unary expression only allowed on expressions of type scalar or instant vector, "
        + "got \(quoted(found.rawValue))"
    case .subqueryType(let found):
      "subquery is only allowed on instant vector, got \(found.rawValue) instead"
    case .scalarComparison: "comparisons between scalars must use BOOL modifier"
    case .setOperatorWithScalar(let operation):
      "set operator \(quoted(operation.rawValue)) not allowed in binary scalar expression"
    default: ""
    }
  }

  private var modifierMessage: String {
    switch reason {
    case .boolWithoutComparison: "bool modifier can only be used on comparison operators"
    case .matchingWithoutVectors: "vector matching only allowed between instant vectors"
    case .fillWithoutVectors: "filling in missing series only allowed between instant vectors"
    case .fillWithSetOperator: "filling in missing series not allowed for set operators"
    case .groupingWithSetOperator(let operation):
      "no grouping allowed for \(quoted(operation.rawValue)) operation"
    case .modifierBeforeRange(let modifier): "no \(modifier) modifiers allowed before range"
    case .misplacedModifier(let modifier) where modifier == "anchored" || modifier == "smoothed":
      "\(modifier) modifier must be preceded by an instant vector selector or range vector selector"
    case .misplacedModifier(let modifier):
      "\(modifier) modifier must be preceded by an instant vector selector or range vector "
        + "selector or a subquery"
    case .modifierTwice("@"): "@ <timestamp> may not be set multiple times"
    case .modifierTwice("offset"): "offset may not be set multiple times"
    case .modifierTwice: "anchored and smoothed modifiers cannot be used together"
    case .extentWithFunction(let extent, let function, let allowed):
      "\(extent.rawValue) modifier can only be used with: \(allowed.joined(separator: ", ")) - "
        + "not with \(function)"
    default: ""
    }
  }

  private static func suggestion(for name: String) -> String {
    let names = Function.all.map(\.name) + AggregationOperation.allCases.map(\.rawValue)
    guard let near = Model.suggestion(for: name, among: names) else { return "" }
    return "; did you mean \(quoted(near))?"
  }
}

extension ParseError.ArgumentCount {
  fileprivate var text: String {
    switch self {
    case .exactly(let count): "\(count)"
    case .atLeast(let count): "at least \(count)"
    case .atMost(let count): "at most \(count)"
    }
  }
}
