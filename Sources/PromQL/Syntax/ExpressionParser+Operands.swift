import Model

// What stands between operators: literals, selectors, calls, parentheses, and the modifiers behind
// them.
extension ExpressionParser {
  mutating func parseOperand() -> Node? {
    switch current.kind {
    case .binary(.add): return parseSigned(.plus)
    case .binary(.subtract): return parseSigned(.minus)
    default:
      var node = parsePrimary()
      while true {
        switch current.kind {
        case .leftBracket: node = parseBrackets(after: node)
        case .keyword(.offset): node = parseOffset(after: node)
        case .at: node = parseAnchor(after: node)
        case .keyword(.anchored): node = parseExtent(.anchored, after: node)
        case .keyword(.smoothed): node = parseExtent(.smoothed, after: node)
        default: return node
        }
      }
    }
  }

  /// A sign binds like `*`: `-1 ^ 2` is `-(1 ^ 2)`.
  ///
  /// A sign before a number becomes part of it.
  private mutating func parseSigned(_ operation: UnaryOperation) -> Node? {
    guard enter() else { return nil }
    defer { leave() }
    let sign = advance()
    guard let operand = parseExpression(BinaryOperation.power.precedence) else { return nil }
    let range = sign.range.lowerBound..<operand.range.upperBound
    if case .number(let value) = operand.expression.kind {
      return node(.number(operation == .minus ? -value : value), .scalar, range)
    }
    guard operand.type == .scalar || operand.type == .instantVector else {
      fail(.signType(operand.type), range)
      return nil
    }
    return node(.unary(operation, operand.expression), operand.type, range, over: [operand])
  }

  private mutating func parsePrimary() -> Node? {
    let mayBeEmpty = mayBeEmptySelector
    mayBeEmptySelector = false
    let token = current
    switch token.kind {
    case .number, .duration:
      guard let value = parseNumber() else { return nil }
      return node(.number(value), .scalar, token.range)
    case .string:
      guard let text = parseString() else { return nil }
      return node(.string(text), .string, token.range)
    case .leftParenthesis: return parseParentheses()
    case .leftBrace: return parseSelector(mayBeEmpty: mayBeEmpty)
    case .aggregation(let operation):
      switch following {
      case .leftParenthesis, .keyword(.by), .keyword(.without): return parseAggregation(operation)
      default: return parseSelector()
      }
    case .identifier, .keyword(.start), .keyword(.end), .keyword(.step), .keyword(.range),
      .keyword(.minOf), .keyword(.maxOf):
      return following == .leftParenthesis ? parseCall() : parseSelector()
    case .invalid:
      advance()
      return nil
    case let kind where kind.canNameMetric: return parseSelector()
    default:
      unexpected()
      return nil
    }
  }

  private mutating func parseParentheses() -> Node? {
    guard enter() else { return nil }
    defer { leave() }
    let opening = open()
    let inner = parseExpression()
    close(opening, with: .rightParenthesis)
    guard let inner else { return nil }
    return node(
      .parentheses(inner.expression), inner.type, opening.range.lowerBound..<previousEnd,
      over: [inner])
  }

  /// A number, or a duration as its seconds; nil, reported, when it has no value.
  mutating func parseNumber() -> Double? {
    if current.kind == .duration {
      return parseDurationLiteral().map { Double($0) / 1000 }
    }
    let token = advance()
    guard let value = NumberLiteral.value(of: text(of: token)) else {
      let isTooLarge = Double(text(of: token))?.isInfinite ?? false
      fail(
        isTooLarge ? .numberOutOfRange(text(of: token)) : .badNumber(text(of: token)), token.range)
      return nil
    }
    return value
  }

  /// What the next token, a quoted text, says; nil, reported, when its escapes mean nothing.
  mutating func parseString() -> String? {
    let token = advance()
    do throws(StringLiteral.Failure) {
      switch try StringLiteral.content(of: bytes, at: token.range) {
      case .text(let text): return text
      case .notUTF8(let content): fail(.notUTF8(StringLiteral.quoted(content)), token.range)
      }
    } catch {
      fail(error.reason, error.range)
    }
    return nil
  }
}

