/// The moments of one pass of evaluation: up to 64 of them, evenly spaced.
///
/// 64, because one machine word then says at which steps a series has a value.
public struct StepGrid: Hashable, Sendable {
  /// First moment, in milliseconds.
  public let start: Int64
  /// Distance of the moments in milliseconds, at least 1.
  public let step: Int64
  /// Number of moments, 1...`StepGrid.limit`.
  public let count: Int

  /// Most moments of one pass.
  public static let limit = 64

  /// The moments `start`, `start + step`, … `count` of them.
  public init(start: Int64, step: Int64 = 1, count: Int = 1) {
    precondition((1...Self.limit).contains(count), "\(count) steps are not in 1...\(Self.limit)")
    precondition(step >= 1, "a step of \(step) ms")
    self.start = start
    self.step = step
    self.count = count
  }

  /// The moment number `index`.
  @inline(__always)
  func time(_ index: Int) -> Int64 { start &+ Int64(index) &* step }

  /// The last moment.
  var last: Int64 { time(count - 1) }

  /// A mask with a bit for every moment.
  var fullMask: UInt64 { count == 64 ? .max : (1 << UInt64(count)) - 1 }
}

/// The numbers of the bits that are set, lowest first.
struct SetBits: Sequence, IteratorProtocol {
  private var rest: UInt64

  init(_ mask: UInt64) { rest = mask }

  @inline(__always)
  mutating func next() -> Int? {
    guard rest != 0 else { return nil }
    let index = rest.trailingZeroBitCount
    rest &= rest &- 1
    return index
  }
}
