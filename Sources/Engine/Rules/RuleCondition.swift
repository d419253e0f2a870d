import Baselines
import Evaluation
import Model
import PromQL
import Rules

/// Decides at which ticks the condition of an alerting rule is true for each series.
///
/// One condition for each rule; it keeps what a kind of rule must remember of its series.
protocol RuleCondition: AnyObject {
  /// Says what series `index` does at the ticks of a pass.
  func row(_ index: Int, of result: Evaluated, at grid: StepGrid) -> AlertRow
  /// What the value of series `index` at `time`, a tick of the last pass, is measured against.
  func measure(_ index: Int, _ time: Timestamp, _ value: Double) -> AlertTransition.Measure
  /// True when `value` of what the rule watches is normal again, at `time` for series `index`.
  func isNormal(_ value: Double, _ index: Int?, _ time: Timestamp) -> Bool
}

/// `alert` with `expr`: true where the expression has an element.
final class ExpressionCondition: RuleCondition {
  /// The bound that the expression compares with, where it is written as a number.
  private let comparison: Comparison?

  init(_ expression: Expression) {
    comparison = Comparison(in: expression)
  }

  func row(_ index: Int, of result: Evaluated, at grid: StepGrid) -> AlertRow {
    AlertRow(
      series: index, isTrue: result.masks[index] & ~result.failedSteps,
      isPresent: result.defined[index])
  }

  func measure(_ index: Int, _ time: Timestamp, _ value: Double) -> AlertTransition.Measure {
    var measure = AlertTransition.Measure()
    measure.threshold = comparison?.bound
    return measure
  }

  func isNormal(_ value: Double, _ index: Int?, _ time: Timestamp) -> Bool {
    guard let comparison else { return false }
    return !comparison.holds(value)
  }
}

/// `watched > bound` at the top of a rule's expression, or in the first operand of `and`/`unless`.
struct Comparison {
  /// What is compared with the bound.
  let watched: Expression
  let operation: BinaryOperation
  let bound: Double

  /// Finds the comparison; nil when the expression has none with a written number.
  init?(in expression: Expression) {
    switch expression.kind {
    case .parentheses(let inner):
      self.init(in: inner)
    case .binary(let binary) where binary.operation.isSet:
      if let left = Comparison(in: binary.left) {
        self = left
      } else {
        self.init(in: binary.right)
      }
    case .binary(let binary) where binary.operation.isComparison && !binary.returnsBool:
      if let bound = binary.right.constant {
        self.init(watched: binary.left, operation: binary.operation, bound: bound)
      } else if let bound = binary.left.constant {
        self.init(watched: binary.right, operation: binary.operation.mirrored, bound: bound)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private init(watched: Expression, operation: BinaryOperation, bound: Double) {
    self.watched = watched
    self.operation = operation
    self.bound = bound
  }

  /// True when `value` satisfies the comparison: when it is bad.
  func holds(_ value: Double) -> Bool {
    switch operation {
    case .equal: value == bound
    case .notEqual: value != bound
    case .greater: value > bound
    case .less: value < bound
    case .greaterOrEqual: value >= bound
    case .lessOrEqual: value <= bound
    default: false
    }
  }
}

extension BinaryOperation {
  /// The comparison with its sides exchanged.
  fileprivate var mirrored: BinaryOperation {
    switch self {
    case .greater: .less
    case .less: .greater
    case .greaterOrEqual: .lessOrEqual
    case .lessOrEqual: .greaterOrEqual
    default: self
    }
  }
}

extension Expression {
  /// The value of an expression of written numbers; nil for every other.
  fileprivate var constant: Double? {
    switch kind {
    case .number(let value): return value
    case .parentheses(let inner): return inner.constant
    case .unary(.minus, let inner): return inner.constant.map { -$0 }
    case .unary(.plus, let inner): return inner.constant
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
