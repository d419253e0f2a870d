// Blocks in raw memory. Bit fields are read and written through whole words, so up to
// `BlockHeader.slack` bytes behind a block are touched; the bytes there keep their values only where
// they belong to nobody: a block is written at the end of what is held.

/// Samples that are to be packed; at least one, at most `BlockHeader.capacity`.
struct RunOfSamples {
  var count: Int
  var values: UnsafePointer<Double>
  /// Time of the first sample in ms.
  var firstTime: Int64
  /// Distance of neighbours in ms where it is known to be the same for all, so that `times` need not be
  /// there; else 0.
  var step: Int64
  var times: UnsafePointer<Int64>

  var lastTime: Int64 {
    step > 0 || count == 1 ? firstTime &+ Int64(count &- 1) &* step : times[count &- 1]
  }
}

extension BlockHeader {
  /// Memory for packing, kept between blocks.
  final class Scratch {
    let times = UnsafeMutablePointer<Int64>.allocate(capacity: capacity)
    let values = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
    let mantissas = UnsafeMutablePointer<Int64>.allocate(capacity: capacity)

    /// The first `count` samples.
    func run(_ count: Int) -> RunOfSamples {
      RunOfSamples(count: count, values: values, firstTime: times[0], step: 0, times: times)
    }

    deinit {
      times.deallocate()
      values.deallocate()
      mantissas.deallocate()
    }
  }

  /// The header of a block at `place`, of any alignment.
  @inline(__always)
  init(at place: UnsafeRawPointer) {
    firstTime = place.loadUnaligned(as: Int64.self)
    valueBase = place.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    timeStep = place.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
    count = place.load(fromByteOffset: 20, as: UInt8.self)
    timeWidth = place.load(fromByteOffset: 21, as: UInt8.self)
    valueWidth = place.load(fromByteOffset: 22, as: UInt8.self)
    shape = place.load(fromByteOffset: 23, as: UInt8.self)
    if timeWidth > 0 {
      span = place.loadUnaligned(fromByteOffset: Self.fixedBytes, as: UInt32.self)
    } else {
      span = (UInt32(count) &- 1) &* timeStep
    }
    if mode == .decimalDifferences {
      valueStep = place.loadUnaligned(fromByteOffset: headerBytes &- 4, as: Int32.self)
    }
  }

  private func write(to place: UnsafeMutableRawPointer) {
    place.storeBytes(of: firstTime, as: Int64.self)
    place.storeBytes(of: valueBase, toByteOffset: 8, as: UInt64.self)
    place.storeBytes(of: timeStep, toByteOffset: 16, as: UInt32.self)
    place.storeBytes(of: count, toByteOffset: 20, as: UInt8.self)
    place.storeBytes(of: timeWidth, toByteOffset: 21, as: UInt8.self)
    place.storeBytes(of: valueWidth, toByteOffset: 22, as: UInt8.self)
    place.storeBytes(of: shape, toByteOffset: 23, as: UInt8.self)
    if timeWidth > 0 { place.storeBytes(of: span, toByteOffset: Self.fixedBytes, as: UInt32.self) }
    if mode == .decimalDifferences {
      place.storeBytes(of: valueStep, toByteOffset: headerBytes &- 4, as: Int32.self)
    }
  }

  /// Finds out how samples are packed best; leaves in `mantissas` what `write` writes.
  ///
  /// Times rise strictly, by less than 2^32 ms in all. `older` is the block before, which they are
  /// mostly like.
  static func plan(
    _ samples: RunOfSamples, after older: BlockHeader?, _ mantissas: UnsafeMutablePointer<Int64>
  ) -> BlockHeader {
    let count = samples.count
    precondition(count >= 1 && count <= capacity, "a block of \(count) samples")
    var header = BlockHeader(
      firstTime: samples.firstTime, lastTime: samples.lastTime, count: count)
    if samples.step > 0 {
      header.timeStep = UInt32(samples.step)
    } else if count > 1 {
      header.planTimes(samples.times)
    }
    header.planValues(samples.values, after: older, mantissas)
    return header
  }

