import Model
import PromQL

/// What a plan needs to know of the query around it.
struct PlanContext {
  /// First and last moment of the query in ms; nil in a rule, where every tick is a query of its own.
  var bounds: (start: Int64, end: Int64)?
  /// Distance of the query's moments in ms; 0 for a single one.
  var step: Int64 = 0
  /// Subqueries around the expression, outermost first: part of the key by which work is shared.
  var scope = ""
  /// True below functions that need no buckets of histograms, see `SelectedSamples`.
  var findsResets = false
  /// How far before the query's moments the enclosing subqueries reach, in ms.
  var reach: Int64 = 0
  /// Whose passes the operators belong to.
  var run: EvaluationRun

  /// A length of time in ms; durations count in seconds while they are computed.
  func milliseconds(_ duration: DurationExpression) throws(EvaluationError) -> Int64 {
    if case .literal(let exact) = duration { return exact }
    let value = (try seconds(duration) * 1000).rounded()
    guard value.magnitude < 0x1p62 else {
      throw EvaluationError(code: "bad-duration", "duration out of range")
    }
    return Int64(value)
  }

  private func seconds(_ duration: DurationExpression) throws(EvaluationError) -> Double {
    switch duration {
    case .literal(let exact): return Double(exact) / 1000
    case .step: return Double(step) / 1000
    case .range: return bounds.map { Double($0.end - $0.start) / 1000 } ?? 0
    case .unary(.plus, let operand): return try seconds(operand)
    case .unary(.minus, let operand): return -(try seconds(operand))
    case .min(let a, let b): return min(try seconds(a), try seconds(b))
    case .max(let a, let b): return max(try seconds(a), try seconds(b))
    case .binary(let operation, let a, let b):
      let divisor = try seconds(b)
      if divisor == 0, operation == .divide || operation == .modulo {
        throw EvaluationError(
          code: "bad-duration", operation == .divide ? "division by zero" : "modulo by zero")
      }
      return operation.number(try seconds(a), divisor)
    }
  }

  /// A length that must be positive, such as a range.
  func positive(
    _ duration: DurationExpression, _ range: Range<Int>
  ) throws(EvaluationError) -> Int64 {
    let value = try milliseconds(duration)
    guard value > 0 else {
      throw EvaluationError(
        code: "bad-duration", "duration must be greater than 0", range: range)
    }
    return value
  }

  /// The time that `offset` and `@` make a selector look at.
  func reference(_ timing: Timing) throws(EvaluationError) -> ReferenceTime {
    var reference = ReferenceTime()
    if let offset = timing.offset { reference.offset = try milliseconds(offset) }
    switch timing.anchor {
    case .at(let time): reference.anchor = time.milliseconds
    case .start: reference.anchor = bounds?.start
    case .end: reference.anchor = bounds?.end
    case nil: break
    }
    return reference
  }
}
