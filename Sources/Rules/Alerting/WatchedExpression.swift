public import PromQL

/// What an alert's expression compares, read from its text.
///
/// `cpu > 0.8 and on(host) up == 1` observes `cpu` against 0.8. The evaluator asks whether the
/// observed expression has data, which tells a condition that is false from one that is absent.
public struct WatchedExpression: Sendable {
  /// The expression without the comparison that filters it.
  public var operand: Expression
  /// The comparison; nil when there is none.
  public var operation: BinaryOperation?
  /// The number compared with; nil when it is no constant.
  public var bound: Double?

  /// What `expression` observes.
  public init(_ expression: Expression) {
    let inner = expression.unwrapped
    self.init(operand: inner, operation: nil, bound: nil)
    guard case .binary(let binary) = inner.kind else { return }
    switch binary.operation {
    case .and, .unless:
      // The right side only restricts the left.
      self = WatchedExpression(binary.left)
    case _ where binary.operation.isComparison && !binary.returnsBool:
      if let bound = binary.right.constant {
        self = WatchedExpression(binary.left)
        if operation == nil { (operation, self.bound) = (binary.operation, bound) }
      } else if let bound = binary.left.constant {
        self = WatchedExpression(binary.right)
        if operation == nil { (operation, self.bound) = (binary.operation.mirrored, bound) }
      } else {
        self = WatchedExpression(binary.left)
        if operation == nil { operation = binary.operation }
      }
    default: break
    }
  }

  /// How a value that satisfies the comparison stands to the bound; nil without a constant one.
  public var comparison: AlertTransition.Measure.Comparison? {
    guard bound != nil else { return nil }
    switch operation {
    case .equal: return .equal
    case .notEqual: return .notEqual
    case .greater, .greaterOrEqual: return .above
    case .less, .lessOrEqual: return .below
    default: return nil
    }
  }

  /// The bound with how values stand to it.
  public var measure: AlertTransition.Measure {
    var measure = AlertTransition.Measure()
    measure.threshold = bound
    measure.comparison = comparison
    return measure
  }

  /// True when `value` satisfies the comparison; nil where there is none with a constant.
  public func holds(for value: Double) -> Bool? {
    guard let bound else { return nil }
    switch operation {
    case .equal: return value == bound
    case .notEqual: return value != bound
    case .greater: return value > bound
    case .less: return value < bound
    case .greaterOrEqual: return value >= bound
    case .lessOrEqual: return value <= bound
    default: return nil
    }
  }

  private init(operand: Expression, operation: BinaryOperation?, bound: Double?) {
    self.operand = operand
    self.operation = operation
    self.bound = bound
  }
}

extension Expression {
  /// The number that the expression is, whatever the data; nil when it depends on data.
  public var constant: Double? {
    switch kind {
    case .number(let value): return value
    case .parentheses(let inner): return inner.constant
    case .unary(let sign, let operand): return operand.constant.map { sign == .minus ? -$0 : $0 }
    case .binary(let binary):
      guard let a = binary.left.constant, let b = binary.right.constant else { return nil }
      switch binary.operation {
      case .add: return a + b
      case .subtract: return a - b
      case .multiply: return a * b
      case .divide: return a / b
      default: return nil
      }
    default: return nil
    }
  }
}

extension BinaryOperation {
  /// The comparison with its sides exchanged.
  var mirrored: BinaryOperation {
    switch self {
    case .greater: .less
    case .less: .greater
    case .greaterOrEqual: .lessOrEqual
    case .lessOrEqual: .greaterOrEqual
    default: self
    }
  }
}

extension Rule {
  /// The bound that `value` is measured against, as far as the rule itself says; else empty.
  public func measure(of value: Double) -> AlertTransition.Measure {
    switch kind {
    case .threshold(let threshold): return threshold.measure(of: value)
    case .alert(let expression): return WatchedExpression(expression).measure
    case .recording, .baseline: return AlertTransition.Measure()
    }
  }
}