  private mutating func planTimes(_ times: UnsafePointer<Int64>) {
    // Most times are regular, and this loop takes several at once.
    let first = times[1] &- times[0]
    var differing: Int64 = 0
    for i in 1..<Int(count) { differing |= times[i] &- times[i &- 1] ^ first }
    guard differing != 0 else {
      timeStep = UInt32(first)
      return
    }
    var smallest = Int64.max
    var largest = Int64.min
    for i in 1..<Int(count) {
      let step = times[i] &- times[i &- 1]
      smallest = min(smallest, step)
      largest = max(largest, step)
    }
    timeStep = UInt32(smallest)
    timeWidth = Self.width(of: UInt64(largest &- smallest))
  }

  private mutating func planValues(
    _ values: UnsafePointer<Double>, after older: BlockHeader?,
    _ mantissas: UnsafeMutablePointer<Int64>
  ) {
    let count = Int(count)
    let first = values[0].bitPattern
    var differing: UInt64 = 0
    for i in 0..<count { differing |= values[i].bitPattern ^ first }
    guard differing != 0 else {
      mode = .constant
      valueBase = first
      return
    }
    let likely = older?.valueWidth == 64 ? nil : older?.decimals
    guard
      let decimals = DecimalScale.mantissas(of: values, count, likely: likely, into: mantissas)
    else {
      mode = .raw
      valueWidth = 64
      return
    }
    self.decimals = decimals
    planMantissas(mantissas)
  }

  private mutating func planMantissas(_ mantissas: UnsafePointer<Int64>) {
    var low = mantissas[0]
    var high = low
    var lowStep = Int64.max
    var highStep = Int64.min
    for i in 1..<Int(count) {
      low = min(low, mantissas[i])
      high = max(high, mantissas[i])
      let step = mantissas[i] &- mantissas[i &- 1]
      lowStep = min(lowStep, step)
      highStep = max(highStep, step)
    }
    let width = Self.width(of: UInt64(high &- low))
    let stepWidth = Self.width(of: UInt64(highStep &- lowStep))
    let lowest = lowStep &- spareBelow(UInt64(highStep &- lowStep), stepWidth)
    if stepWidth < width, let step = Int32(exactly: lowest) ?? Int32(exactly: lowStep) {
      mode = .decimalDifferences
      valueWidth = stepWidth
      valueBase = UInt64(bitPattern: mantissas[0])
      valueStep = step
    } else {
      mode = .decimal
      valueWidth = width
      valueBase = UInt64(bitPattern: low &- spareBelow(UInt64(high &- low), width))
    }
  }

  /// Half of what a field of `width` bits can hold beyond `range`: so samples that come later fit
  /// whether they lie below or above.
  private func spareBelow(_ range: UInt64, _ width: UInt8) -> Int64 {
    Int64((((1 as UInt64) &<< UInt64(width)) &- 1 &- range) / 2)
  }

  private static func width(of range: UInt64) -> UInt8 {
    UInt8(64 - range.leadingZeroBitCount)
  }

  /// Writes the planned block at `place`, where it and the slack have room.
  func write(
    _ samples: RunOfSamples, _ mantissas: UnsafePointer<Int64>, to place: UnsafeMutableRawPointer
  ) {
    let count = Int(count)
    write(to: place)
    let times = samples.times
    let step = Int64(timeStep)
    var fields = BitWriter(place + headerBytes)
    if timeWidth > 0 {
      fields.put(0, timeWidth)
      for i in 1..<count {
        fields.put(UInt64(bitPattern: times[i] &- times[i &- 1] &- step), timeWidth)
      }
      fields.finish()
    }
    let start = place + headerBytes + timeBytes
    fields = BitWriter(start)
    switch mode {
    case .constant: return
    case .raw:
      start.copyMemory(from: samples.values, byteCount: count &* 8)
      return
    case .decimal:
      let base = Int64(bitPattern: valueBase)
      for i in 0..<count { fields.put(UInt64(bitPattern: mantissas[i] &- base), valueWidth) }
    case .decimalDifferences:
      let step = Int64(valueStep)
      fields.put(0, valueWidth)
      for i in 1..<count {
        fields.put(UInt64(bitPattern: mantissas[i] &- mantissas[i &- 1] &- step), valueWidth)
      }
    }
    fields.finish()
  }

