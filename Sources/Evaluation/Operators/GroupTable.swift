import Model
import PromQL

/// Which group of an aggregation each series belongs to, kept up as series appear.
struct GroupTable {
  private let isWithout: Bool
  private let names: Set<String>
  private var numbers: [Labels: Int] = [:]
  /// Group of each series of the operand.
  private(set) var groups: [Int] = []
  /// Labels of each group.
  private(set) var labels: [Labels] = []
  /// Series of each group.
  private(set) var members: [[Int]] = []
  /// Groups whose metric name is to be removed at the end.
  private(set) var dropsName: [Bool] = []

  init(_ aggregation: Aggregation) {
    isWithout = aggregation.isWithout
    names = Set(aggregation.labels)
  }

  /// Puts the operand's new series into their groups.
  mutating func grow(_ operand: Operator) {
    while groups.count < operand.labels.count {
      let index = groups.count
      let key = key(operand.labels[index])
      let group = numbers[key] ?? labels.count
      if group == labels.count {
        numbers[key] = group
        labels.append(key)
        members.append([])
        dropsName.append(false)
      }
      if key.metricName != nil, operand.dropsName[index] { dropsName[group] = true }
      groups.append(group)
      members[group].append(index)
    }
  }

  /// True when groups never have the label `name`, whatever the series have.
  func removes(_ name: String) -> Bool {
    isWithout && (name == Labels.metricName || names.contains(name))
  }

  private func key(_ labels: Labels) -> Labels {
    labels.filter { isWithout ? !removes($0) : names.contains($0) }
  }
}
