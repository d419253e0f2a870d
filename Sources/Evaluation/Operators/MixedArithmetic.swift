import Model
import PromQL

/// An operator on two elements of which one may be a histogram.
struct MixedArithmetic {
  let operation: BinaryOperation
  let returnsBool: Bool
  let range: Range<Int>

  /// The element `a op b`; nil where there is none.
  ///
  /// `keepsRight` says which operand a filtering comparison keeps.
  func combine(
    _ a: SampleValue, _ b: SampleValue, _ run: EvaluationRun, keepsRight: Bool = false
  ) -> SampleValue? {
    switch (a, b) {
    case (.float(let x), .float(let y)):
      return operation.isTrim ? incompatible("float", "float", run) : floats(x, y, keepsRight)
    case (.float(let x), .histogram(let y)):
      guard operation == .multiply else { return incompatible("float", "histogram", run) }
      return .histogram(Self.scaled(y, by: x))
    case (.histogram(let x), .float(let y)): return scale(x, y, run)
    case (.histogram(let x), .histogram(let y)): return histograms(x, y, run)
    }
  }

  private func floats(_ a: Double, _ b: Double, _ keepsRight: Bool) -> SampleValue? {
    guard operation.isComparison else { return .float(operation.number(a, b)) }
    let holds = operation.holds(a, b)
    if returnsBool { return .float(holds ? 1 : 0) }
    return holds ? .float(keepsRight ? b : a) : nil
  }

  private static func scaled(_ histogram: NativeHistogram, by factor: Double) -> NativeHistogram {
    var result = histogram
    result.multiply(by: factor)
    return result.compacted()
  }

  private func scale(_ a: NativeHistogram, _ b: Double, _ run: EvaluationRun) -> SampleValue? {
    switch operation {
    case .multiply: return .histogram(Self.scaled(a, by: b))
    case .divide:
      var result = a
      result.divide(by: b)
      return .histogram(result.compacted())
    case .trimUpper: return .histogram(a.trimmed(keeping: .below, of: b))
    case .trimLower: return .histogram(a.trimmed(keeping: .above, of: b))
    default: return incompatible("histogram", "float", run)
    }
  }

  private func histograms(
    _ a: NativeHistogram, _ b: NativeHistogram, _ run: EvaluationRun
  ) -> SampleValue? {
    switch operation {
    case .add, .subtract:
      var result = a
      let isSum = operation == .add
      do {
        let reconciliation = isSum ? try result.add(b) : try result.subtract(b)
        let remarks = HistogramRemark.remarks(
          on: reconciliation, during: isSum ? .addition : .subtraction)
        for remark in remarks { run.annotate(Annotation(remark, metricName: nil, range: range)) }
      } catch {
        run.annotate(Annotation(.mixedSchemas, metricName: nil, range: range))
        return nil
      }
      if !isSum { result.counterResetHint = .gauge }
      return .histogram(result.compacted())
    case .equal, .notEqual:
      let holds = a.compacted().hasSameData(as: b.compacted()) == (operation == .equal)
      if returnsBool { return .float(holds ? 1 : 0) }
      return holds ? .histogram(a) : nil
    default: return incompatible("histogram", "histogram", run)
    }
  }

  private func incompatible(
    _ left: String, _ right: String, _ run: EvaluationRun
  ) -> SampleValue? {
    let name = operation.rawValue
    run.annotate(
      Annotation(
        .info,
        "incompatible sample types encountered for binary operator \(quoted(name)): "
          + "\(left) \(name) \(right)", range: range))
    return nil
  }
}

extension Annotation {
  /// A remark on a histogram in the expression at `range`.
  init(_ remark: HistogramRemark, metricName: String?, range: Range<Int>) {
    self.init(remark.level, remark.message(metricName: metricName), range: range)
  }
}
