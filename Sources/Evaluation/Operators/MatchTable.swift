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
    /// Pairs without an output series.
    var openPairs = 0
    /// True for one element on each side, as in most groups: nothing meets twice.
    var isPair: Bool { many.count == 1 && ones.count == 1 }
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
    if numbers.isEmpty, !groups.isEmpty { nameGroups(many: many, ones: ones) }
    while manySeen < many.count {
      let group = group(many[manySeen])
      groups[group].many.append(manySeen)
      groups[group].manyAlone.append(-1)
      for o in groups[group].outputs.indices { groups[group].outputs[o].append(-1) }
      groups[group].openPairs += groups[group].ones.count
      manySeen += 1
    }
    while onesSeen < ones.count {
      let group = group(ones[onesSeen])
      groups[group].ones.append(onesSeen)
      groups[group].oneAlone.append(-1)
      groups[group].outputs.append(Array(repeating: -1, count: groups[group].many.count))
      groups[group].openPairs += groups[group].many.count
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
    groups[group].openPairs -= 1
    groups[group].outputs[one][many] = output
  }

  mutating func setManyAlone(_ output: Int, group: Int, many: Int) {
    groups[group].manyAlone[many] = output
  }

  mutating func setOneAlone(_ output: Int, group: Int, one: Int) {
    groups[group].oneAlone[one] = output
  }
}

// MARK: Checkpoint

extension MatchTable {
  /// Writes the groups: their order follows from the order in which both sides grew.
  func encode(into writer: inout CheckpointWriter) {
    writer.write(count: manySeen)
    writer.write(count: onesSeen)
    writer.write(count: groups.count)
    for group in groups {
      writer.write(numbers: group.many)
      writer.write(numbers: group.ones)
      for outputs in group.outputs { writer.write(numbers: outputs) }
      writer.write(numbers: group.manyAlone)
      writer.write(numbers: group.oneAlone)
    }
  }

  /// Reads groups whose outputs are below `outputCount`.
  mutating func restore(
    from reader: inout CheckpointReader, outputCount: Int
  ) throws(CheckpointError) {
    manySeen = try reader.count()
    onesSeen = try reader.count()
    groups = []
    for _ in 0..<(try reader.count()) {
      var group = Group()
      group.many = try reader.numbers(below: manySeen)
      group.ones = try reader.numbers(below: onesSeen)
      guard !group.many.isEmpty || !group.ones.isEmpty,
        group.many.allSatisfy({ $0 >= 0 }), group.ones.allSatisfy({ $0 >= 0 })
      else { throw reader.failure() }
      for _ in group.ones {
        let outputs = try reader.numbers(group.many.count, below: outputCount)
        group.openPairs += outputs.count { $0 < 0 }
        group.outputs.append(outputs)
      }
      group.manyAlone = try reader.numbers(group.many.count, below: outputCount)
      group.oneAlone = try reader.numbers(group.ones.count, below: outputCount)
      groups.append(group)
    }
    numbers = [:]
  }

  /// Finds the groups' labels once the operands' series are there.
  private mutating func nameGroups(many: [Labels], ones: [Labels]) {
    precondition(
      manySeen <= many.count && onesSeen <= ones.count,
      "a restored table knows \(manySeen) and \(onesSeen) series, "
        + "its operands have \(many.count) and \(ones.count)")
    for (index, group) in groups.enumerated() {
      let labels = group.many.first.map { many[$0] } ?? group.ones.first.map { ones[$0] }
      if let labels { numbers[signature(labels)] = index }
    }
  }
}
