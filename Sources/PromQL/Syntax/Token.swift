import Model

/// A word, sign or literal of PromQL and where it stands.
struct Token {
  /// What a token is.
  ///
  /// Words keep their spelling in the text; see `range`.
  enum Kind: Equatable {
    /// The end of the text.
    case end
    /// Bytes that are no token; the lexer has reported them.
    case invalid
    /// `up`, `job`: letters, digits, `_`.
    case identifier
    /// `job:up:sum`: an identifier with colons.
    case metricIdentifier
    /// `1.5`, `0x1f`, `Inf`.
    case number
    /// `1h30m`.
    case duration
    /// A quoted text with its quotes.
    case string
    /// One of the words with a meaning of their own.
    case keyword(Keyword)
    /// `sum`, `topk`, …
    case aggregation(AggregationOperation)
    /// `+`, `==`, `and`, …; `!=` is also a label matcher's operator.
    case binary(BinaryOperation)
    case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
    case comma, colon, at
    /// `=`, `=~`, `!~`.
    case equal, matches, notMatches
  }

  /// Words with a meaning of their own; recognised in any case.
  enum Keyword: String, CaseIterable {
    case by, without
    case on, ignoring, bool
    case groupLeft = "group_left"
    case groupRight = "group_right"
    case offset
    case anchored, smoothed
    case fill
    case fillLeft = "fill_left"
    case fillRight = "fill_right"
    case start, end, step, range
    case minOf = "min_of"
    case maxOf = "max_of"
  }

  var kind: Kind
  /// UTF-8 offsets into the text.
  var range: Range<Int>
}

extension Token.Kind {
  /// What a word means outside braces; nil when it is only a name.
  ///
  /// `word` is in lower case.
  init?(word: String) {
    if let keyword = Token.Keyword(rawValue: word) {
      self = .keyword(keyword)
    } else if let operation = AggregationOperation(rawValue: word) {
      self = .aggregation(operation)
    } else {
      switch word {
      case "and", "or", "unless", "atan2":
        guard let operation = BinaryOperation(rawValue: word) else { return nil }
        self = .binary(operation)
      case "inf", "nan": self = .number
      default: return nil
      }
    }
  }

  /// True where the token can be a metric's name at the place of an operand.
  var canNameMetric: Bool {
    switch self {
    case .identifier, .metricIdentifier, .aggregation: true
    case .binary(let operation): operation.isSet
    case .keyword(.on), .keyword(.ignoring), .keyword(.bool), .keyword(.groupLeft),
      .keyword(.groupRight):
      false
    case .keyword: true
    default: false
    }
  }

  /// True where the token can be a label's name in `by (…)`, `on (…)` and the like.
  var canNameLabel: Bool {
    switch self {
    case .identifier, .metricIdentifier, .aggregation, .keyword: true
    case .binary(let operation): operation.isSet || operation == .atan2
    default: false
    }
  }
}

extension Token {
  /// The token as an error message shows it: `identifier "foo"`, `<op:+>`, `end of input`.
  func description(in bytes: [UInt8]) -> String {
    let text = bytes.text(at: range)
    switch kind {
    case .end: return "end of input"
    case .invalid: return "error"
    case .identifier: return "identifier \(quotedShort(text))"
    case .metricIdentifier: return "metric identifier \(quotedShort(text))"
    case .number: return "number \(quotedShort(text))"
    case .duration: return "duration \(quotedShort(text))"
    case .string: return "string \(quotedShort(text))"
    case .keyword(.start), .keyword(.end), .keyword(.step), .keyword(.range): return quoted(text)
    case .keyword: return "<\(text)>"
    case .aggregation: return "<aggr:\(text)>"
    case .binary: return "<op:\(text)>"
    case .at: return "<op:@>"
    case .matches, .notMatches: return "<op:\(text)>"
    default: return quoted(text)
    }
  }

  /// `text` in quotes, cut where it is too long for a message.
  private func quotedShort(_ text: String) -> String {
    text.unicodeScalars.count <= 40
      ? quoted(text)
      : quoted(String(String.UnicodeScalarView(text.unicodeScalars.prefix(40)))) + "..."
  }
}
