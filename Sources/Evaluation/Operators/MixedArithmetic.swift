import Model
import PromQL

/// An operator on two elements of which one may be a histogram.
struct MixedArithmetic {
  let operation: BinaryOperation
  let returnsBool: Bool
  let range: Range<Int>

  /// The element `a op b`; nil where there is none. `keepsRight` says which operand a filtering
  /// comparison keeps.
  func combine(
    _ a: SampleValue, _ b: SampleValue, _ run: EvaluationRun, keepsRight: Bool = false
  ) -> SampleValue? {
    switch (a, b) {
    case (.float(let x), .float(let y)): return floats(x, y, keepsRight)
    default: return nil
    }
  }

  private func floats(_ a: Double, _ b: Double, _ keepsRight: Bool) -> SampleValue? {
    guard operation.isComparison else { return .float(operation.number(a, b)) }
    let holds = operation.holds(a, b)
    if returnsBool { return .float(holds ? 1 : 0) }
    return holds ? .float(keepsRight ? b : a) : nil
  }
}

/// `sum` and `avg` of elements of which some may be histograms.
enum MixedSum {
  /// The sum or mean of all elements; nil when floats and histograms are mixed.
  static func reduce(
    _ elements: [SampleValue], isMean: Bool, _ annotate: (Annotation.Level, String) -> Void
  ) -> SampleValue? {
    nil
  }
}
