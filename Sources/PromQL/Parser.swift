import Model

/// Which experimental parts of the language are on, and how much text is accepted.
///
/// Prometheus has the same switches.
public struct ParserOptions: Sendable, Hashable {
  /// `info`, `limitk`, `sort_by_label`, `mad_over_time` and the like.
  public var experimentalFunctions = false
  /// Arithmetic in durations: `[5m * 2]`, `offset step()`.
  public var durationExpressions = false
  /// `anchored` and `smoothed` range selectors.
  public var extendedRangeSelectors = false
  /// `fill`, `fill_left`, `fill_right`.
  public var fillModifiers = false
  /// What keeps a hostile text from using up memory or the stack.
  public var limits = ParserLimits()

  /// The stable language alone.
  public init() {}

  /// Everything on.
  public static var experimental: ParserOptions {
    var options = ParserOptions()
    options.experimentalFunctions = true
    options.durationExpressions = true
    options.extendedRangeSelectors = true
    options.fillModifiers = true
    return options
  }
}

/// Bounds of the parser; an expression beyond one is refused with a positioned error.
public struct ParserLimits: Sendable, Hashable {
  /// Longest text, in bytes.
  public var textBytesMax = 1 << 20
  /// Deepest nesting of parentheses, calls, signs and `^`.
  public var nestingMax = 200
  /// Highest tree; a chain `a + b + c` counts one level for each operator.
  public var heightMax = 1000
  /// Most errors reported for one text.
  public var errorsMax = 100

  /// The defaults.
  public init() {}
}

extension Expression {
  /// Parses and type-checks `text`.
  ///
  ///     let expression = try Expression(parsing: "sum by (job) (rate(http_requests_total[5m]))")
  ///     expression.type  // .instantVector
  ///
  /// - Throws: every error found, in the order of the text, each with its UTF-8 range.
  /// - Complexity: linear in the text.
  public init(
    parsing text: String, options: ParserOptions = ParserOptions()
  ) throws(ParseErrors) {
    let bytes = Array(text.utf8)
    guard bytes.count <= options.limits.textBytesMax else {
      let limit = options.limits.textBytesMax
      throw ParseErrors([ParseError(.tooLong(limit: limit), at: limit..<bytes.count)])
    }
    var parser = ExpressionParser(bytes, options: options)
    self = try parser.parse()
  }
}
