import Model
import PromQL

/// An arithmetic or comparison operator between two vectors.
final class VectorVectorOperator: Operator {
  private let left: Operator
  private let right: Operator
  private let binary: Binary
  private let arithmetic: RowArithmetic
  private let mixed: MixedArithmetic
  private var table: MatchTable
  private var outputNumbers: [Labels: Int] = [:]
  /// Steps of each output series that have a value.
  private var taken: [UInt64] = []
  /// Steps of each output series at which a pair has met, also where a comparison left it out.
  private var met: [UInt64] = []

  private var isOneLeft: Bool { binary.matching.cardinality == .oneToMany }
  private var many: Operator { isOneLeft ? right : left }
  private var ones: Operator { isOneLeft ? left : right }
  /// True when elements without a partner are matched with a number.
  private var fills: Bool { binary.matching.fillLeft != nil || binary.matching.fillRight != nil }
  /// True when results are another quantity than the operands.
  private var changesQuantity: Bool { binary.operation.dropsName }

  init(_ binary: Binary, left: Operator, right: Operator, range: Range<Int>) {
    self.binary = binary
    self.left = left
    self.right = right
    arithmetic = RowArithmetic(operation: binary.operation, returnsBool: binary.returnsBool)
    mixed = MixedArithmetic(
      operation: binary.operation, returnsBool: binary.returnsBool, range: range)
    table = MatchTable(binary.matching)
    super.init(range: range)
  }

