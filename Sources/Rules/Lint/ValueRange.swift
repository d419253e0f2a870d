import Model
import PromQL

/// The numbers an expression can have, as far as its form proves it.
///
/// NaN is left out: it compares with nothing.
struct ValueRange: Equatable {
  /// No value is smaller.
  var low = -Double.infinity
  /// No value is greater.
  var high = Double.infinity

  /// Anything.
  static let any = ValueRange()
  private static let notNegative = ValueRange(low: 0)
  private static let zeroOrOne = ValueRange(low: 0, high: 1)

  init(low: Double = -.infinity, high: Double = .infinity) {
    self.low = low
    self.high = high
  }

  /// What can be proven of `expression`.
  init(of expression: Expression) {
    switch expression.kind {
    case .number(let value): self = value.isNaN ? .any : ValueRange(low: value, high: value)
    case .parentheses(let inner): self.init(of: inner)
    case .unary(let sign, let operand):
      let range = ValueRange(of: operand)
      self = sign == .minus ? ValueRange(low: -range.high, high: -range.low) : range
    case .aggregation(let aggregation): self = Self.range(of: aggregation)
    case .call(let call): self = Self.range(of: call)
    case .binary(let binary): self = Self.range(of: binary)
    default: self = .any
    }
  }

  private static func range(of aggregation: Aggregation) -> ValueRange {
    let inner = ValueRange(of: aggregation.expression)
    switch aggregation.operation {
    case .count, .countValues: return ValueRange(low: 1)
    case .group: return ValueRange(low: 1, high: 1)
    case .stddev, .stdvar: return .notNegative
    case .sum:
      return ValueRange(low: inner.low >= 0 ? inner.low : -.infinity)
        .capped(inner.high <= 0 ? inner.high : .infinity)
    case .min, .max, .avg, .topk, .bottomk, .limitk, .limitRatio: return inner
    case .quantile: return .any
    }
  }

  private static func range(of call: Call) -> ValueRange {
    let first = call.arguments.first.map { ValueRange(of: $0) } ?? .any
    func constant(_ index: Int) -> Double? {
      index < call.arguments.count ? call.arguments[index].constant : nil
    }
    switch call.function.name {
    case "absent", "absent_over_time", "present_over_time": return ValueRange(low: 1, high: 1)
    case "count_over_time": return ValueRange(low: 1)
    case "rate", "irate", "increase", "changes", "resets", "stddev_over_time", "stdvar_over_time",
      "sqrt", "exp", "histogram_count", "histogram_stddev", "histogram_stdvar", "mad_over_time":
      return .notNegative
    case "abs": return ValueRange(low: max(0, max(first.low, -first.high)))
    case "histogram_fraction": return .zeroOrOne
    case "clamp_min": return constant(1).map { first.floored($0) } ?? .any
    case "clamp_max": return constant(1).map { first.capped($0) } ?? .any
    case "clamp":
      guard let low = constant(1), let high = constant(2) else { return .any }
      return first.floored(low).capped(high)
    case "sgn": return ValueRange(low: -1, high: 1)
    case "sin", "cos", "tanh": return ValueRange(low: -1, high: 1)
    case "minute": return ValueRange(low: 0, high: 59)
    case "hour": return ValueRange(low: 0, high: 23)
    case "day_of_week": return ValueRange(low: 0, high: 6)
    case "day_of_month", "days_in_month": return ValueRange(low: 1, high: 31)
    case "day_of_year": return ValueRange(low: 1, high: 366)
    case "month": return ValueRange(low: 1, high: 12)
    case "sort", "sort_desc", "scalar", "vector", "label_replace", "label_join": return first
    default: return .any
    }
  }

  private static func range(of binary: Binary) -> ValueRange {
    let a = ValueRange(of: binary.left)
    let b = ValueRange(of: binary.right)
    switch binary.operation {
    case .add: return ValueRange(low: a.low + b.low, high: a.high + b.high).sound
    case .subtract: return ValueRange(low: a.low - b.high, high: a.high - b.low).sound
    case .multiply: return a.product(b)
    case .divide: return a.low >= 0 && b.low >= 0 ? .notNegative : .any
    case .and, .unless: return a
    case .or: return ValueRange(low: min(a.low, b.low), high: max(a.high, b.high))
    case _ where binary.operation.isComparison:
      if binary.returnsBool { return .zeroOrOne }
      // A filter keeps the left side's values; with a scalar on the left, the vector's.
      if binary.left.type == .scalar {
        return b.filtered(binary.operation.mirrored, by: a)
      }
      return a.filtered(binary.operation, by: b)
    default: return .any
    }
  }

  // MARK: Arithmetic

  private func floored(_ bound: Double) -> ValueRange {
    ValueRange(low: max(low, bound), high: max(high, bound))
  }

  private func capped(_ bound: Double) -> ValueRange {
    ValueRange(low: min(low, bound), high: min(high, bound))
  }

  /// Without ends that came from infinity less infinity.
  private var sound: ValueRange {
    ValueRange(low: low.isNaN ? -.infinity : low, high: high.isNaN ? .infinity : high)
  }

  private func product(_ other: ValueRange) -> ValueRange {
    let corners = [low * other.low, low * other.high, high * other.low, high * other.high]
    guard !corners.contains(where: \.isNaN), let low = corners.min(), let high = corners.max()
    else { return self.low >= 0 && other.low >= 0 ? .notNegative : .any }
    return ValueRange(low: low, high: high)
  }

  private func filtered(_ operation: BinaryOperation, by other: ValueRange) -> ValueRange {
    switch operation {
    case .greater, .greaterOrEqual: ValueRange(low: max(low, other.low), high: high)
    case .less, .lessOrEqual: ValueRange(low: low, high: min(high, other.high))
    case .equal: ValueRange(low: max(low, other.low), high: min(high, other.high))
    default: self
    }
  }

  // MARK: Comparison

  /// What is known of a comparison.
  enum Verdict {
    case never, always, unknown
  }

  /// Whether `self operation other` can hold.
  func comparison(_ operation: BinaryOperation, _ other: ValueRange) -> Verdict {
    guard low <= high, other.low <= other.high else { return .never }
    return switch operation {
    case .greater: high <= other.low ? .never : low > other.high ? .always : .unknown
    case .greaterOrEqual: high < other.low ? .never : low >= other.high ? .always : .unknown
    case .less: low >= other.high ? .never : high < other.low ? .always : .unknown
    case .lessOrEqual: low > other.high ? .never : high <= other.low ? .always : .unknown
    case .equal: high < other.low || low > other.high ? .never : .unknown
    case .notEqual: high < other.low || low > other.high ? .always : .unknown
    default: .unknown
    }
  }
}

extension ValueRange: CustomStringConvertible {
  /// `0`, `at least 1`, `0...59`, `any number`.
  var description: String {
    func text(_ value: Double) -> String {
      goFloat(value, verb: UInt8(ascii: "g"), precision: nil)
    }
    return switch (low.isFinite, high.isFinite) {
    case (true, true): low == high ? text(low) : "\(text(low))...\(text(high))"
    case (true, false): "at least \(text(low))"
    case (false, true): "at most \(text(high))"
    case (false, false): "any number"
    }
  }
}
