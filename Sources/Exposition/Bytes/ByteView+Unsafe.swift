import Glibc

/// Bytes that belong to somebody else, read without bounds checks in release builds.
///
/// The hot loops of this module read a megabyte of text some hundred million times a minute, and a
/// checked `Span` costs them a fifth. Everything unchecked is in files named `…+Unsafe.swift`; debug
/// builds assert each read.
///
/// A view is valid inside the closure that made it and is never stored beyond the line being read.
struct ByteView {
  /// First byte; never dereferenced when `count` is 0.
  let base: UnsafePointer<UInt8>
  /// Number of bytes.
  let count: Int

  init(base: UnsafePointer<UInt8>, count: Int) {
    assert(count >= 0)
    self.base = base
    self.count = count
  }

  @inline(__always)
  subscript(offset: Int) -> UInt8 {
    assert(offset >= 0 && offset < count)
    return base[offset]
  }

  /// The bytes of `range`, as a view of their own.
  @inline(__always)
  subscript(range: Range<Int>) -> ByteView {
    assert(range.lowerBound >= 0 && range.upperBound <= count)
    return ByteView(base: base + range.lowerBound, count: range.count)
  }

  var isEmpty: Bool { count == 0 }

  /// The same bytes for checked readers.
  var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  /// Offset of the first `byte` at or after `start`; nil when there is none.
  @inline(__always)
  func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    assert(start <= count)
    guard let found = memchr(base + start, Int32(byte), count - start) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// Eight bytes at `offset`, the first in the lowest position.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    assert(offset >= 0 && offset + 8 <= count)
    return UInt64(
      littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
  }

  /// Whether the bytes of two views are equal.
  @inline(__always)
  func equals(_ other: ByteView) -> Bool {
    count == other.count && memcmp(base, other.base, count) == 0
  }

  /// Whether the bytes begin with those of `other`.
  @inline(__always)
  func starts(with other: ByteView) -> Bool {
    count >= other.count && memcmp(base, other.base, other.count) == 0
  }

  /// The bytes as text; those that are not UTF-8 are replaced.
  var text: String { String(decoding: buffer, as: UTF8.self) }

  /// True when the bytes are UTF-8.
  var isUTF8: Bool {
    var at = 0
    while at + 8 <= count, word(at: at) & 0x8080_8080_8080_8080 == 0 { at += 8 }
    while at < count, base[at] < 0x80 { at += 1 }
    return at == count || String(validating: self[at..<count].buffer, as: UTF8.self) != nil
  }

  /// True for the mark that some Windows programs put before UTF-8 text.
  var startsWithByteOrderMark: Bool {
    count >= 3 && base[0] == 0xef && base[1] == 0xbb && base[2] == 0xbf
  }

  /// The bytes without blanks (space, tab) at both ends.
  var trimmed: ByteView {
    var start = 0
    var end = count
    while start < end, isBlank(base[start]) { start += 1 }
    while end > start, isBlank(base[end - 1]) { end -= 1 }
    return self[start..<end]
  }
}

extension ByteView: ExpressibleByStringLiteral {
  /// The bytes of a literal, which live for ever.
  @inline(__always)
  init(_ text: StaticString) {
    self.init(base: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  @inline(__always)
  init(stringLiteral text: StaticString) { self.init(text) }
}

/// Space or tab.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// `0`…`9`.
@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

extension Array where Element == UInt8 {
  /// Calls `body` with a view of all bytes.
  @inline(__always)
  func withView<Result>(_ body: (ByteView) -> Result) -> Result {
    withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        return withUnsafePointer(to: 0 as UInt8) { body(ByteView(base: $0, count: 0)) }
      }
      return body(ByteView(base: base, count: buffer.count))
    }
  }

  /// Appends the bytes of a view.
  @inline(__always)
  mutating func append(_ view: ByteView) { append(contentsOf: view.buffer) }
}
