/// Texts that were made lately, so that equal ones share their memory.
///
/// The name of a metric stands in thousands of series, the name of a host in all of that host: made
/// anew for each they would take more memory than the samples of a young series.
///
/// A table of fixed size in which a new text takes the place of another; what is not found is made.
public struct TextPool: Sendable {
  private var slots = [String](repeating: "", count: 1 << slotBits)

  private static let slotBits = 14
  /// Texts up to this length lie in the `String` itself.
  private static let inlineBytesMax = 15

  /// A pool that has seen no text.
  public init() {}

  /// The text of UTF-8 `bytes`; damaged ones are repaired as `String(decoding:as:)` does.
  public mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard bytes.count > Self.inlineBytesMax else { return String(decoding: bytes, as: UTF8.self) }
    let slot = Int(hashedBytes(bytes) >> UInt64(64 - Self.slotBits))
    if let known = slots[slot].utf8.withContiguousStorageIfAvailable({ $0.elementsEqual(bytes) }),
      known
    {
      return slots[slot]
    }
    let text = String(decoding: bytes, as: UTF8.self)
    slots[slot] = text
    return text
  }
}

/// A 64-bit hash of bytes for tables in memory: multiply and fold, eight bytes at a time.
func hashedBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
  var hash: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(bytes.count)
  guard let base = bytes.baseAddress.map({ UnsafeRawPointer($0) }) else { return hash }
  var offset = 0
  while offset &+ 8 <= bytes.count {
    let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    let product = (hash ^ word).multipliedFullWidth(by: 0xbf58_476d_1ce4_e5b9)
    hash = product.high ^ product.low
    offset &+= 8
  }
  var tail: UInt64 = 0
  while offset < bytes.count {
    tail = tail << 8 | UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
    offset &+= 1
  }
  let product = (hash ^ tail).multipliedFullWidth(by: 0x94d0_49bb_1331_11eb)
  return product.high ^ product.low
}
