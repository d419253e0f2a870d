extension Expression {
  /// The notation over several lines where one line would be longer than `width` characters.
  ///
  ///     sum by (job) (
  ///         rate(http_requests_total{code=~"5.."}[5m])
  ///       /
  ///         rate(http_requests_total[5m])
  ///     )
  ///
  /// Operators stand on lines of their own between their operands. Selectors and literals are never
  /// broken, so a line can still be longer. The result parses back to an equal tree; comments are no
  /// part of a tree.
  public func formatted(width: Int = 100) -> String {
    var layout = ExpressionLayout(width: width)
    layout.write(self, level: 0)
    return layout.text
  }
}

/// Writes trees over several lines, two blanks for each level.
private struct ExpressionLayout {
  let width: Int
  private(set) var text = ""

  init(width: Int) {
    self.width = width
  }

  /// Writes `expression` from the start of a line; `sign` comes before it.
  mutating func write(
    _ expression: Expression, level: Int, sign: String = "", isGrouped: Bool = false
  ) {
    let line = sign + (isGrouped ? "(\(expression))" : expression.description)
    if 2 * level + line.unicodeScalars.count <= width { return write(line, level) }
    if isGrouped { return writeBlock(sign + "(", [expression], level) }
    switch expression.kind {
    case .number, .string, .vectorSelector, .matrixSelector: write(line, level)
    case .parentheses(let inner): writeBlock(sign + "(", [inner], level)
    case .call(let call):
      // The braces of `info` have no notation of their own to be broken.
      if call.function.name == "info" { return write(line, level) }
      writeBlock(sign + call.function.name + "(", call.arguments, level)
    case .aggregation(let aggregation):
      writeBlock(sign + aggregation.heading + "(", expression.children, level)
    case .unary(let operation, let operand):
      write(
        operand, level: level, sign: sign + operation.rawValue,
        isGrouped: operand.isGroupedUnderSign)
    case .subquery(let subquery):
      write(
        subquery.expression, level: level, sign: sign,
        isGrouped: subquery.expression.isOperation)
      var printer = ExpressionPrinter()
      printer.writeBrackets(of: subquery)
      text += printer.text
    case .binary(let binary): write(binary, level, sign)
    }
  }

  /// Writes a chain of operators that bind alike, `a + b - c`, with all operands at one level.
  private mutating func write(_ binary: Binary, _ level: Int, _ sign: String) {
    var chain = [binary]
    while let first = chain.last, !first.isLeftGrouped, case .binary(let left) = first.left.kind,
      left.operation.precedence == binary.operation.precedence
    {
      chain.append(left)
    }
    for (index, link) in chain.reversed().enumerated() {
      if index == 0 {
        write(link.left, level: level + 1, sign: sign, isGrouped: link.isLeftGrouped)
      }
      var printer = ExpressionPrinter()
      printer.writeOperator(of: link)
      text += "\n"
      write(printer.text, level)
      text += "\n"
      write(link.right, level: level + 1, isGrouped: link.isRightGrouped)
    }
  }

  /// Writes `opening`, the parts one level deeper with commas between them, and `)`.
  private mutating func writeBlock(_ opening: String, _ parts: [Expression], _ level: Int) {
    write(opening, level)
    for (index, part) in parts.enumerated() {
      text += index == 0 ? "\n" : ",\n"
      write(part, level: level + 1)
    }
    text += "\n"
    write(")", level)
  }

  private mutating func write(_ line: String, _ level: Int) {
    text += String(repeating: "  ", count: level) + line
  }
}