  override func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    let leftFrame = left.evaluate(grid, run)
    let rightFrame = right.evaluate(grid, run)
    table.grow(many: many.labels, ones: ones.labels)
    let manyFrame = isOneLeft ? rightFrame : leftFrame
    let oneFrame = isOneLeft ? leftFrame : rightFrame
    makeOutputs(manyFrame, oneFrame, run)
    frame.prepare(series: labels.count, steps: grid.count)
    frame.inheritFailure(leftFrame)
    frame.inheritFailure(rightFrame)
    taken = Array(repeating: 0, count: labels.count)
    met = taken
    for g in table.groups.indices {
      if table.groups[g].isPair, !fills {
        combinePair(
          table.groups[g].many[0], table.groups[g].ones[0],
          output: table.groups[g].output(many: 0, one: 0),
          manyFrame, oneFrame, grid, run)
      } else {
        combine(table.groups[g], manyFrame, oneFrame, grid, run)
      }
    }
  }

  /// Finds the output series of all pairs that have values at the same step.
  private func makeOutputs(_ manyFrame: Frame, _ oneFrame: Frame, _ run: EvaluationRun) {
    // By index: a group that is held while the table changes would be copied.
    for g in table.groups.indices where table.groups[g].openPairs > 0 {
      for o in table.groups[g].ones.indices {
        let one = table.groups[g].ones[o]
        for m in table.groups[g].many.indices where table.groups[g].output(many: m, one: o) < 0 {
          let element = table.groups[g].many[m]
          guard manyFrame.defined[element] & oneFrame.defined[one] != 0 else { continue }
          let labels = resultLabels(many.labels[element], ones.labels[one], run)
          let output = output(labels, dropsName: many.dropsName[element])
          table.setOutput(output, group: g, many: m, one: o)
        }
      }
    }
    if fills { makeLoneOutputs(run) }
  }

  /// Finds the output series of elements that may stand without a partner.
  private func makeLoneOutputs(_ run: EvaluationRun) {
    for (g, group) in table.groups.enumerated() {
      for (m, element) in group.many.enumerated() where group.manyAlone[m] < 0 {
        let signature = table.signature(many.labels[element])
        let labels = resultLabels(many.labels[element], signature, run)
        let output = output(labels, dropsName: many.dropsName[element])
        table.setManyAlone(output, group: g, many: m)
      }
      for (o, one) in group.ones.enumerated() where group.oneAlone[o] < 0 {
        let signature = table.signature(ones.labels[one])
        let labels = resultLabels(signature, ones.labels[one], run)
        let output = output(labels, dropsName: ones.dropsName[one])
        table.setOneAlone(output, group: g, one: o)
      }
    }
  }

  private func output(_ labels: Labels, dropsName: Bool) -> Int {
    if let known = outputNumbers[labels] { return known }
    outputNumbers[labels] = self.labels.count
    addSeries(labels, dropsName: binary.returnsBool || (dropsName && !changesQuantity))
    return self.labels.count - 1
  }

  private func resultLabels(_ many: Labels, _ one: Labels, _ run: EvaluationRun) -> Labels {
    var result = many
    let matching = binary.matching
    // A bool comparison says by its mark alone that the name is to go.
    if changesQuantity || (binary.returnsBool && !run.options.delayedNameRemoval) {
      result = result.withoutMetadata
    }
    if matching.cardinality == .oneToOne {
      result =
        matching.isOn
        ? result.filter { matching.labels.contains($0) }
        : result.filter { !matching.labels.contains($0) }
    }
    for name in matching.include { result[name] = one[name] }
    return result
  }

  /// Computes the steps at which two elements meet; a pair that never met has no output (-1).
  private func combinePair(
    _ element: Int, _ one: Int, output: Int, _ manyFrame: Frame, _ oneFrame: Frame,
    _ grid: StepGrid, _ run: EvaluationRun
  ) {
    guard output >= 0 else { return }
    frame.defined[output] |= manyFrame.defined[element] & oneFrame.defined[one]
    let mask = manyFrame.masks[element] & oneFrame.masks[one] & ~frame.failed
    guard mask != 0 else { return }
    let kept = compute(
      left: isOneLeft ? (oneFrame, one) : (manyFrame, element),
      right: isOneLeft ? (manyFrame, element) : (oneFrame, one), mask, grid, output, run)
    claim(kept, of: mask, output)
  }

  private func combine(
    _ group: MatchTable.Group, _ manyFrame: Frame, _ oneFrame: Frame, _ grid: StepGrid,
    _ run: EvaluationRun
  ) {
    var oneUnion: UInt64 = 0
    for one in group.ones {
      let twice = oneUnion & oneFrame.masks[one]
      if twice != 0 { failDuplicates(twice, group, manyFrame, oneFrame) }
      oneUnion |= oneFrame.masks[one]
    }
    if binary.matching.cardinality == .oneToOne { checkOneToOne(group, manyFrame, oneUnion) }
    for (o, one) in group.ones.enumerated() {
      for (m, element) in group.many.enumerated() {
        combinePair(
          element, one, output: group.output(many: m, one: o), manyFrame, oneFrame, grid, run)
      }
    }
    fill(group, manyFrame, oneFrame, oneUnion, grid, run)
  }

  /// Computes one pair into the output row; steps that belong to another pair stay as they are.
  private func compute(
    left: (frame: Frame, index: Int), right: (frame: Frame, index: Int), _ mask: UInt64,
    _ grid: StepGrid, _ output: Int, _ run: EvaluationRun
  ) -> UInt64 {
    if left.frame.isPlain && right.frame.isPlain && !binary.operation.isTrim {
      let a = UnsafePointer(left.frame.row(left.index))
      let b = UnsafePointer(right.frame.row(right.index))
      if taken[output] == 0 {
        return arithmetic.apply(a, b, mask, grid.count, into: frame.row(output))
      }
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: StepGrid.limit) { scratch in
        guard let row = scratch.baseAddress else { return 0 }
        let kept = arithmetic.apply(a, b, mask, grid.count, into: row)
        for k in SetBits(kept & ~taken[output]) { frame.row(output)[k] = row[k] }
        return kept
      }
    }
    var kept: UInt64 = 0
    for k in SetBits(mask) {
      guard let a = left.frame.value(left.index, k), let b = right.frame.value(right.index, k)
      else { continue }
      guard let result = mixed.combine(a, b, run) else { continue }
      kept |= 1 << UInt64(k)
      if taken[output] >> UInt64(k) & 1 == 0 { frame.set(output, k, result) }
    }
    return kept
  }

  /// Marks steps of an output series as used; two pairs must not meet there, even where a comparison
  /// then leaves one of them out.
  private func claim(_ kept: UInt64, of mask: UInt64, _ output: Int) {
    let twice = met[output] & mask
    if twice != 0 { failMultiple(twice) }
    met[output] |= mask
    taken[output] |= kept
    frame.masks[output] |= kept
    frame.defined[output] |= kept
  }

  /// In a one-to-one matching no two elements of a group may find the same partner, even where a
  /// comparison then leaves one of them out.
  private func checkOneToOne(_ group: MatchTable.Group, _ manyFrame: Frame, _ oneUnion: UInt64) {
    guard group.many.count > 1 else { return }
    var union: UInt64 = 0
    var twice: UInt64 = 0
    for element in group.many {
      let mask = manyFrame.masks[element] & oneUnion
      twice |= union & mask
      union |= mask
    }
    if twice != 0 { failMultiple(twice) }
  }

  private func failMultiple(_ mask: UInt64) {
    let reason =
      binary.matching.cardinality == .oneToOne
      ? "many-to-one matching must be explicit (group_left/group_right)"
      : "grouping labels must ensure unique matches"
    frame.fail(
      mask,
      EvaluationError(
        code: "multiple-matches", "multiple matches for labels: \(reason)", range: range))
  }

  /// Two elements of the one-side match at the same step.
  ///
  /// Without any element on the other side nothing is matched, and nothing fails.
  private func failDuplicates(
    _ mask: UInt64, _ group: MatchTable.Group, _ manyFrame: Frame, _ oneFrame: Frame
  ) {
    var present: UInt64 = 0
    for i in 0..<manyFrame.seriesCount { present |= manyFrame.masks[i] }
    guard mask & present != 0 else { return }
    let step = (mask & present).trailingZeroBitCount
    let both = group.ones.filter { oneFrame.masks[$0] >> UInt64(step) & 1 == 1 }
    let pair = both.prefix(2).map { ones.labels[$0] }.sorted()
    let names = pair.map(\.braced).joined(separator: ", ")
    let side = isOneLeft ? "left" : "right"
    frame.fail(
      mask & present,
      EvaluationError(
        code: "many-to-many",
        "found duplicate series for the match group "
          + "\(table.signature(ones.labels[both[0]]).braced) on the \(side) hand-side of the "
          + "operation: [\(names)];many-to-many matching not allowed: matching labels must be "
          + "unique on one side",
        range: range))
  }

  override func encodeState(into writer: inout CheckpointWriter) {
    encodeTable(into: &writer)
    table.encode(into: &writer)
  }

  override func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    outputNumbers = try restoreTable(from: &reader)
    try table.restore(from: &reader, outputCount: labels.count)
  }
}

