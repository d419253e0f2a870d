// Searches eight bytes at a time, for texts too short to be worth a call of `memchr`.

extension ByteView {
  /// Offset of the first `"` or `\` at or after `start`, or `count`.
  @inline(__always)
  func firstQuoteOrBackslash(from start: Int) -> Int {
    var at = start
    while at + 8 <= count {
      let word = word(at: at)
      let marks =
        (zeroBytes(word ^ 0x2222_2222_2222_2222) | zeroBytes(word ^ 0x5c5c_5c5c_5c5c_5c5c))
        & 0x8080_8080_8080_8080
      // Marks above the lowest may be false, the lowest never is.
      if marks != 0 { return at + marks.trailingZeroBitCount >> 3 }
      at += 8
    }
    while at < count, base[at] != 0x22, base[at] != 0x5c { at += 1 }
    return at
  }

  /// Offset of the first `byte` at or after `start`, or `count`.
  @inline(__always)
  func nearIndex(of byte: UInt8, from start: Int) -> Int {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var at = start
    while at + 8 <= count {
      let marks = zeroBytes(word(at: at) ^ pattern) & 0x8080_8080_8080_8080
      if marks != 0 { return at + marks.trailingZeroBitCount >> 3 }
      at += 8
    }
    while at < count, base[at] != byte { at += 1 }
    return at
  }

  /// True when no byte is `"`, `\`, a line end or beyond ASCII.
  @inline(__always)
  var isPlainText: Bool {
    var at = 0
    while at + 8 <= count {
      let word = word(at: at)
      let marks =
        word | zeroBytes(word ^ 0x2222_2222_2222_2222) | zeroBytes(word ^ 0x5c5c_5c5c_5c5c_5c5c)
        | zeroBytes(word ^ 0x0a0a_0a0a_0a0a_0a0a)
      if marks & 0x8080_8080_8080_8080 != 0 { return false }
      at += 8
    }
    while at < count {
      let byte = base[at]
      if byte == 0x22 || byte == 0x5c || byte == 0x0a || byte >= 0x80 { return false }
      at += 1
    }
    return true
  }
}

/// Sets the highest bit of each byte that is zero, and perhaps of bytes above one that is.
@inline(__always)
private func zeroBytes(_ word: UInt64) -> UInt64 {
  (word &- 0x0101_0101_0101_0101) & ~word
}
