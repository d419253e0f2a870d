import Model
import PromQL

extension Planner {
  /// A function over a range vector: incremental where it has an accumulator.
  func window(
    _ function: RangeFunction, _ operand: RangeOperand, parameters: [Operator], _ range: Range<Int>
  ) -> Operator {
    let whole = WholeWindow(function, of: operand, lookback: options.lookback, range: range)
    guard operand.extent == .inside,
      let slide = Self.incremental[function.name]
    else {
      return WholeWindowOperator(operand, parameters: parameters, whole: whole, range: range)
    }
    return slide(operand, parameters.first, whole, range)
  }

  private typealias Slide = @Sendable (RangeOperand, Operator?, WholeWindow, Range<Int>) -> Operator

  private static func slide<A: WindowAccumulator>(_ accumulator: A.Type) -> Slide {
    { WindowOperator<A>($0, parameter: $1, whole: $2, range: $3) }
  }

  /// The functions whose cost does not grow with the window.
  private static let incremental: [String: Slide] = [
    "rate": slide(CounterAccumulator<RateKind>.self),
    "increase": slide(CounterAccumulator<IncreaseKind>.self),
    "delta": slide(CounterAccumulator<DeltaKind>.self),
    "irate": slide(InstantAccumulator<RateKind>.self),
    "idelta": slide(InstantAccumulator<DeltaKind>.self),
    "resets": slide(PairAccumulator<ResetKind>.self),
    "changes": slide(PairAccumulator<ChangeKind>.self),
    "sum_over_time": slide(SumAccumulator<TotalKind>.self),
    "avg_over_time": slide(SumAccumulator<MeanKind>.self),
    "stddev_over_time": slide(SpreadAccumulator<DeviationKind>.self),
    "stdvar_over_time": slide(SpreadAccumulator<VarianceKind>.self),
    "count_over_time": slide(EdgeAccumulator<CountKind>.self),
    "present_over_time": slide(EdgeAccumulator<PresentKind>.self),
    "last_over_time": slide(EdgeAccumulator<LastKind>.self),
    "first_over_time": slide(EdgeAccumulator<FirstKind>.self),
    "max_over_time": slide(ExtremeAccumulator<MaximumKind>.self),
    "min_over_time": slide(ExtremeAccumulator<MinimumKind>.self),
    "deriv": slide(TrendAccumulator<SlopeKind>.self),
    "predict_linear": slide(TrendAccumulator<PredictionKind>.self),
  ]
}