// MARK: - Fill modifiers

extension VectorVectorOperator {
  /// Gives elements without a partner the value of `fill_left` or `fill_right` as one.
  private func fill(
    _ group: MatchTable.Group, _ manyFrame: Frame, _ oneFrame: Frame, _ oneUnion: UInt64,
    _ grid: StepGrid, _ run: EvaluationRun
  ) {
    // With `group_right` Prometheus exchanges the sides first: `fill_right` is for the one-side
    // always.
    let fillOne = binary.matching.fillRight
    let fillMany = binary.matching.fillLeft
    if let fillOne {
      for (m, element) in group.many.enumerated() {
        let mask = manyFrame.masks[element] & ~oneUnion & ~frame.failed
        fill(
          manyFrame, element, mask, with: fillOne, isMissingLeft: isOneLeft, group.manyAlone[m], run
        )
      }
    }
    if let fillMany {
      let manyUnion = group.many.reduce(UInt64(0)) { $0 | manyFrame.masks[$1] }
      for (o, one) in group.ones.enumerated() {
        let mask = oneFrame.masks[one] & ~manyUnion & ~frame.failed
        fill(oneFrame, one, mask, with: fillMany, isMissingLeft: !isOneLeft, group.oneAlone[o], run)
      }
    }
  }

  private func fill(
    _ source: Frame, _ index: Int, _ mask: UInt64, with number: Double, isMissingLeft: Bool,
    _ output: Int, _ run: EvaluationRun
  ) {
    var kept: UInt64 = 0
    for k in SetBits(mask) {
      guard let element = source.value(index, k) else { continue }
      let result =
        isMissingLeft
        ? mixed.combine(.float(number), element, run) : mixed.combine(element, .float(number), run)
      guard let result else { continue }
      kept |= 1 << UInt64(k)
      if taken[output] >> UInt64(k) & 1 == 0 { frame.set(output, k, result) }
    }
    frame.defined[output] |= mask
    claim(kept, of: mask, output)
  }
}
