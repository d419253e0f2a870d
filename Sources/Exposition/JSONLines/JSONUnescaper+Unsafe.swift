/// Undoes the escapes of a JSON string; the result is never longer than what is read.
struct JSONUnescaper {
  let text: ByteView
  let target: UnsafeMutablePointer<UInt8>
  /// Bytes put into `target`.
  private(set) var written = 0
  private var at = 0

  init(text: ByteView, target: UnsafeMutablePointer<UInt8>) {
    self.text = text
    self.target = target
  }

  /// Runs to the end; the offset of an escape that is none, or nil.
  mutating func run() -> Int? {
    while at < text.count {
      guard text[at] == UInt8(ascii: "\\") else {
        put(text[at])
        at += 1
        continue
      }
      let start = at
      guard at + 1 < text.count else { return start }
      at += 2
      switch text[at - 1] {
      case UInt8(ascii: "n"): put(0x0a)
      case UInt8(ascii: "t"): put(0x09)
      case UInt8(ascii: "r"): put(0x0d)
      case UInt8(ascii: "b"): put(0x08)
      case UInt8(ascii: "f"): put(0x0c)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): put(text[at - 1])
      case UInt8(ascii: "u"):
        guard let scalar = scalar() else { return start }
        for byte in String(scalar).utf8 { put(byte) }
      default: return start
      }
    }
    return nil
  }

  private mutating func put(_ byte: UInt8) {
    target[written] = byte
    written += 1
  }

  /// The scalar of the four digits at `at`, with the low half of a surrogate pair behind them.
  ///
  /// Half a pair alone becomes the replacement character.
  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = hexadecimal() else { return nil }
    if first >> 10 == 0x36, at + 6 <= text.count, text[at] == UInt8(ascii: "\\"),
      text[at + 1] == UInt8(ascii: "u")
    {
      let back = at
      at += 2
      guard let second = hexadecimal() else { return nil }
      if second >> 10 == 0x37 {
        return Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff)
      }
      at = back
    }
    return Unicode.Scalar(first) ?? "\u{fffd}"
  }

  private mutating func hexadecimal() -> UInt32? {
    guard at + 4 <= text.count else { return nil }
    var value: UInt32 = 0
    for offset in at..<at + 4 {
      guard let digit = Character(Unicode.Scalar(text[offset])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    at += 4
    return value
  }
}
