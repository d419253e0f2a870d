import Model

extension Expression: CustomStringConvertible {
  /// The canonical notation, on one line.
  ///
  /// It parses back to an equal tree: matchers are sorted, all else is in the order of the tree.
  /// Parentheses that the tree does not have are added only where it could not be read without.
  public var description: String {
    var printer = ExpressionPrinter()
    printer.write(self)
    return printer.text
  }
}

extension DurationExpression: CustomStringConvertible {
  /// `5m`, `(1m + step()) * 2`.
  public var description: String {
    var printer = ExpressionPrinter()
    printer.write(self)
    return printer.text
  }
}

extension VectorSelector: CustomStringConvertible {
  /// `up{job="api"} @ end() offset 5m`.
  public var description: String {
    var printer = ExpressionPrinter()
    printer.write(self)
    return printer.text
  }
}

/// Writes trees in canonical notation, in the style of Prometheus' own printer.
struct ExpressionPrinter {
  private(set) var text = ""

  mutating func write(_ expression: Expression) {
    switch expression.kind {
    // A sign would bind `Inf ^ 2` in another way.
    case .number(let value): text += value == .infinity ? "Inf" : NumberLiteral.text(of: value)
    case .string(let value): text += quoted(value)
    case .vectorSelector(let selector): write(selector)
    case .matrixSelector(let selector, let range):
      writeMatchers(of: selector)
      text += "["
      write(range)
      text += "]"
      writeExtent(selector.extent)
      write(selector.timing)
    case .subquery(let subquery):
      writeOperand(subquery.expression, isGrouped: subquery.expression.isOperation)
      writeBrackets(of: subquery)
    case .unary(let operation, let operand):
      text += operation.rawValue
      writeOperand(operand, isGrouped: operand.isGroupedUnderSign)
    case .binary(let binary): write(binary)
    case .aggregation(let aggregation): write(aggregation)
    case .call(let call): write(call)
    case .parentheses(let inner):
      text += "("
      write(inner)
      text += ")"
    }
  }

  private mutating func writeOperand(_ operand: Expression, isGrouped: Bool) {
    if isGrouped { text += "(" }
    write(operand)
    if isGrouped { text += ")" }
  }

  private mutating func write(_ binary: Binary) {
    writeOperand(binary.left, isGrouped: binary.isLeftGrouped)
    text += " "
    writeOperator(of: binary)
    text += " "
    writeOperand(binary.right, isGrouped: binary.isRightGrouped)
  }

  private mutating func write(_ call: Call) {
    text += call.function.name + "("
    for (index, argument) in call.arguments.enumerated() {
      if index > 0 { text += ", " }
      if call.function.name == "info", index == 1,
        case .vectorSelector(let selector) = argument.kind
      {
        writeBraces(of: selector)
      } else {
        write(argument)
      }
    }
    text += ")"
  }

  private mutating func write(_ aggregation: Aggregation) {
    text += aggregation.heading + "("
    if let parameter = aggregation.parameter {
      write(parameter)
      text += ", "
    }
    write(aggregation.expression)
    text += ")"
  }

  mutating func writeOperator(of binary: Binary) {
    text += binary.operation.rawValue
    if binary.returnsBool { text += " bool" }
    let matching = binary.matching
    let isGrouped = matching.cardinality == .manyToOne || matching.cardinality == .oneToMany
    if matching.isOn || !matching.labels.isEmpty || isGrouped {
      text += matching.isOn ? " on (" : " ignoring ("
      text += labelList(matching.labels) + ")"
    }
    if isGrouped {
      text += matching.cardinality == .manyToOne ? " group_left (" : " group_right ("
      text += labelList(matching.include) + ")"
    }
    switch (matching.fillLeft, matching.fillRight) {
    case (let left?, let right?) where left == right || (left.isNaN && right.isNaN):
      text += " fill (\(NumberLiteral.text(of: left)))"
    case (let left, let right):
      if let left { text += " fill_left (\(NumberLiteral.text(of: left)))" }
      if let right { text += " fill_right (\(NumberLiteral.text(of: right)))" }
    }
  }
}

// Selectors and what stands behind them.
extension ExpressionPrinter {
  mutating func write(_ selector: VectorSelector) {
    writeMatchers(of: selector)
    writeExtent(selector.extent)
    write(selector.timing)
  }

  /// `name{…}`; the name goes inside the braces where it could not be read before them.
  private mutating func writeMatchers(of selector: VectorSelector) {
    let names = selector.matchers.filter { $0.name == Labels.metricName }
    if names.count == 1, names[0].operation == .equal, canStandAlone(names[0].value) {
      text += names[0].value
      let rest = selector.matchers.filter { $0.name != Labels.metricName }
      if !rest.isEmpty { writeBraces(of: VectorSelector(matchers: rest)) }
    } else {
      writeBraces(of: selector)
    }
  }