  /// Unpacks the values of the block at `place`, whose header this is; of samples before `first`
  /// nothing need be written.
  func decodeValues(
    at place: UnsafeRawPointer, from first: Int, _ values: UnsafeMutablePointer<Double>
  ) {
    let start = place + headerBytes + timeBytes
    let count = Int(count)
    let width = UInt64(valueWidth)
    switch mode {
    case .constant:
      let value = Double(bitPattern: valueBase)
      for i in first..<count { values[i] = value }
    case .raw:
      UnsafeMutableRawPointer(values + first)
        .copyMemory(from: start + first &* 8, byteCount: (count &- first) &* 8)
    case .decimal:
      let base = Int64(bitPattern: valueBase)
      for i in first..<count {
        values[i] = Double(base &+ Int64(bitPattern: Self.unpack(start, at: i, width)))
      }
      shiftPoint(values, from: first)
    case .decimalDifferences:
      // The first field is 0, so that this loop needs no exception.
      let step = Int64(valueStep)
      var mantissa = Int64(bitPattern: valueBase) &- step
      for i in 0..<count {
        mantissa &+= step &+ Int64(bitPattern: Self.unpack(start, at: i, width))
        values[i] = Double(mantissa)
      }
      shiftPoint(values, from: first)
    }
  }

  /// Divides whole numbers by the power of ten; the quotient is the double nearest to the decimal.
  @inline(__always)
  private func shiftPoint(_ values: UnsafeMutablePointer<Double>, from first: Int) {
    guard decimals > 0 else { return }
    let power = DecimalScale.powers[decimals]
    for i in first..<Int(count) { values[i] /= power }
  }

  /// Unpacks the times of the block at `place`, whose header this is; of samples before `first`
  /// nothing need be written.
  func decodeTimes(
    at place: UnsafeRawPointer, from first: Int, _ times: UnsafeMutablePointer<Int64>
  ) {
    let start = place + headerBytes
    let step = Int64(timeStep)
    let count = Int(count)
    if timeWidth == 0 {
      for i in first..<count { times[i] = firstTime &+ Int64(i) &* step }
      return
    }
    var time = firstTime &- step
    let width = UInt64(timeWidth)
    for i in 0..<count {
      time &+= step &+ Int64(bitPattern: Self.unpack(start, at: i, width))
      times[i] = time
    }
  }

  @inline(__always)
  fileprivate static func unpack(_ bytes: UnsafeRawPointer, at index: Int, _ width: UInt64)
    -> UInt64
  {
    let bit = index &* Int(truncatingIfNeeded: width)
    let word = bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
    return (word &>> UInt64(truncatingIfNeeded: bit & 7)) & ((1 &<< width) &- 1)
  }
}

// MARK: - Samples behind those that are packed

extension BlockHeader {
  /// The header of the block at `place` with samples behind its own; nil when they do not fit the form
  /// of the block.
  ///
  /// Leaves in `mantissas` what `writeAdded` writes.
  func extended(
    by added: RunOfSamples, _ mantissas: UnsafeMutablePointer<Int64>, at place: UnsafeRawPointer
  ) -> BlockHeader? {
    let total = Int(count) &+ added.count
    let step = Int64(timeStep)
    guard timeWidth == 0, count > 1, total <= Self.capacity, added.firstTime == lastTime &+ step,
      added.step == step || added.count == 1
    else { return nil }
    let span = Int64(total &- 1) &* step
    guard span <= Int64(UInt32.max), valuesFit(added.values, added.count, mantissas, at: place)
    else { return nil }
    var header = self
    header.count = UInt8(total)
    header.span = UInt32(span)
    return header
  }

