import Model

// Operators with their modifiers, and what they accept.
extension ExpressionParser {
  /// What stands between an operator and its right operand.
  struct BinaryModifiers {
    var returnsBool = false
    var matching = Matching()
  }

  /// `bool on (…) group_left (…) fill (…)`, all optional, in this order.
  mutating func parseBinaryModifiers() -> BinaryModifiers {
    var modifiers = BinaryModifiers()
    modifiers.returnsBool = accept(.keyword(.bool)) != nil
    let isOn = accept(.keyword(.on)) != nil
    if isOn || accept(.keyword(.ignoring)) != nil {
      modifiers.matching.isOn = isOn
      modifiers.matching.labels = parseLabelNames()
      let isLeft = accept(.keyword(.groupLeft)) != nil
      if isLeft || accept(.keyword(.groupRight)) != nil {
        modifiers.matching.cardinality = isLeft ? .manyToOne : .oneToMany
        if current.kind == .leftParenthesis { modifiers.matching.include = parseLabelNames() }
      }
    }
    parseFill(into: &modifiers.matching)
    return modifiers
  }

  /// `fill (x)`, or `fill_left (x)` and `fill_right (x)` in any order.
  private mutating func parseFill(into matching: inout Matching) {
    let start = current.range
    while true {
      switch current.kind {
      case .keyword(.fill) where matching.fillLeft == nil && matching.fillRight == nil:
        let value = parseFillValue()
        matching.fillLeft = value
        matching.fillRight = value
      case .keyword(.fillLeft) where matching.fillLeft == nil:
        matching.fillLeft = parseFillValue()
      case .keyword(.fillRight) where matching.fillRight == nil:
        matching.fillRight = parseFillValue()
      default:
        if matching.fillLeft != nil || matching.fillRight != nil, !options.fillModifiers {
          fail(.disabled(.fillModifiers, "fill modifier"), start.lowerBound..<previousEnd)
        }
        return
      }
    }
  }

  private mutating func parseFillValue() -> Double? {
    advance()
    let opening = open()  // the lexer takes the word for a modifier only before a parenthesis
    let isNegative = accept(.binary(.subtract)) != nil
    if !isNegative { _ = accept(.binary(.add)) }
    var value: Double?
    if current.kind == .number || current.kind == .duration {
      value = parseNumber()
    } else {
      unexpected(in: "fill modifier", expected: "number")
    }
    close(opening, with: .rightParenthesis, in: "fill modifier", expected: "\")\"")
    return value.map { isNegative ? -$0 : $0 }
  }

  /// Puts two operands together after checking that the operator and its modifiers suit them.
  mutating func join(
    _ left: Node?, _ operation: BinaryOperation, _ modifiers: BinaryModifiers, _ right: Node?,
    operatorRange: Range<Int>
  ) -> Node? {
    if modifiers.returnsBool, !operation.isComparison {
      fail(.boolWithoutComparison, operatorRange)
    }
    let matching = modifiers.matching
    if matching.isOn {
      for label in matching.labels where matching.include.contains(label) {
        fail(.labelInOnAndGroup(label), operatorRange)
      }
    }
    guard let left, let right else { return nil }
    for operand in [left, right] where operand.type != .scalar && operand.type != .instantVector {
      fail(.operandType, operand.range)
      return nil
    }
    let range = left.range.lowerBound..<right.range.upperBound
    var binary = Binary(
      operation: operation, left: left.expression, right: right.expression,
      returnsBool: modifiers.returnsBool)
    let areVectors = left.type == .instantVector && right.type == .instantVector
    if areVectors {
      binary.matching = check(matching, with: operation, range)
    } else {
      checkScalars(left, operation, modifiers, right, operatorRange, range)
    }
    let areScalars = left.type == .scalar && right.type == .scalar
    return node(
      .binary(binary), areScalars ? .scalar : .instantVector, range, over: [left, right])
  }

  /// The matching of two vectors; set operators match many to many.
  private mutating func check(
    _ matching: Matching, with operation: BinaryOperation, _ range: Range<Int>
  ) -> Matching {
    guard operation.isSet else { return matching }
    if matching.cardinality != .oneToOne { fail(.groupingWithSetOperator(operation), range) }
    if matching.fillLeft != nil || matching.fillRight != nil { fail(.fillWithSetOperator, range) }
    var result = matching
    result.cardinality = .manyToMany
    return result
  }

  private mutating func checkScalars(
    _ left: Node, _ operation: BinaryOperation, _ modifiers: BinaryModifiers, _ right: Node,
    _ operatorRange: Range<Int>, _ range: Range<Int>
  ) {
    if operation.isComparison, !modifiers.returnsBool, left.type == right.type {
      fail(.scalarComparison, operatorRange)
    }
    if operation.isSet { fail(.setOperatorWithScalar(operation), range) }
    let matching = modifiers.matching
    if !matching.labels.isEmpty || matching.cardinality != .oneToOne {
      fail(.matchingWithoutVectors, range)
    }
    if matching.fillLeft != nil || matching.fillRight != nil { fail(.fillWithoutVectors, range) }
  }
}
