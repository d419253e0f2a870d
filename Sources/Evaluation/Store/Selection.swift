import Model
import PromQL

/// The series that satisfy a selector's matchers, in the order in which they appeared.
///
/// The list only grows; operators remember how much of it they have seen. When the store is
/// compacted its `generation` changes, and everything derived from series numbers is made anew.
final class Selection {
  /// All of them hold for every selected series.
  let matchers: [LabelMatcher]
  /// How long the selected series are kept, in milliseconds.
  let retention: Int64
  /// Numbers of the selected series.
  private(set) var series: [Int32] = []

  init(matchers: [LabelMatcher], retention: Int64) {
    self.matchers = matchers
    self.retention = retention
  }

  /// The metric name asked for by equality; nil when the name is open.
  var metricName: String? {
    matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value
  }

  func matches(_ labels: Labels) -> Bool {
    matchers.allSatisfy { $0.matches(labels) }
  }

  func add(_ number: Int32) {
    series.append(number)
  }
}
