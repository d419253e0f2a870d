extension Expression {
  /// The type of the result.
  ///
  /// - Complexity: linear in the depth of the tree.
  public var type: ValueType {
    switch kind {
    case .number: .scalar
    case .string: .string
    case .vectorSelector, .aggregation: .instantVector
    case .matrixSelector, .subquery: .rangeVector
    case .unary(_, let operand): operand.type
    case .parentheses(let inner): inner.type
    case .call(let call): call.function.result
    case .binary(let binary):
      binary.left.type == .scalar && binary.right.type == .scalar ? .scalar : .instantVector
    }
  }

  /// The expression inside all parentheses around it.
  public var unwrapped: Expression {
    var inner = self
    while case .parentheses(let next) = inner.kind { inner = next }
    return inner
  }

  /// The expressions right below this one, in the order of the text.
  public var children: [Expression] {
    switch kind {
    case .number, .string, .vectorSelector, .matrixSelector: []
    case .subquery(let subquery): [subquery.expression]
    case .unary(_, let operand): [operand]
    case .parentheses(let inner): [inner]
    case .binary(let binary): [binary.left, binary.right]
    case .aggregation(let aggregation):
      (aggregation.parameter.map { [$0] } ?? []) + [aggregation.expression]
    case .call(let call): call.arguments
    }
  }
}

extension BinaryOperation {
  /// How strongly the operator binds: from 1 (`or`) to 6 (`^`).
  public var precedence: Int {
    switch self {
    case .or: 1
    case .and, .unless: 2
    case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual, .trimUpper, .trimLower:
      3
    case .add, .subtract: 4
    case .multiply, .divide, .modulo, .atan2: 5
    case .power: 6
    }
  }
}