  private mutating func writeBraces(of selector: VectorSelector) {
    let sorted = selector.matchers.map(\.description).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    text += "{" + sorted.joined(separator: ",") + "}"
  }

  /// True for a metric's name that the parser takes for one without quotes.
  private func canStandAlone(_ name: String) -> Bool {
    guard isMetricIdentifier(name) else { return false }
    return Token.Kind(word: name.lowercased())?.canNameMetric ?? true
  }

  private mutating func writeExtent(_ extent: VectorSelector.Extent) {
    if extent != .inside { text += " " + extent.rawValue }
  }

  mutating func writeBrackets(of subquery: Subquery) {
    text += "["
    write(subquery.range)
    text += ":"
    if let step = subquery.step { write(step) }
    text += "]"
    write(subquery.timing)
  }

  private mutating func write(_ timing: Timing) {
    switch timing.anchor {
    case .at(let time)?:
      let sign = time.milliseconds < 0 ? "-" : ""
      let (seconds, rest) = time.milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
      let digits = String(rest)
      text += " @ \(sign)\(seconds)."
      text += String(repeating: "0", count: 3 - digits.utf8.count) + digits
    case .start?: text += " @ start()"
    case .end?: text += " @ end()"
    case nil: break
    }
    if let offset = timing.offset, offset != .literal(0) {
      text += " offset "
      if case .binary = offset {
        text += "("
        write(offset)
        text += ")"
      } else {
        write(offset)
      }
    }
  }

  mutating func write(_ duration: DurationExpression) {
    switch duration {
    case .literal(let length): text += DurationLiteral.text(of: length)
    case .step: text += "step()"
    case .range: text += "range()"
    case .unary(let operation, let operand):
      text += operation.rawValue
      writeOperand(operand, isGrouped: operand.precedence < 7)
    case .binary(let operation, let left, let right):
      let precedence = operation.precedence
      let bindsRight = operation == .power
      writeOperand(
        left, isGrouped: left.precedence < precedence || (bindsRight && left.precedence < 7))
      text += " \(operation.rawValue) "
      writeOperand(
        right,
        isGrouped: right.precedence < precedence || (!bindsRight && right.precedence == precedence))
    case .min(let left, let right): write("min_of", left, right)
    case .max(let left, let right): write("max_of", left, right)
    }
  }

  private mutating func write(
    _ name: String, _ left: DurationExpression, _ right: DurationExpression
  ) {
    text += name + "("
    write(left)
    text += ", "
    write(right)
    text += ")"
  }

  private mutating func writeOperand(_ operand: DurationExpression, isGrouped: Bool) {
    if isGrouped { text += "(" }
    write(operand)
    if isGrouped { text += ")" }
  }
}

/// Labels as they stand between the parentheses of `by`, `on` and the like.
func labelList(_ labels: [String]) -> String {
  labels.map { isLabelIdentifier($0) && !isNumberWord($0) ? $0 : quoted($0) }
    .joined(separator: ", ")
}

/// True for `inf` and `nan`, which are numbers wherever a word can stand.
private func isNumberWord(_ word: String) -> Bool {
  Token.Kind(word: word.lowercased()) == .number
}

extension Aggregation {
  /// `sum by (job) `, with the space that parts the labels from the parenthesis.
  var heading: String {
    if !isWithout, labels.isEmpty { return operation.rawValue }
    return "\(operation.rawValue) \(isWithout ? "without" : "by") (\(labelList(labels))) "
  }
}

extension Expression {
  /// How strongly the expression holds together when it is an operand: 7 when nothing parts it.
  fileprivate var precedence: Int {
    switch kind {
    case .binary(let binary): binary.operation.precedence
    default: isSigned ? BinaryOperation.multiply.precedence : 7
    }
  }

  /// True when the notation starts with a sign.
  fileprivate var isSigned: Bool {
    switch kind {
    case .unary: true
    case .number(let value): !value.isNaN && value.sign == .minus
    default: false
    }
  }

  /// True when modifiers behind the expression would bind to a part of it.
  package var isOperation: Bool { precedence < 7 }

  /// True when the expression needs parentheses behind a sign.
  package var isGroupedUnderSign: Bool {
    !isSigned && precedence < BinaryOperation.power.precedence
  }
}

extension Binary {
  /// True when the left operand needs parentheses.
  package var isLeftGrouped: Bool {
    left.precedence < operation.precedence
      || (operation == .power && left.precedence == operation.precedence)
  }

  /// True when the right operand needs parentheses; one that starts with a sign does not.
  package var isRightGrouped: Bool {
    !right.isSigned
      && (right.precedence < operation.precedence
        || (operation != .power && right.precedence == operation.precedence))
  }
}

extension DurationExpression {
  fileprivate var precedence: Int {
    switch self {
    case .binary(let operation, _, _): operation.precedence
    case .unary: BinaryOperation.multiply.precedence
    case .literal(let length) where length < 0: BinaryOperation.multiply.precedence
    default: 7
    }
  }
}
