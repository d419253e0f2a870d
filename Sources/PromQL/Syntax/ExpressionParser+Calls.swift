import Model

// Calls of functions and aggregations.
extension ExpressionParser {
  /// Reads `f(a, b)`.
  ///
  /// A known function gives a node even when its arguments are wrong, so that what stands around it
  /// is checked too.
  mutating func parseCall() -> Node? {
    let name = advance()
    let function = Function.named(text(of: name))
    if function == nil { fail(.unknownFunction(text(of: name)), name.range) }
    if let function, function.isExperimental, !options.experimentalFunctions {
      fail(.disabled(.functions, "function \(quoted(function.name))"), name.range)
    }
    let (arguments, isClosed) = parseArguments(isInfo: function?.name == "info")
    guard let function else { return nil }
    let range = name.range.lowerBound..<previousEnd
    if isClosed { checkCount(arguments.count, of: function, range) }
    check(arguments, of: function)
    let call = Call(function: function, arguments: arguments.compactMap { $0?.expression })
    return node(.call(call), function.result, range, over: arguments)
  }

  /// `(a, b)`; an argument that could not be read is nil.
  private mutating func parseArguments(
    isInfo: Bool = false
  ) -> (arguments: [Node?], isClosed: Bool) {
    guard enter() else { return ([], false) }
    let opening = open()
    defer { leave() }
    var arguments: [Node?] = []
    while current.kind != .rightParenthesis, current.kind != .end {
      mayBeEmptySelector = isInfo && arguments.count == 1
      arguments.append(parseExpression())
      mayBeEmptySelector = false
      if current.kind != .comma, current.kind != .rightParenthesis, current.kind != .end {
        unexpected(in: "function call", expected: "\",\" or \")\"")
        skip(to: [.comma, .rightParenthesis])
      }
      guard let comma = accept(.comma) else { break }
      if current.kind == .rightParenthesis { fail(.trailingComma, comma.range) }
    }
    let isClosed = close(opening, with: .rightParenthesis)
    return (arguments, isClosed)
  }

  private mutating func checkCount(_ count: Int, of function: Function, _ range: Range<Int>) {
    let expected: ParseError.ArgumentCount?
    if function.variadic == 0 {
      expected =
        count == function.arguments.count
        ? nil : .exactly(function.arguments.count)
    } else if count < function.argumentCountMin {
      expected = .atLeast(function.argumentCountMin)
    } else if let most = function.argumentCountMax, count > most {
      expected = .atMost(most)
    } else {
      expected = nil
    }
    if let expected {
      fail(.argumentCount(function: function.name, expected: expected, found: count), range)
    }
  }

  private mutating func check(_ arguments: [Node?], of function: Function) {
    for (index, argument) in arguments.enumerated() {
      guard let argument, let type = function.argumentType(at: index) else { continue }
      expect(type, argument, in: "call to function \(quoted(function.name))")
      checkExtent(argument, in: function)
    }
    if function.name == "info", arguments.count > 1, let selector = arguments[1] {
      if case .vectorSelector = selector.expression.kind {
        if selector.isNamedSelector { fail(.infoSelector(isNamed: true), selector.range) }
      } else {
        fail(.infoSelector(isNamed: false), selector.range)
      }
    }
  }

  private mutating func expect(_ type: ValueType, _ node: Node, in context: String) {
    if node.type != type {
      fail(.type(expected: type, context: context, found: node.type), node.range)
    }
  }

  /// Samples added at the ends of a range make sense to a few functions alone.
  private mutating func checkExtent(_ argument: Node, in function: Function) {
    guard case .matrixSelector(let selector, _) = argument.expression.unwrapped.kind else { return }
    let allowed: [String]
    switch selector.extent {
    case .inside: return
    case .anchored: allowed = ["changes", "delta", "increase", "rate", "resets"]
    case .smoothed: allowed = ["delta", "increase", "rate"]
    }
    if !allowed.contains(function.name) {
      fail(
        .extentWithFunction(selector.extent, function: function.name, allowed: allowed),
        argument.range)
    }
  }

