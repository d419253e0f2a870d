import Model

/// Reads tokens into a tree by recursive descent and checks types as it builds.
///
/// A part that cannot be read is reported and becomes nil; its neighbours are still read, so one
/// text gives all its errors. What is nil is never checked, so one slip gives one error.
struct ExpressionParser {
  /// A finished part of the tree with what its neighbours ask of it.
  struct Node {
    var expression: Expression
    var type: ValueType
    /// Levels of the tree below and with this one.
    var height: Int
    /// True for a selector with a name before its braces.
    var isNamedSelector = false

    var range: Range<Int> { expression.range }
  }

  let bytes: [UInt8]
  let options: ParserOptions
  private let tokens: [Token]
  private var position = 0
  private(set) var errors: [ParseError]
  private var nesting = 0
  /// Brackets open at this place.
  private var openCount = 0
  private var hasGivenUp = false
  /// True while the next selector read may choose everything: the second argument of `info`.
  var mayBeEmptySelector = false
  /// True once the duration being read had more than a literal in it.
  var isDurationArithmetic = false

  init(_ bytes: [UInt8], options: ParserOptions) {
    self.bytes = bytes
    self.options = options
    let lexer = Lexer(bytes)
    tokens = lexer.tokens
    errors = lexer.errors
  }

  /// Reads all tokens as one expression.
  mutating func parse() throws(ParseErrors) -> Expression {
    var node: Node?
    if tokens.count > 1 {
      node = parseExpression()
      if current.kind != .end { unexpected() }
    } else if errors.isEmpty {
      fail(.empty, 0..<bytes.count)
    }
    if let node, errors.isEmpty { return node.expression }
    let sorted = errors.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }
    throw ParseErrors(sorted.prefix(options.limits.errorsMax).map(\.element))
  }

  /// Reads operands and the operators between them that bind at least as strongly as `minimum`.
  mutating func parseExpression(_ minimum: Int = 1) -> Node? {
    var left = parseOperand()
    while case .binary(let operation) = current.kind, operation.precedence >= minimum {
      let sign = advance()
      let modifiers = parseBinaryModifiers()
      let end = previousEnd
      let right = parseRightOperand(of: operation)
      left = join(
        left, operation, modifiers, right, operatorRange: sign.range.lowerBound..<end)
    }
    return left
  }

  /// `^` binds to the right, all others to the left.
  private mutating func parseRightOperand(of operation: BinaryOperation) -> Node? {
    guard operation == .power else { return parseExpression(operation.precedence + 1) }
    guard enter() else { return nil }
    defer { leave() }
    return parseExpression(operation.precedence)
  }

  /// A node of `kind` over `children`; nil when the tree becomes too high.
  mutating func node(
    _ kind: Expression.Kind, _ type: ValueType, _ range: Range<Int>, over children: [Node?] = []
  ) -> Node? {
    let height = children.reduce(0) { max($0, $1?.height ?? 0) } + 1
    guard height <= options.limits.heightMax else {
      giveUp(.tooDeep(limit: options.limits.heightMax), range)
      return nil
    }
    return Node(expression: Expression(kind, range: range), type: type, height: height)
  }
}

// Tokens, errors and depth.
extension ExpressionParser {
  var current: Token { tokens[position] }

  var following: Token.Kind { tokens[min(position + 1, tokens.count - 1)].kind }

  /// The end of the last token read.
  var previousEnd: Int { position == 0 ? 0 : tokens[position - 1].range.upperBound }

  /// From `start` to the end of the last token read.
  func range(from start: Int) -> Range<Int> { start..<max(start, previousEnd) }

  func text(of token: Token) -> String { bytes.text(at: token.range) }

  @discardableResult
  mutating func advance() -> Token {
    let token = current
    if token.kind != .end { position += 1 }
    return token
  }

  /// Reads a token of `kind` when it is next.
  mutating func accept(_ kind: Token.Kind) -> Token? {
    current.kind == kind ? advance() : nil
  }

  mutating func fail(_ reason: ParseError.Reason, _ range: Range<Int>) {
    guard !hasGivenUp, errors.count < options.limits.errorsMax else { return }
    errors.append(ParseError(reason, at: range))
  }

  /// Takes back the last error when it is the one described, to say it in better words.
  mutating func replaceLastError(
    at range: Range<Int>, _ change: (ParseError.Reason) -> ParseError.Reason?
  ) {
    guard let last = errors.last, last.range == range, let reason = change(last.reason) else {
      return
    }
    errors[errors.count - 1].reason = reason
  }

  /// Reports that the next token has no place here.
  ///
  /// Says nothing of what the lexer has reported, nor of the end of the text inside brackets, which
  /// `close` reports.
  mutating func unexpected(in context: String? = nil, expected: String? = nil) {
    guard current.kind != .invalid, errors.last?.range != current.range else { return }
    if current.kind == .end, openCount > 0 { return }
    let token = current.description(in: bytes)
    fail(.unexpectedToken(token, context: context, expected: expected), current.range)
  }

  /// Reports a last error and reads no further.
  mutating func giveUp(_ reason: ParseError.Reason, _ range: Range<Int>) {
    fail(reason, range)
    hasGivenUp = true
    position = tokens.count - 1
  }

  /// Goes one level deeper; false when that is too deep, and then everything ends.
  mutating func enter() -> Bool {
    guard nesting < options.limits.nestingMax else {
      giveUp(.tooDeep(limit: options.limits.nestingMax), current.range)
      return false
    }
    nesting += 1
    return true
  }

  mutating func leave() { nesting -= 1 }

  /// Reads on to the next token of `kinds`, over whole pairs of brackets, but not beyond a bracket
  /// that closes something around them.
  mutating func skip(to kinds: [Token.Kind]) {
    var depth = 0
    while current.kind != .end {
      if depth == 0, kinds.contains(current.kind) { return }
      switch current.kind {
      case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace:
        if depth == 0 { return }
        depth -= 1
      default: break
      }
      advance()
    }
  }

  /// Reads an opening bracket, which `close` must follow.
  mutating func open() -> Token {
    openCount += 1
    return advance()
  }

  /// Reads `(` when it is next; `close` must follow then.
  mutating func openParenthesis() -> Token? {
    current.kind == .leftParenthesis ? open() : nil
  }

  /// Reads the partner of `opening`; reports and skips what stands before it.
  ///
  /// - Returns: false when the text ends before the partner.
  @discardableResult
  mutating func close(
    _ opening: Token, with kind: Token.Kind, in context: String? = nil, expected: String? = nil
  ) -> Bool {
    openCount -= 1
    if accept(kind) != nil { return true }
    guard current.kind != .end else {
      fail(.unclosed(text(of: opening)), opening.range)
      return false
    }
    unexpected(in: context, expected: expected)
    skip(to: [kind])
    _ = accept(kind)
    return true
  }
}
