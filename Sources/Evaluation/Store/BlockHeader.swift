import Model

/// The first bytes of a block: a run of samples of one series in a few bits each.
///
/// Times are one step when they are regular, else differences in as few bits as they need. Values
/// are one value when they are constant; whole numbers (after a shift of the decimal point) in
/// offsets or differences of fixed width; else the raw 64 bits. Decoding gives back every bit.
///
/// In memory the header takes 24 bytes, and 4 more for each of `span` and `valueStep` where they are
/// not known otherwise. The packed times follow it, the packed values follow the times; see
/// `BlockPacking+Unsafe.swift`.
///
/// Source of the idea: frame of reference (Goldstein et al., ICDE 1998) over decimal mantissas.
struct BlockHeader {
  /// How the values are held.
  enum Mode: UInt8 {
    case constant, decimal, decimalDifferences, raw
  }

  /// Time of the first sample in ms.
  var firstTime: Int64
  /// Bits of the value (`constant`), the smallest mantissa (`decimal`) or the first one
  /// (`decimalDifferences`).
  var valueBase: UInt64 = 0
  /// Time of the last sample less that of the first, in ms; follows from `timeStep` and `count` where
  /// times are regular.
  var span: UInt32
  /// Smallest distance of two samples in ms.
  var timeStep: UInt32 = 0
  /// Smallest difference of two mantissas (`decimalDifferences`).
  var valueStep: Int32 = 0
  /// Number of samples, 1...`capacity`.
  var count: UInt8
  /// Bits of each packed time.
  var timeWidth: UInt8 = 0
  /// Bits of each packed value.
  var valueWidth: UInt8 = 0
  /// The mode in the two lowest bits, the decimals above.
  var shape: UInt8 = 0

  /// Most samples of a block: four chunks of `Ring.chunkCapacity`.
  static let capacity = 60
  /// Bytes of the part of a header that every block has in memory.
  static let fixedBytes = 24
  /// Bytes behind the last block that packing and unpacking may touch: they work on words.
  static let slack = 8

  init(firstTime: Int64, lastTime: Int64, count: Int) {
    self.firstTime = firstTime
    span = UInt32(lastTime &- firstTime)
    self.count = UInt8(count)
  }

  @inline(__always)
  var mode: Mode {
    get { Mode(rawValue: shape & 3) ?? .raw }
    set { shape = shape & ~3 | newValue.rawValue }
  }

  /// Number of decimals of the values (`decimal`, `decimalDifferences`).
  var decimals: Int {
    get { Int(shape >> 2) }
    set { shape = shape & 3 | UInt8(newValue) << 2 }
  }

  /// Time of the last sample in ms.
  var lastTime: Int64 { firstTime &+ Int64(span) }
  /// False when no value is a stale marker: whole numbers are none.
  @inline(__always)
  var mayBeStale: Bool {
    switch mode {
    case .constant: StaleMarker.isStale(Double(bitPattern: valueBase))
    case .raw: true
    case .decimal, .decimalDifferences: false
    }
  }
  /// Bytes of the packed times.
  @inline(__always)
  var timeBytes: Int { (Int(count) &* Int(timeWidth) &+ 7) >> 3 }
  /// Bytes of the packed values.
  @inline(__always)
  var valueBytes: Int { (Int(count) &* Int(valueWidth) &+ 7) >> 3 }
  /// Bytes of the header in memory.
  @inline(__always)
  var headerBytes: Int {
    Self.fixedBytes &+ (timeWidth > 0 ? 4 : 0) &+ (mode == .decimalDifferences ? 4 : 0)
  }
  /// Bytes that the block grows by until it is full, when what comes fits its form.
  var bytesToFill: Int {
    let full = Self.capacity &* (Int(timeWidth) &+ Int(valueWidth)) &+ 14
    return max(0, full >> 3 &- timeBytes &- valueBytes)
  }
  /// Bytes of the whole block.
  var blockBytes: Int { headerBytes &+ timeBytes &+ valueBytes }
}

/// Values as whole numbers after a shift of the decimal point.
enum DecimalScale {
  /// 10^0 … 10^9; metrics are rarely written with more decimals.
  static let powers: InlineArray<10, Double> = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
  /// Mantissas stay below: adding 1.5 · 2^52 then rounds to a whole number.
  private static let limit = 0x1p51
  private static let shift = 0x1.8p52

  /// Writes the mantissas of all values with the fewest decimals that give every bit back; `likely` is
  /// tried first.
  ///
  /// - Returns: the decimals; nil when there are none (NaN, infinity, -0, or too many digits).
  static func mantissas(
    of values: UnsafePointer<Double>, _ count: Int, likely: Int? = nil,
    into mantissas: UnsafeMutablePointer<Int64>
  ) -> Int? {
    // Fewer decimals would do where the last digit of all is 0.
    if let likely, Self.mantissas(of: values, count, decimals: likely, into: mantissas),
      likely == 0 || (0..<count).contains(where: { mantissas[$0] % 10 != 0 })
    {
      return likely
    }
    var decimals = 0
    var index = 0
    var power = 1.0
    while index < count {
      let value = values[index]
      let shifted = value * power + shift
      let whole = shifted - shift
      // A NaN fails the comparison, -0 and lost digits the test of bits.
      guard whole.magnitude < limit else { return nil }
      if (whole / power).bitPattern == value.bitPattern {
        mantissas[index] = Int64(bitPattern: shifted.bitPattern &- shift.bitPattern)
        index &+= 1
      } else {
        decimals += 1
        // More decimals hold for the values before it too, if at all; they are scaled anew.
        guard decimals < powers.count else { return nil }
        power = powers[decimals]
        index = 0
      }
    }
    return decimals
  }

  /// Writes the mantissas of all values with so many decimals.
  ///
  /// - Returns: false when some value cannot be given back so to the last bit.
  static func mantissas(
    of values: UnsafePointer<Double>, _ count: Int, decimals: Int,
    into mantissas: UnsafeMutablePointer<Int64>
  ) -> Bool {
    let power = powers[decimals]
    var differing: UInt64 = 0
    // No way out of the loop, so that it runs over several values at a time.
    for index in 0..<count {
      let shifted = values[index] * power + shift
      let whole = shifted - shift
      differing |= (whole / power).bitPattern ^ values[index].bitPattern
      differing |= whole.magnitude < limit ? 0 : 1
      mantissas[index] = Int64(bitPattern: shifted.bitPattern &- shift.bitPattern)
    }
    return differing == 0
  }
}
