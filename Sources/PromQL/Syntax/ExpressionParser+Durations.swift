import Model

// Lengths of time: literals and (experimental) arithmetic over them, `step()` and `range()`.
extension ExpressionParser {
  /// A range or step: any duration above zero.
  mutating func parsePositiveDuration(in context: String, expected: String) -> DurationExpression? {
    let start = current.range.lowerBound
    isDurationArithmetic = false
    let duration = parseDuration(in: context, expected: expected)
    checkDurationFeature(range(from: start))
    if case .literal(let length)? = duration, length <= 0 {
      fail(.durationNotPositive, range(from: start))
      return nil
    }
    return duration
  }

  /// What follows `offset`: one term with an optional sign.
  ///
  /// Arithmetic needs parentheses, for `x offset 5m + 2` adds 2 to the samples.
  mutating func parseOffsetDuration() -> DurationExpression? {
    let start = current.range.lowerBound
    isDurationArithmetic = false
    let sign = acceptSign()
    let term = parseDurationTerm(in: "offset", expected: "number, duration, step(), or range()")
    checkDurationFeature(range(from: start))
    return term.map { signed($0, sign) }
  }

  private mutating func checkDurationFeature(_ range: Range<Int>) {
    if isDurationArithmetic, !options.durationExpressions {
      fail(.disabled(.durationExpressions, "duration expression"), range)
    }
  }

  private mutating func acceptSign() -> UnaryOperation? {
    if accept(.binary(.subtract)) != nil { return .minus }
    return accept(.binary(.add)) == nil ? nil : .plus
  }

  /// A minus before a literal becomes part of it; a plus is nothing.
  private func signed(_ duration: DurationExpression, _ sign: UnaryOperation?) -> DurationExpression
  {
    guard sign == .minus else { return duration }
    if case .literal(let length) = duration { return .literal(-length) }
    return .unary(.minus, duration)
  }

  private mutating func parseDuration(
    _ minimum: Int = 1, in context: String, expected: String
  ) -> DurationExpression? {
    guard enter() else { return nil }
    defer { leave() }
    var left: DurationExpression?
    if let sign = acceptSign() {
      let operand = parseDuration(
        BinaryOperation.power.precedence, in: context, expected: expected)
      left = operand.map { signed($0, sign) }
    } else {
      left = parseDurationTerm(in: context, expected: expected)
    }
    var chain = 0
    while case .binary(let operation) = current.kind, operation.isDurationArithmetic,
      operation.precedence >= minimum
    {
      isDurationArithmetic = true
      chain += 1
      guard chain <= options.limits.nestingMax else {
        giveUp(.tooDeep(limit: options.limits.nestingMax), current.range)
        return nil
      }
      let sign = advance()
      let next = operation == .power ? operation.precedence : operation.precedence + 1
      let right = parseDuration(next, in: context, expected: expected)
      if right == .literal(0), operation == .divide || operation == .modulo {
        fail(.durationDividedByZero(operation), sign.range)
        left = nil
      } else if let first = left, let right {
        left = .binary(operation, first, right)
      } else {
        left = nil
      }
    }
    return left
  }

  private mutating func parseDurationTerm(
    in context: String, expected: String
  ) -> DurationExpression? {
    switch current.kind {
    case .number, .duration: return parseDurationLiteral().map(DurationExpression.literal)
    case .keyword(.step): return parseDurationCall(.step)
    case .keyword(.range): return parseDurationCall(.range)
    case .keyword(.minOf), .aggregation(.min):
      return parseDurationChoice(DurationExpression.min, in: context, expected: expected)
    case .keyword(.maxOf), .aggregation(.max):
      return parseDurationChoice(DurationExpression.max, in: context, expected: expected)
    case .leftParenthesis:
      isDurationArithmetic = true
      let opening = open()
      let inner = parseDuration(in: context, expected: expected)
      close(opening, with: .rightParenthesis, in: context, expected: "\")\"")
      return inner
    case .invalid:
      advance()
      return nil
    default:
      unexpected(in: context, expected: expected)
      return nil
    }
  }

  /// `step()` or `range()`.
  private mutating func parseDurationCall(_ value: DurationExpression) -> DurationExpression? {
    isDurationArithmetic = true
    advance()
    guard let opening = openParenthesis() else {
      unexpected(in: "duration expression", expected: "\"(\"")
      return nil
    }
    close(opening, with: .rightParenthesis, in: "duration expression", expected: "\")\"")
    return value
  }

  /// `min_of(a, b)` or `max_of(a, b)`.
  private mutating func parseDurationChoice(
    _ make: (DurationExpression, DurationExpression) -> DurationExpression, in context: String,
    expected: String
  ) -> DurationExpression? {
    isDurationArithmetic = true
    advance()
    guard let opening = openParenthesis() else {
      unexpected(in: "duration expression", expected: "\"(\"")
      return nil
    }
    let first = parseDuration(in: context, expected: expected)
    var second: DurationExpression?
    if accept(.comma) != nil {
      second = parseDuration(in: context, expected: expected)
    } else if first != nil {
      unexpected(in: "duration expression", expected: "\",\"")
    }
    close(opening, with: .rightParenthesis, in: "duration expression", expected: "\")\"")
    guard let first, let second else { return nil }
    return make(first, second)
  }

  /// The milliseconds of a duration, or of a number taken as seconds; nil, reported, for a bad one.
  mutating func parseDurationLiteral() -> Milliseconds? {
    let range = current.range
    if current.kind == .number {
      guard let seconds = parseNumber() else { return nil }
      // Prometheus rounds to nanoseconds and then drops what is below a millisecond.
      guard let nanoseconds = Int64(exactly: (seconds * 1e9).rounded()) else {
        fail(.durationOutOfRange, range)
        return nil
      }
      return nanoseconds / 1_000_000
    }
    let token = advance()
    do throws(DurationLiteral.Failure) {
      return try DurationLiteral.milliseconds(of: text(of: token))
    } catch {
      fail(error == .malformed ? .badDuration(text(of: token)) : .durationOutOfRange, range)
      return nil
    }
  }
}

extension BinaryOperation {
  /// True for the operators that durations have.
  package var isDurationArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .modulo, .power: true
    default: false
    }
  }
}
