import Model
import PromQL

/// Which elements of two vectors belong together, kept up as series appear.
///
/// Elements with equal values of the matching labels form a group. In a many-to-one matching the
/// `one` side is the one that `group_left`/`group_right` does not name; otherwise it is the right.
struct MatchTable {
  /// The series of one group, by number.
  struct Group {
    private(set) var many: [Int] = []
    private(set) var ones: [Int] = []
    /// Output series of the pair, where the group is one; else of `many[m]` with `ones[o]` at
    /// `[o][m]`; -1: none yet.
    private var pairOutput = -1
    private var outputs: [[Int]] = []
    /// Output series of `many[m]` alone and of `ones[o]` alone, -1: none yet; both are empty where no
    /// fill modifier asks for them.
    var manyAlone: [Int] = []
    var oneAlone: [Int] = []
    /// Pairs without an output series.
    private(set) var openPairs = 0
    /// True for one element on each side, as in most groups: nothing meets twice.
    var isPair: Bool { many.count == 1 && ones.count == 1 }

    /// Output series of `many[m]` with `ones[o]`; -1: none yet.
    @inline(__always)
    func output(many m: Int, one o: Int) -> Int { isPair ? pairOutput : outputs[o][m] }

    mutating func setOutput(_ output: Int, many m: Int, one o: Int) {
      if isPair { pairOutput = output } else { outputs[o][m] = output }
      openPairs -= 1
    }

    mutating func add(many element: Int) {
      if isPair { outputs = [[pairOutput]] }
      many.append(element)
      for o in outputs.indices { outputs[o].append(-1) }
      openPairs += ones.count
    }

    mutating func add(one element: Int) {
      if isPair { outputs = [[pairOutput]] }
      ones.append(element)
      if !isPair { outputs.append(Array(repeating: -1, count: many.count)) }
      openPairs += many.count
    }
  }

  private(set) var groups: [Group] = []
  private var numbers: [Labels: Int] = [:]
  private let matching: Matching
  private let matchingNames: Set<String>
  private var manySeen = 0
  private var onesSeen = 0
  /// True when elements without a partner are matched with a number.
  private var fills: Bool { matching.fillLeft != nil || matching.fillRight != nil }

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
    if groups.isEmpty {
      // A group needs one of each side to matter.
      groups.reserveCapacity(min(many.count, ones.count))
      numbers.reserveCapacity(min(many.count, ones.count))
    }
    while manySeen < many.count {
      let group = group(many[manySeen])
      groups[group].add(many: manySeen)
      if fills { groups[group].manyAlone.append(-1) }
      manySeen += 1
    }
    while onesSeen < ones.count {
      let group = group(ones[onesSeen])
      groups[group].add(one: onesSeen)
      if fills { groups[group].oneAlone.append(-1) }
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
    groups[group].setOutput(output, many: many, one: one)
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
      for o in group.ones.indices {
        writer.write(numbers: group.many.indices.map { group.output(many: $0, one: o) })
      }
      writer.write(numbers: fills ? group.manyAlone : group.many.map { _ in -1 })
      writer.write(numbers: fills ? group.oneAlone : group.ones.map { _ in -1 })
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
      for element in try reader.numbers(below: manySeen) { group.add(many: element) }
      for element in try reader.numbers(below: onesSeen) { group.add(one: element) }
      guard !group.many.isEmpty || !group.ones.isEmpty,
        group.many.allSatisfy({ $0 >= 0 }), group.ones.allSatisfy({ $0 >= 0 })
      else { throw reader.failure() }
      for o in group.ones.indices {
        let outputs = try reader.numbers(group.many.count, below: outputCount)
        for (m, output) in outputs.enumerated() where output >= 0 {
          group.setOutput(output, many: m, one: o)
        }
      }
      let manyAlone = try reader.numbers(group.many.count, below: outputCount)
      let oneAlone = try reader.numbers(group.ones.count, below: outputCount)
      if fills { (group.manyAlone, group.oneAlone) = (manyAlone, oneAlone) }
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
