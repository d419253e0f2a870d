import Model

/// A sealed run of samples of one series in a few bytes each.
///
/// Times are one step when they are regular, else differences in as few bits as they need. Values
/// are one value when they are constant; whole numbers (after a shift of the decimal point) in
/// offsets or differences of fixed width; else the raw 64 bits. Decoding gives back every bit.
///
/// Source of the idea: frame of reference (Goldstein et al., ICDE 1998) over decimal mantissas.
struct Block {
  /// How the values are held.
  enum Mode: UInt8 {
    case constant, decimal, decimalDifferences, raw
  }

  /// Time of the first sample.
  let firstTime: Int64
  /// Time of the last sample.
  let lastTime: Int64
  /// Number of samples, 1...`Block.capacity`.
  let count: Int
  /// The packed samples; freed by `deallocate`.
  private let bytes: UnsafeMutableRawPointer
  private let timeWidth: UInt8
  private let valueWidth: UInt8
  private let mode: Mode
  private let exponent: UInt8
  private let timeStep: Int64
  private let valueBase: UInt64
  private let valueStep: Int64

  /// Most samples a block holds.
  static let capacity = 64
  /// Widest packed field: a field then never spans more than eight bytes at any bit offset.
  private static let widestField = 56
  /// Unpacking reads eight bytes at a time, so the last field needs this much room behind it.
  private static let padding = 8

  /// Number of bytes the packed samples take, headers left out.
  var payloadBytes: Int {
    Self.bytes(count: count, timeWidth: timeWidth)
      + (mode == .raw ? count * 8 : Self.bytes(count: count, timeWidth: valueWidth)) + Self.padding
  }

  private static func bytes(count: Int, timeWidth: UInt8) -> Int {
    (count * Int(timeWidth) + 7) / 8
  }

  /// Packs `count` samples whose times strictly rise.
  init(
    times: UnsafePointer<Int64>, values: UnsafePointer<Double>, count: Int, scratch: Scratch
  ) {
    precondition(count >= 1 && count <= Self.capacity, "a block of \(count) samples")
    self.count = count
    firstTime = times[0]
    lastTime = times[count - 1]
    let timePlan = Self.planTimes(times, count)
    timeStep = timePlan.step
    timeWidth = timePlan.width
    let plan = Self.planValues(values, count, scratch)
    mode = plan.mode
    exponent = plan.exponent
    valueWidth = plan.width
    valueBase = plan.base
    valueStep = plan.step
    let timeBytes = Self.bytes(count: count, timeWidth: timeWidth)
    let valueBytes =
      plan.mode == .raw ? count * 8 : Self.bytes(count: count, timeWidth: plan.width)
    let size = timeBytes + valueBytes + Self.padding
    bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    if timeWidth > 0 {
      for i in 1..<count {
        let rest = UInt64(bitPattern: times[i] &- times[i - 1] &- timeStep)
        Self.pack(rest, at: i, width: timeWidth, into: bytes)
      }
    }
    let valueStart = bytes + timeBytes
    switch plan.mode {
    case .constant: break
    case .raw:
      for i in 0..<count {
        valueStart.storeBytes(
          of: values[i].bitPattern, toByteOffset: i * 8, as: UInt64.self)
      }
    case .decimal:
      let base = Int64(bitPattern: plan.base)
      for i in 0..<count {
        Self.pack(
          UInt64(bitPattern: scratch.mantissas[i] &- base), at: i, width: plan.width,
          into: valueStart)
      }
    case .decimalDifferences:
      for i in stride(from: 1, to: count, by: 1) {
        let difference = scratch.mantissas[i] &- scratch.mantissas[i - 1] &- plan.step
        Self.pack(UInt64(bitPattern: difference), at: i, width: plan.width, into: valueStart)
      }
    }
  }

  /// Gives the packed samples' memory back; the block must not be used afterwards.
  func deallocate() {
    bytes.deallocate()
  }

  /// Unpacks all samples; both buffers hold at least `count`.
  func decode(times: UnsafeMutablePointer<Int64>, values: UnsafeMutablePointer<Double>) {
    decodeTimes(times)
    let start = UnsafeRawPointer(bytes) + Self.bytes(count: count, timeWidth: timeWidth)
    switch mode {
    case .constant:
      let value = Double(bitPattern: valueBase)
      for i in 0..<count { values[i] = value }
    case .raw:
      for i in 0..<count {
        values[i] = Double(
          bitPattern: start.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self))
      }
    case .decimal:
      let base = Int64(bitPattern: valueBase)
      let divisor = DecimalScale.powers[Int(exponent)]
      for i in 0..<count {
        let mantissa = base &+ Int64(bitPattern: Self.unpack(start, at: i, width: valueWidth))
        values[i] = Double(mantissa) / divisor
      }
    case .decimalDifferences:
      var mantissa = Int64(bitPattern: valueBase)
      let divisor = DecimalScale.powers[Int(exponent)]
      values[0] = Double(mantissa) / divisor
      for i in stride(from: 1, to: count, by: 1) {
        mantissa &+= valueStep &+ Int64(bitPattern: Self.unpack(start, at: i, width: valueWidth))
        values[i] = Double(mantissa) / divisor
      }
    }
  }

  private func decodeTimes(_ times: UnsafeMutablePointer<Int64>) {
    var time = firstTime
    times[0] = time
    if timeWidth == 0 {
      for i in stride(from: 1, to: count, by: 1) {
        time &+= timeStep
        times[i] = time
      }
    } else {
      for i in stride(from: 1, to: count, by: 1) {
        time &+= timeStep &+ Int64(bitPattern: Self.unpack(bytes, at: i, width: timeWidth))
        times[i] = time
      }
    }
  }
}

