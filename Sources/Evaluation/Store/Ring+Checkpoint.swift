import Model

/// A ring as bytes: its samples block by block, whatever a block looks like in memory.
///
/// Where blocks end is kept, since it decides what is dropped together and where a late sample still
/// finds its place. Times are differences of differences; values are differences of whole numbers
/// after a shift of the decimal point where that gives every bit back, else 64 bits each.
extension Ring {
  private enum ValueForm {
    static let constant: UInt8 = 0
    static let raw: UInt8 = 1
    /// 2 and up: whole numbers at the exponent of this less 2.
    static let decimal: UInt8 = 2
  }

  /// Adds the ring to `writer` as it was at `mark`; `view` and `scratch` are memory to work in.
  ///
  /// - Precondition: the blocks of the mark are held, and nothing was put between their samples.
  func encode(
    at mark: RingMark, into writer: inout CheckpointWriter, _ view: BlockView,
    _ scratch: BlockHeader.Scratch
  ) {
    writer.write(Int64(mark.first))
    writer.write(count: Int(mark.end - mark.first))
    var base: Int64 = 0
    for block in mark.first..<mark.end {
      load(block, into: view)
      if block == mark.end - 1 { view.count = Int(mark.newest) }
      writer.write(count: view.count)
      Self.encode(times: view, after: base, into: &writer)
      Self.encode(values: view, scratch, into: &writer)
      base = view.times[view.count - 1]
    }
    view.block = -1
  }

  private static func encode(
    times view: BlockView, after base: Int64, into writer: inout CheckpointWriter
  ) {
    writer.write(view.times[0] &- base)
    guard view.count > 1 else { return }
    let step = view.times[1] &- view.times[0]
    var isRegular = true
    for i in 1..<view.count where view.times[i] &- view.times[i - 1] != step { isRegular = false }
    writer.write(isRegular)
    writer.write(step)
    guard !isRegular else { return }
    var last = step
    for i in stride(from: 2, to: view.count, by: 1) {
      let next = view.times[i] &- view.times[i - 1]
      writer.write(next &- last)
      last = next
    }
  }

  private static func encode(
    values view: BlockView, _ scratch: BlockHeader.Scratch, into writer: inout CheckpointWriter
  ) {
    let first = view.values[0].bitPattern
    var isConstant = true
    for i in 1..<max(1, view.count) where view.values[i].bitPattern != first { isConstant = false }
    if isConstant {
      writer.write(byte: ValueForm.constant)
      writer.write(bits: first)
      return
    }
    let mantissas = scratch.mantissas
    guard let exponent = DecimalScale.mantissas(of: view.values, view.count, into: mantissas) else {
      writer.write(byte: ValueForm.raw)
      for i in 0..<view.count { writer.write(view.values[i]) }
      return
    }
    writer.write(byte: ValueForm.decimal + UInt8(exponent))
    var last: Int64 = 0
    for i in 0..<view.count {
      writer.write(mantissas[i] &- last)
      last = mantissas[i]
    }
  }

  /// Fills the ring, which is empty, with what `encode` wrote.
  mutating func restore(
    from reader: inout CheckpointReader, _ view: BlockView, _ scratch: BlockHeader.Scratch
  ) throws(CheckpointError) {
    begin(atBlock: try reader.int32())
    let blocks = try reader.count()
    guard firstBlock >= 0, Int(firstBlock) + blocks < Int(Int32.max) else { throw reader.failure() }
    var base: Int64 = 0
    for block in 0..<blocks {
      view.count = try reader.count(atMost: BlockHeader.capacity)
      guard view.count > 0 else { throw reader.failure() }
      try Self.restore(times: view, after: base, from: &reader)
      try Self.restore(values: view, from: &reader)
      for i in 0..<view.count {
        guard view.times[i] > lastTime else { throw reader.failure() }
        append(view.times[i], view.values[i], scratch)
      }
      base = lastTime
      if block < blocks - 1 { sealNewest(scratch) }
    }
    view.block = -1
    // A block that had to be cut in two did not lie so in memory.
    guard Int(endBlock - firstBlock) == blocks else { throw reader.failure() }
  }

  private static func restore(
    times view: BlockView, after base: Int64, from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    view.times[0] = base &+ (try reader.int64())
    guard view.count > 1 else { return }
    let isRegular = try reader.bool()
    var step = try reader.int64()
    view.times[1] = view.times[0] &+ step
    for i in stride(from: 2, to: view.count, by: 1) {
      if !isRegular { step &+= try reader.int64() }
      view.times[i] = view.times[i - 1] &+ step
    }
  }

  private static func restore(
    values view: BlockView, from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    let form = try reader.byte()
    switch form {
    case ValueForm.constant:
      view.values.update(repeating: try reader.double(), count: view.count)
    case ValueForm.raw:
      for i in 0..<view.count { view.values[i] = try reader.double() }
    default:
      let exponent = Int(form - ValueForm.decimal)
      guard DecimalScale.powers.indices.contains(exponent) else { throw reader.failure() }
      var mantissa: Int64 = 0
      for i in 0..<view.count {
        mantissa &+= try reader.int64()
        view.values[i] = Double(mantissa) / DecimalScale.powers[exponent]
      }
    }
  }

  /// True when a reader may stand at `position`: before a sample, or behind the last of a block.
  func isPlace(_ position: RingPosition) -> Bool {
    guard position.index >= 0, position.block >= firstBlock, position.block <= endBlock else {
      return false
    }
    return position.block == endBlock
      ? position.index == 0 : Int(position.index) <= sampleCount(inBlock: position.block)
  }

  /// True when at least `count` samples stand from `start` on, all before `end`.
  func holds(_ count: Int, from start: RingPosition, before end: RingPosition) -> Bool {
    guard isPlace(start), isPlace(end), start.block <= end.block else { return false }
    var between = Int(end.index) - Int(start.index)
    for block in start.block..<end.block { between += sampleCount(inBlock: block) }
    return between >= count
      && (start.block < endBlock && Int(start.index) < sampleCount(inBlock: start.block))
  }
}
