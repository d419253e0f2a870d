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
  /// True when `value` of what the rule watches is normal again, at `time` for series `index` with
  /// these labels; nil when no pass has met it yet.
  func isNormal(_ value: Double, _ index: Int?, _ labels: Labels, _ time: Timestamp) -> Bool
  /// Writes what is remembered of the series, by their labels.
  func encodeState(_ labels: (Int) -> Labels, into writer: inout CheckpointWriter)
  /// Reads what `encodeState` wrote; a series takes its part when it is seen again.
  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError)
  /// Gives up what is remembered of series that ended long before `time`, of those that were not met again
  /// since `restoreState`.
  func forget(at time: Timestamp)
}

extension RuleCondition {
  func forget(at time: Timestamp) {}
}

/// `alert` with `expr`: true where the expression has an element.
final class ExpressionCondition: RuleCondition {
  /// What the expression compares, as far as its text tells.
  private let observation: WatchedExpression

  init(_ expression: Expression) {
    observation = WatchedExpression(expression)
  }

  func row(_ index: Int, of result: Evaluated, at grid: StepGrid) -> AlertRow {
    AlertRow(
      series: index, isTrue: result.masks[index] & ~result.failedSteps,
      isPresent: result.defined[index])
  }

  func measure(_ index: Int, _ time: Timestamp, _ value: Double) -> AlertTransition.Measure {
    observation.measure
  }

  func encodeState(_ labels: (Int) -> Labels, into writer: inout CheckpointWriter) {}

  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {}

  func isNormal(_ value: Double, _ index: Int?, _ labels: Labels, _ time: Timestamp) -> Bool {
    observation.holds(for: value).map { !$0 } ?? false
  }
}
