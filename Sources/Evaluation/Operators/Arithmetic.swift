import Glibc
import Model
import PromQL

extension BinaryOperation {
  /// The number `a op b` of two floats; for comparisons the left operand.
  @inline(__always)
  func number(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .modulo: fmod(a, b)
    case .power: pow(a, b)
    case .atan2: Glibc.atan2(a, b)
    default: a
    }
  }

  /// Whether a comparison holds.
  @inline(__always)
  func holds(_ a: Double, _ b: Double) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .greater: a > b
    case .less: a < b
    case .greaterOrEqual: a >= b
    case .lessOrEqual: a <= b
    default: true
    }
  }

  /// True when a result is another quantity than its operands, so that it loses their name.
  var dropsName: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .modulo, .power, .atan2: true
    default: false
    }
  }
}

/// Applies an operator to whole rows of floats; the operator is chosen once, outside the loop.
struct RowArithmetic {
  let operation: BinaryOperation
  let returnsBool: Bool
  /// True for a comparison that leaves elements out; those that it keeps have the values they had.
  var isFilter: Bool { !returnsBool && operation.isComparison }

  /// Writes `a op b` at the steps of `mask`.
  ///
  /// - Returns: the steps that have a result: all of `mask`, less those that a comparison filters.
  @inline(__always)
  func apply(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ mask: UInt64, _ count: Int,
    into out: UnsafeMutablePointer<Double>
  ) -> UInt64 {
    switch operation {
    case .add: return numbers(a, b, mask, count, out) { $0 + $1 }
    case .subtract: return numbers(a, b, mask, count, out) { $0 - $1 }
    case .multiply: return numbers(a, b, mask, count, out) { $0 * $1 }
    case .divide: return numbers(a, b, mask, count, out) { $0 / $1 }
    case .modulo, .power, .atan2:
      for k in SetBits(mask) { out[k] = operation.number(a[k], b[k]) }
      return mask
    default:
      let held = holding(a, b, count)
      if returnsBool {
        for k in SetBits(mask) { out[k] = held >> UInt64(k) & 1 == 1 ? 1 : 0 }
        return mask
      }
      let kept = held & mask
      if kept != 0 { out.update(from: a, count: count) }
      return kept
    }
  }

  /// The steps of `count` at which a comparison holds.
  @inline(__always)
  func holding(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> UInt64 {
    switch operation {
    case .equal: comparison(a, b, count, { $0 .== $1 }, { $0 == $1 })
    case .notEqual: comparison(a, b, count, { $0 .!= $1 }, { $0 != $1 })
    case .greater: comparison(a, b, count, { $0 .> $1 }, { $0 > $1 })
    case .less: comparison(a, b, count, { $0 .< $1 }, { $0 < $1 })
    case .greaterOrEqual: comparison(a, b, count, { $0 .>= $1 }, { $0 >= $1 })
    case .lessOrEqual: comparison(a, b, count, { $0 .<= $1 }, { $0 <= $1 })
    default: 0
    }
  }

  /// Steps without a value are computed too: a loop without branches is faster than skipping them.
  @inline(__always)
  private func numbers(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ mask: UInt64, _ count: Int,
    _ out: UnsafeMutablePointer<Double>, _ body: (Double, Double) -> Double
  ) -> UInt64 {
    for k in 0..<count { out[k] = body(a[k], b[k]) }
    return mask
  }

  /// Eight steps at a time, which asks nothing of a branch: whether a comparison holds is hard to guess
  /// near a threshold.
  @inline(__always)
  private func comparison(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int,
    _ eight: (SIMD8<Double>, SIMD8<Double>) -> SIMDMask<SIMD8<Int64>>,
    _ body: (Double, Double) -> Bool
  ) -> UInt64 {
    let bits = SIMD8<UInt64>(1, 2, 4, 8, 16, 32, 64, 128)
    var held: UInt64 = 0
    var k = 0
    while k &+ 8 <= count {
      let x = UnsafeRawPointer(a + k).loadUnaligned(as: SIMD8<Double>.self)
      let y = UnsafeRawPointer(b + k).loadUnaligned(as: SIMD8<Double>.self)
      let holding = SIMD8<UInt64>.zero.replacing(with: bits, where: eight(x, y))
      held |= holding.wrappedSum() &<< UInt64(k)
      k &+= 8
    }
    while k < count {
      held |= (body(a[k], b[k]) ? 1 : 0) &<< UInt64(k)
      k &+= 1
    }
    return held
  }
}

extension BinaryOperation {
  /// `</` and `>/`: operators on histograms alone.
  var isTrim: Bool { self == .trimLower || self == .trimUpper }
}

extension Labels {
  /// All labels in braces, the metric's name as `__name__`: how errors write a label set.
  var braced: String {
    let inner = pairs.map {
      "\(isLabelIdentifier($0.name) ? $0.name : quoted($0.name))=\(quoted($0.value))"
    }
    return "{" + inner.joined(separator: ", ") + "}"
  }
}