  /// `sum by (job) (x)`, `sum(x) by (job)`, `topk(3, x)`.
  mutating func parseAggregation(_ operation: AggregationOperation) -> Node? {
    let word = advance()
    if operation.isExperimental, !options.experimentalFunctions {
      fail(.disabled(.functions, "aggregation \(quoted(operation.rawValue))"), word.range)
    }
    var grouping = parseGrouping()
    guard current.kind == .leftParenthesis else {
      unexpected(in: "aggregation", expected: "\"(\"")
      return nil
    }
    let (arguments, isClosed) = parseArguments()
    if grouping == nil { grouping = parseGrouping() }
    let range = word.range.lowerBound..<previousEnd
    let expected = operation.takesParameter ? 2 : 1
    guard arguments.count == expected else {
      if !isClosed || arguments.contains(where: { $0 == nil }) { return nil }
      fail(.aggregationArgumentCount(expected: expected, found: arguments.count), range)
      return nil
    }
    let parameter = operation.takesParameter ? arguments[0] : nil
    if let parameter { check(parameter, of: operation) }
    if operation == .countValues, parameter == nil { renameBadLabel() }
    if let vector = arguments[expected - 1] {
      expect(.instantVector, vector, in: "aggregation expression")
    }
    guard let vector = arguments[expected - 1], !operation.takesParameter || parameter != nil else {
      return nil
    }
    let aggregation = Aggregation(
      operation: operation, expression: vector.expression, parameter: parameter?.expression,
      isWithout: grouping?.isWithout ?? false, labels: grouping?.labels ?? [])
    return node(.aggregation(aggregation), .instantVector, range, over: arguments)
  }

  private mutating func check(_ parameter: Node, of operation: AggregationOperation) {
    let type: ValueType = operation == .countValues ? .string : .scalar
    expect(type, parameter, in: "aggregation parameter")
    if operation == .countValues, case .string(let name) = parameter.expression.unwrapped.kind,
      name.isEmpty
    {
      fail(.badLabelName(quoted(name)), parameter.range)
    }
  }

  /// The text that `count_values` takes for a label has a clearer error than "not UTF-8".
  private mutating func renameBadLabel() {
    guard let range = errors.last?.range else { return }
    replaceLastError(at: range) { reason in
      if case .notUTF8(let text) = reason { .badLabelName(text) } else { nil }
    }
  }

  private mutating func parseGrouping() -> (isWithout: Bool, labels: [String])? {
    if accept(.keyword(.by)) != nil { return (false, parseLabelNames()) }
    if accept(.keyword(.without)) != nil { return (true, parseLabelNames()) }
    return nil
  }

  /// `(a, "b.c", …)` with an optional comma at the end.
  mutating func parseLabelNames() -> [String] {
    guard let opening = openParenthesis() else {
      unexpected(in: "grouping opts", expected: "\"(\"")
      return []
    }
    var names: [String] = []
    while current.kind != .rightParenthesis, current.kind != .end {
      if let name = parseLabelName() { names.append(name) }
      if accept(.comma) != nil { continue }
      if current.kind == .rightParenthesis || current.kind == .end { break }
      unexpected(in: "grouping opts", expected: "\",\" or \")\"")
      skip(to: [.comma, .rightParenthesis])
      // A bracket of another kind is not skipped: whoever opened it reads it.
      guard accept(.comma) != nil else { break }
    }
    close(opening, with: .rightParenthesis)
    return names
  }

  private mutating func parseLabelName() -> String? {
    let token = current
    if token.kind == .string {
      guard let name = parseString() else { return nil }
      if name.isEmpty { fail(.badGroupingLabel(name), token.range) }
      return name
    }
    guard token.kind.canNameLabel else {
      unexpected(in: "grouping opts", expected: "label")
      skip(to: [.comma, .rightParenthesis])
      return nil
    }
    return text(of: advance())
  }
}

extension AggregationOperation {
  /// True where Prometheus asks for `--enable-feature=promql-experimental-functions`.
  public var isExperimental: Bool { self == .limitk || self == .limitRatio }
}