extension Block {
  /// Memory for packing, kept between blocks.
  final class Scratch {
    let mantissas = UnsafeMutablePointer<Int64>.allocate(capacity: Block.capacity)
    deinit { mantissas.deallocate() }
  }

  private static func planTimes(
    _ times: UnsafePointer<Int64>, _ count: Int
  ) -> (step: Int64, width: UInt8) {
    guard count > 1 else { return (0, 0) }
    var smallest = times[1] - times[0]
    var largest = smallest
    for i in stride(from: 2, to: count, by: 1) {
      let step = times[i] - times[i - 1]
      smallest = min(smallest, step)
      largest = max(largest, step)
    }
    return (smallest, width(of: UInt64(largest - smallest)))
  }

  private struct ValuePlan {
    var mode: Mode
    var exponent: UInt8 = 0
    var width: UInt8 = 0
    var base: UInt64 = 0
    var step: Int64 = 0
  }

  private static func planValues(
    _ values: UnsafePointer<Double>, _ count: Int, _ scratch: Scratch
  ) -> ValuePlan {
    let first = values[0].bitPattern
    var isConstant = true
    for i in 1..<max(1, count) where values[i].bitPattern != first { isConstant = false }
    if isConstant { return ValuePlan(mode: .constant, base: first) }
    guard let exponent = DecimalScale.mantissas(of: values, count, into: scratch.mantissas) else {
      return ValuePlan(mode: .raw)
    }
    let mantissas = scratch.mantissas
    var low = mantissas[0]
    var high = low
    var lowStep = Int64.max
    var highStep = Int64.min
    for i in 1..<count {
      low = min(low, mantissas[i])
      high = max(high, mantissas[i])
      let step = mantissas[i] - mantissas[i - 1]
      lowStep = min(lowStep, step)
      highStep = max(highStep, step)
    }
    let width = width(of: UInt64(high - low))
    let stepWidth = Self.width(of: UInt64(highStep - lowStep))
    if stepWidth < width {
      return ValuePlan(
        mode: .decimalDifferences, exponent: exponent, width: stepWidth,
        base: UInt64(bitPattern: mantissas[0]), step: lowStep)
    }
    return ValuePlan(
      mode: .decimal, exponent: exponent, width: width, base: UInt64(bitPattern: low))
  }

  private static func width(of range: UInt64) -> UInt8 {
    UInt8(64 - range.leadingZeroBitCount)
  }

  @inline(__always)
  private static func pack(
    _ field: UInt64, at index: Int, width: UInt8, into bytes: UnsafeMutableRawPointer
  ) {
    guard width > 0 else { return }
    let bit = index * Int(width)
    let place = bytes + bit / 8
    let word = place.loadUnaligned(as: UInt64.self)
    place.storeBytes(of: word | field << UInt64(bit % 8), as: UInt64.self)
  }

  @inline(__always)
  private static func unpack(_ bytes: UnsafeRawPointer, at index: Int, width: UInt8) -> UInt64 {
    let bit = index &* Int(width)
    let word = bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
    return (word >> UInt64(truncatingIfNeeded: bit & 7)) & ((1 << UInt64(width)) &- 1)
  }
}

/// Values as whole numbers after a shift of the decimal point.
enum DecimalScale {
  /// 10^0 … 10^9; metrics are rarely written with more decimals.
  static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
  /// Above this a mantissa's difference could need more than 56 bits.
  private static let largest = 0x1p53

  /// Writes the mantissas of all values at the smallest exponent that gives every bit back.
  ///
  /// - Returns: the exponent; nil when there is none (NaN, infinity, -0, or too many digits).
  static func mantissas(
    of values: UnsafePointer<Double>, _ count: Int, into mantissas: UnsafeMutablePointer<Int64>
  ) -> UInt8? {
    var exponent = 0
    var index = 0
    while index < count {
      let value = values[index]
      let scaled = (value * powers[exponent]).rounded()
      // A NaN fails the first comparison, -0 and lost digits the second.
      if scaled.magnitude < largest, (scaled / powers[exponent]).bitPattern == value.bitPattern,
        !(scaled == 0 && value.sign == .minus)
      {
        mantissas[index] = Int64(scaled)
        index += 1
      } else {
        exponent += 1
        // A larger exponent holds for the values before it too, if at all; they are scaled anew.
        guard exponent < powers.count, scaled.magnitude < largest else { return nil }
        index = 0
      }
    }
    return UInt8(exponent)
  }
}
