import Model
import PromQL

extension Planner {
  /// A function over a range vector: incremental where it has an accumulator.
  func window(
    _ function: RangeFunction, _ operand: RangeOperand, parameters: [Operator], _ range: Range<Int>
  ) -> Operator {
    let whole = WholeWindow(function, of: operand, lookback: options.lookback, range: range)
    guard operand.extent == .inside, let kernel = Self.incremental[function.name] else {
      return WholeWindowOperator(operand, parameters: parameters, whole: whole, range: range)
    }
    return WindowOperator(
      operand, parameter: parameters.first, kernel: kernel(), whole: whole, range: range)
  }

  @inline(__always)
  private static func kernel<A: WindowAccumulator>(_ accumulator: A.Type) -> WindowKernel {
    WindowKernel(SlidingWindows<A>())
  }

  /// The functions whose cost does not grow with the window, each with a kernel of its own.
  private static let incremental: [String: @Sendable () -> WindowKernel] = [
    "rate": { kernel(CounterAccumulator<RateKind>.self) },
    "increase": { kernel(CounterAccumulator<IncreaseKind>.self) },
    "delta": { kernel(CounterAccumulator<DeltaKind>.self) },
    "irate": { kernel(InstantAccumulator<RateKind>.self) },
    "idelta": { kernel(InstantAccumulator<DeltaKind>.self) },
    "resets": { kernel(PairAccumulator<ResetKind>.self) },
    "changes": { kernel(PairAccumulator<ChangeKind>.self) },
    "sum_over_time": { kernel(SumAccumulator<TotalKind>.self) },
    "avg_over_time": { kernel(SumAccumulator<MeanKind>.self) },
    "stddev_over_time": { kernel(SpreadAccumulator<DeviationKind>.self) },
    "stdvar_over_time": { kernel(SpreadAccumulator<VarianceKind>.self) },
    "count_over_time": { kernel(EdgeAccumulator<CountKind>.self) },
    "present_over_time": { kernel(EdgeAccumulator<PresentKind>.self) },
    "last_over_time": { kernel(EdgeAccumulator<LastKind>.self) },
    "first_over_time": { kernel(EdgeAccumulator<FirstKind>.self) },
    "max_over_time": { kernel(ExtremeAccumulator<MaximumKind>.self) },
    "min_over_time": { kernel(ExtremeAccumulator<MinimumKind>.self) },
    "deriv": { kernel(TrendAccumulator<SlopeKind>.self) },
    "predict_linear": { kernel(TrendAccumulator<PredictionKind>.self) },
  ]
}
