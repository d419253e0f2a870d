import Model
import PromQL

/// Which elements of two vectors belong together, kept up as series appear.
///
/// Elements with equal values of the matching labels form a group. In a many-to-one matching the
/// `one` side is the one that `group_left`/`group_right` does not name; otherwise it is the right.
struct MatchTable {
  /// The series of one group, by number.
  struct Group {
    var many: [Int] = []
    var ones: [Int] = []
    /// Output series of `many[m]` with `ones[o]` at `[o][m]`; -1: none yet.
    var outputs: [[Int]] = []
    /// Output series of `many[m]` alone and of `ones[o]` alone, for fill modifiers; -1: none yet.
    var manyAlone: [Int] = []
    var oneAlone: [Int] = []
  }

  private(set) var groups: [Group] = []
  private var numbers: [Labels: Int] = [:]
  private let matching: Matching
  private let matchingNames: Set<String>
  private var manySeen = 0
  private var onesSeen = 0

  init(_ matching: Matching) {
    self.matching = matching
    matchingNames = Set(matching.labels)
  }

  /// The labels by which elements find each other.
  func signature(_ labels: Labels) -> Labels {
    matching.isOn
      ? labels.filter { matchingNames.contains($0) }
      : labels.filter { $0 != Labels.metricName && !matchingNames.contains($0) }
  }

  /// Puts new series of both sides into their groups.
  mutating func grow(many: [Labels], ones: [Labels]) {
    while manySeen < many.count {
      let group = group(many[manySeen])
      groups[group].many.append(manySeen)
      groups[group].manyAlone.append(-1)
      for o in groups[group].outputs.indices { groups[group].outputs[o].append(-1) }
      manySeen += 1
    }
    while onesSeen < ones.count {
      let group = group(ones[onesSeen])
      groups[group].ones.append(onesSeen)
      groups[group].oneAlone.append(-1)
      groups[group].outputs.append(Array(repeating: -1, count: groups[group].many.count))
      onesSeen += 1
    }
  }

  private mutating func group(_ labels: Labels) -> Int {
    let key = signature(labels)
    if let known = numbers[key] { return known }
    numbers[key] = groups.count
    groups.append(Group())
    return groups.count - 1
  }

  mutating func setOutput(_ output: Int, group: Int, many: Int, one: Int) {
    groups[group].outputs[one][many] = output
  }

  mutating func setManyAlone(_ output: Int, group: Int, many: Int) {
    groups[group].manyAlone[many] = output
  }

  mutating func setOneAlone(_ output: Int, group: Int, one: Int) {
    groups[group].oneAlone[one] = output
  }
}
