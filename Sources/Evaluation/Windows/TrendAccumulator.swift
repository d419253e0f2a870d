import Model

/// `deriv` and `predict_linear`: a straight line through the samples by least squares.
///
/// Times count from the first sample since the window was empty or rebuilt, in whole milliseconds,
/// so their sums are exact; values count from that sample's value.
struct TrendAccumulator<Kind: TrendKind>: WindowAccumulator {
  static var wear: Wear { .fast }
  private var baseTime: Int64 = 0
  private var baseValue = 0.0
  private var x: Int64 = 0
  private var xSquares: Int128 = 0
  private var y = ExactSum()
  private var products = ExactSum()
  private var changes: Int32 = 0

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    if isFirst {
      self = TrendAccumulator()
      baseTime = time
      baseValue = value.isFinite ? value : 0
    } else if value != previous {
      changes &+= 1
    }
    add(time, value, sign: 1)
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {
    if !isLast, next != value { changes &-= 1 }
    add(time, value, sign: -1)
  }

  @inline(__always)
  private mutating func add(_ time: Int64, _ value: Double, sign: Int64) {
    let distance = time &- baseTime
    let rise = value - baseValue
    x &+= sign &* distance
    xSquares &+= Int128(sign) &* (Int128(distance) &* Int128(distance))
    if sign > 0 {
      y.add(rise)
      products.add(Double(distance) * rise)
    } else {
      y.remove(rise)
      products.remove(Double(distance) * rise)
    }
  }

  /// A wide integer as a number; the library's own conversion is generic and slow.
  @inline(__always)
  private static func double(_ wide: Int128) -> Double {
    if let narrow = Int64(exactly: wide) { return Double(narrow) }
    return Double(Int64(truncatingIfNeeded: wide >> 64)) * 0x1p64
      + Double(UInt64(truncatingIfNeeded: wide))
  }

  /// n Σx² - (Σx)², exactly; in one word where that has room, as it does for hours.
  @inline(__always)
  private func spread(_ count: Int) -> Double {
    if let squares = Int64(exactly: xSquares) {
      let (all, isTooLarge) = squares.multipliedReportingOverflow(by: Int64(count))
      let (square, isTooFar) = x.multipliedReportingOverflow(by: x)
      if !isTooLarge, !isTooFar { return Double(all &- square) }
    }
    return Self.double(Int128(count) * xSquares - Int128(x) * Int128(x))
  }

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult {
    guard window.count >= 2 else { return .none }
    let ahead = Kind.isPrediction ? window.parameter : 0
    guard y.isFinite else { return .value(.nan) }
    if changes == 0 {
      return .value(Kind.isPrediction ? window.lastValue : 0)
    }
    guard let rise = y.value, let product = products.value else { return .recompute }
    let spread = spread(window.count)
    let covariance = Double(window.count) * product - Double(x) * rise
    // Milliseconds to seconds.
    let slope = covariance / spread * 1000
    guard Kind.isPrediction else { return .value(slope) }
    let meanTime = Double(x) / Double(window.count)
    let intercept =
      baseValue + rise / Double(window.count)
      + slope * (Double(window.evaluationTime &- baseTime) - meanTime) / 1000
    return .value(slope * ahead + intercept)
  }
}

/// Whether a `TrendAccumulator` gives the slope or a prediction.
protocol TrendKind {
  static var isPrediction: Bool { get }
}
enum SlopeKind: TrendKind { static var isPrediction: Bool { false } }
enum PredictionKind: TrendKind { static var isPrediction: Bool { true } }

// MARK: Checkpoint

extension TrendAccumulator {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(baseTime)
    writer.write(baseValue)
    writer.write(x)
    writer.write(bits: UInt64(truncatingIfNeeded: xSquares))
    writer.write(bits: UInt64(truncatingIfNeeded: xSquares >> 64))
    y.encode(into: &writer)
    products.encode(into: &writer)
    writer.write(Int64(changes))
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    baseTime = try reader.int64()
    baseValue = try reader.double()
    x = try reader.int64()
    let low = Int128(try reader.bits())
    xSquares = Int128(Int64(bitPattern: try reader.bits())) << 64 | low
    y = try ExactSum(from: &reader)
    products = try ExactSum(from: &reader)
    changes = try reader.int32()
  }
}
