import Model
import PromQL

extension Planner {
  /// Functions of histograms, native and classic; nil when `name` is none of them.
  func histogramCall(
    _ name: String, _ arguments: [Expression], _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator? {
    nil
  }

  /// `selector smoothed`: values interpolated at the step.
  func smoothedSelector(
    _ selector: VectorSelector, _ time: ReferenceTime, _ range: Range<Int>, _ context: PlanContext
  ) throws(EvaluationError) -> Operator {
    throw EvaluationError(code: "unsupported", "smoothed selectors are not evaluated", range: range)
  }
}