// `[…]`, `offset`, `@`, `anchored`, `smoothed`.
extension ExpressionParser {
  private mutating func parseBrackets(after operand: Node?) -> Node? {
    let opening = open()
    let span = parsePositiveDuration(
      in: "subquery or range selector", expected: "number, duration, step(), or range()")
    var isSubquery = false
    var step: DurationExpression?
    if accept(.colon) != nil {
      isSubquery = true
      if current.kind != .rightBracket {
        step = parsePositiveDuration(
          in: "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
      }
    }
    close(
      opening, with: .rightBracket, in: isSubquery ? "subquery selector" : "subquery or range",
      expected: isSubquery ? "\"]\"" : "\":\" or \"]\"")
    guard let operand, let span else { return nil }
    let range = operand.range.lowerBound..<previousEnd
    if isSubquery {
      guard operand.type == .instantVector else {
        fail(.subqueryType(operand.type), range)
        return nil
      }
      let subquery = Subquery(expression: operand.expression, range: span, step: step)
      return node(.subquery(subquery), .rangeVector, range, over: [operand])
    }
    let brackets = opening.range.lowerBound..<previousEnd
    guard case .vectorSelector(let selector) = operand.expression.kind else {
      fail(.rangeWithoutSelector, brackets)
      return nil
    }
    if selector.timing.offset != nil { fail(.modifierBeforeRange("offset"), brackets) }
    if selector.timing.anchor != nil { fail(.modifierBeforeRange("@"), brackets) }
    return node(.matrixSelector(selector, range: span), .rangeVector, range)
  }

  private mutating func parseOffset(after operand: Node?) -> Node? {
    advance()
    let offset = parseOffsetDuration()
    return changeTiming(of: operand, "offset") { timing in
      guard timing.offset == nil else { return false }
      // `offset 0s` moves nothing; leaving it out keeps equal expressions equal.
      timing.offset = offset == .literal(0) ? nil : offset
      return true
    }
  }

  private mutating func parseAnchor(after operand: Node?) -> Node? {
    advance()
    let anchor = parseAnchorTime()
    return changeTiming(of: operand, "@") { timing in
      guard timing.anchor == nil else { return false }
      timing.anchor = anchor
      return true
    }
  }

  private mutating func parseAnchorTime() -> Timing.Anchor? {
    let start = current.range.lowerBound
    switch current.kind {
    case .keyword(.start), .keyword(.end):
      let anchor = advance().kind == .keyword(.start) ? Timing.Anchor.start : .end
      guard accept(.leftParenthesis) != nil, accept(.rightParenthesis) != nil else {
        unexpected(in: "@", expected: "\"()\"")
        return nil
      }
      return anchor
    case .number, .duration, .binary(.add), .binary(.subtract):
      let isNegative = accept(.binary(.subtract)) != nil
      if !isNegative { _ = accept(.binary(.add)) }
      guard current.kind == .number || current.kind == .duration else { break }
      guard let seconds = parseNumber() else { return nil }
      let milliseconds = ((isNegative ? -seconds : seconds) * 1000).rounded()
      guard let exact = Int64(exactly: milliseconds) else {
        let range = range(from: start)
        fail(.timestampOutOfRange(bytes.text(at: range)), range)
        return nil
      }
      return .at(Timestamp(milliseconds: exact))
    default: break
    }
    unexpected(in: "@", expected: "timestamp")
    return nil
  }

  private mutating func parseExtent(
    _ extent: VectorSelector.Extent, after operand: Node?
  ) -> Node? {
    let word = advance()
    guard options.extendedRangeSelectors else {
      fail(.disabled(.extendedRangeSelectors, "\(extent.rawValue) modifier"), word.range)
      return operand
    }
    guard var node = operand else { return nil }
    var selector: VectorSelector
    switch node.expression.kind {
    case .vectorSelector(let inner), .matrixSelector(let inner, _): selector = inner
    default:
      fail(.misplacedModifier(extent.rawValue), node.range)
      return node
    }
    if selector.extent != .inside, selector.extent != extent {
      fail(.modifierTwice(extent.rawValue), word.range)
    }
    selector.extent = extent
    if case .matrixSelector(_, let range) = node.expression.kind {
      node.expression.kind = .matrixSelector(selector, range: range)
    } else {
      node.expression.kind = .vectorSelector(selector)
    }
    node.expression.range = node.range.lowerBound..<previousEnd
    return node
  }

  /// Applies a modifier to a selector or subquery; `change` gives false when it was there before.
  private mutating func changeTiming(
    of operand: Node?, _ modifier: String, _ change: (inout Timing) -> Bool
  ) -> Node? {
    guard var node = operand else { return nil }
    let isNew: Bool
    switch node.expression.kind {
    case .vectorSelector(var selector):
      isNew = change(&selector.timing)
      node.expression.kind = .vectorSelector(selector)
    case .matrixSelector(var selector, let range):
      isNew = change(&selector.timing)
      node.expression.kind = .matrixSelector(selector, range: range)
    case .subquery(var subquery):
      isNew = change(&subquery.timing)
      node.expression.kind = .subquery(subquery)
    default:
      fail(.misplacedModifier(modifier), node.range)
      return node
    }
    if !isNew { fail(.modifierTwice(modifier), node.range.lowerBound..<previousEnd) }
    node.expression.range = node.range.lowerBound..<previousEnd
    return node
  }
}
