import Model

/// The table of output series of operators whose order of series follows from what happened.
///
/// Most operators number their output as their operands do; those need no table in a checkpoint.
extension Operator {
  final func encodeTable(into writer: inout CheckpointWriter) {
    writer.write(count: labels.count)
    for index in labels.indices {
      writer.write(labels[index])
      writer.write(dropsName[index])
    }
  }

  /// - Returns: the number of each label set.
  @discardableResult
  final func restoreTable(
    from reader: inout CheckpointReader
  ) throws(CheckpointError) -> [Labels: Int] {
    let count = try reader.count()
    labels = []
    dropsName = []
    var numbers: [Labels: Int] = [:]
    for index in 0..<count {
      let labels = try reader.labels()
      addSeries(labels, dropsName: try reader.bool())
      if numbers[labels] == nil { numbers[labels] = index }
    }
    return numbers
  }
}

extension CheckpointWriter {
  /// Adds numbers of series or outputs, -1 and up.
  mutating func write(numbers: [Int]) {
    write(count: numbers.count)
    for number in numbers { write(count: number + 1) }
  }
}

extension CheckpointReader {
  /// Numbers of series or outputs, -1 up to `limit` less 1.
  mutating func numbers(below limit: Int) throws(CheckpointError) -> [Int] {
    let count = try count()
    var numbers: [Int] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try self.count(atMost: limit) - 1) }
    return numbers
  }

  /// A list of `want` numbers.
  mutating func numbers(_ want: Int, below limit: Int) throws(CheckpointError) -> [Int] {
    let numbers = try numbers(below: limit)
    guard numbers.count == want else { throw failure() }
    return numbers
  }
}
