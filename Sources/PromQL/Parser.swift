import Model

/// Which experimental parts of the language are on; Prometheus has the same switches.
public struct ParserOptions: Hashable, Sendable {
  /// `info`, `limitk`, `sort_by_label`, `mad_over_time`, …
  public var experimentalFunctions = false
  /// Arithmetic in durations: `[5m * 2]`, `offset step()`.
  public var durationExpressions = false
  /// `anchored` and `smoothed` range selectors.
  public var extendedRangeSelectors = false
  /// `fill`, `fill_left`, `fill_right`.
  public var fillModifiers = false

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

// The parser's face, to be filled in:
//
//   extension Expression {
//     /// Parses and type-checks `text`. Throws every error found, each with its UTF-8 range.
//     public init(parsing text: String, options: ParserOptions = ParserOptions()) throws(ParseErrors)
//     public var type: ValueType
//   }
//   extension Expression: CustomStringConvertible { canonical one-line notation, parses back to an equal tree }
//   public struct ParseErrors: Error { public var errors: [ParseError] }   // never empty
//   public struct ParseError: Error, Hashable { code (bounded set), message, range: Range<Int> }
//   extension ParseError { func diagnostic(in text: String, at: SourceLocation?) -> Diagnostic }
//   public func parseSeriesKey…  `name{a="b"}` → Labels (shared by the index and the test notation)