  private func valuesFit(
    _ values: UnsafePointer<Double>, _ added: Int, _ fields: UnsafeMutablePointer<Int64>,
    at place: UnsafeRawPointer
  ) -> Bool {
    switch mode {
    case .constant: return (0..<added).allSatisfy { values[$0].bitPattern == valueBase }
    case .raw: return true
    case .decimal:
      guard DecimalScale.mantissas(of: values, added, decimals: decimals, into: fields) else {
        return false
      }
      var all: UInt64 = 0
      for i in 0..<added {
        fields[i] &-= Int64(bitPattern: valueBase)
        all |= UInt64(bitPattern: fields[i])
      }
      return all >> UInt64(valueWidth) == 0
    case .decimalDifferences:
      guard DecimalScale.mantissas(of: values, added, decimals: decimals, into: fields) else {
        return false
      }
      var previous = lastMantissa(at: place)
      var all: UInt64 = 0
      for i in 0..<added {
        let mantissa = fields[i]
        fields[i] = mantissa &- previous &- Int64(valueStep)
        all |= UInt64(bitPattern: fields[i])
        previous = mantissa
      }
      return all >> UInt64(valueWidth) == 0
    }
  }

  /// The mantissa of the last sample (`decimalDifferences`).
  private func lastMantissa(at place: UnsafeRawPointer) -> Int64 {
    let start = place + headerBytes + timeBytes
    var sum: UInt64 = 0
    for i in 1..<Int(count) { sum &+= Self.unpack(start, at: i, UInt64(valueWidth)) }
    let steps = Int64(count &- 1) &* Int64(valueStep)
    return Int64(bitPattern: valueBase) &+ steps &+ Int64(bitPattern: sum)
  }

  /// Writes the samples that `extended` found to fit behind those of `old`, and this header over that
  /// of `old`, at `place`, where the grown block and the slack have room.
  func writeAdded(
    to old: BlockHeader, _ values: UnsafePointer<Double>, _ mantissas: UnsafePointer<Int64>,
    at place: UnsafeMutableRawPointer
  ) {
    write(to: place)
    let added = Int(count &- old.count)
    let start = place + headerBytes + timeBytes
    switch mode {
    case .constant: return
    case .raw:
      (start + Int(old.count) &* 8).copyMemory(from: values, byteCount: added &* 8)
    case .decimal, .decimalDifferences:
      var fields = BitWriter(start, behind: Int(old.count) &* Int(valueWidth))
      for i in 0..<added { fields.put(UInt64(bitPattern: mantissas[i]), valueWidth) }
      fields.finish()
    }
  }
}

/// Writes bit fields of at most 56 bits one behind the other, the first in the lowest bits.
private struct BitWriter {
  private var place: UnsafeMutableRawPointer
  private var word: UInt64 = 0
  private var filled: UInt64 = 0

  @inline(__always)
  init(_ place: UnsafeMutableRawPointer) { self.place = place }

  /// Goes on behind the first `bits` bits at `start`, which stay.
  init(_ start: UnsafeMutableRawPointer, behind bits: Int) {
    place = start + bits >> 3
    filled = UInt64(bits & 7)
    word = UInt64(place.load(as: UInt8.self)) & ((1 &<< filled) &- 1)
  }

  @inline(__always)
  mutating func put(_ field: UInt64, _ width: UInt8) {
    let width = UInt64(width)
    word |= field &<< filled
    filled &+= width
    guard filled >= 64 else { return }
    place.storeBytes(of: word, as: UInt64.self)
    place += 8
    filled &-= 64
    word = filled == 0 ? 0 : field &>> (width &- filled)
  }

  /// Writes the last word, of which bytes behind the fields are 0.
  @inline(__always)
  func finish() {
    if filled > 0 { place.storeBytes(of: word, as: UInt64.self) }
  }
}
