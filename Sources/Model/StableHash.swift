/// FNV-1a over 64 bits with a final mix: equal on every machine and in every run, unlike `Hasher`.
///
/// For identities of incidents, events and label sets; not for secrets.
/// Source: Fowler, Noll, Vo, and the finaliser of MurmurHash3.
public struct StableHash: Sendable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// Mixes one byte in.
  @inline(__always)
  public mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  /// Mixes a text in, with an end mark, so that "ab","c" and "a","bc" differ.
  public mutating func combine(_ text: String) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      for byte in bytes { combine(byte) }
    }
    if isDone == nil { for byte in text.utf8 { combine(byte) } }
    combine(UInt8(0xff))
  }

  /// Mixes an integer in, lowest byte first.
  public mutating func combine(_ number: Int64) {
    var rest = UInt64(bitPattern: number)
    for _ in 0..<8 {
      combine(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// The hash of everything combined so far.
  public var value: UInt64 {
    var x = state
    x = (x ^ (x >> 33)) &* 0xff51_afd7_ed55_8ccd
    x = (x ^ (x >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return x ^ (x >> 33)
  }

  /// `value` as 16 hexadecimal digits.
  public var hexadecimal: String {
    let value = value
    return String(unsafeUninitializedCapacity: 16) { bytes in
      for place in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * place)) & 0xf
        bytes[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      }
      return 16
    }
  }
}
