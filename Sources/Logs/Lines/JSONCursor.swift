/// A place in a JSON text, and reading from there on: enough for the fields of log lines.
///
/// Objects within the object are read too, their members under a path; arrays are passed over.
struct JSONCursor {
  private(set) var at: Int
  private let end: Int
  private let depthMax: Int

  init(at: Int, end: Int, depthMax: Int) {
    self.at = at
    self.end = end
    self.depthMax = depthMax
  }

  /// Reads the object here, calling `take` with path and text of its first `fieldsMax` scalars.
  ///
  /// - Returns: false when it is no object, or nested too deeply.
  mutating func readObject(
    _ bytes: Span<UInt8>, path: String, depth: Int, fieldsMax: Int,
    _ take: (String, String) -> Void
  ) -> Bool {
    var left = fieldsMax
    return readObject(bytes, path: path, depth: depth, &left, take)
  }

  private mutating func readObject(
    _ bytes: Span<UInt8>, path: String, depth: Int, _ left: inout Int,
    _ take: (String, String) -> Void
  ) -> Bool {
    guard depth < depthMax, skip(bytes, UInt8(ascii: "{")) else { return false }
    if skip(bytes, UInt8(ascii: "}")) { return true }
    repeat {
      skipSpace(bytes)
      guard let name = readString(bytes), skip(bytes, UInt8(ascii: ":")) else { return false }
      skipSpace(bytes)
      let inner = path.isEmpty ? name : path + "." + name
      guard at < end else { return false }
      switch bytes[at] {
      case UInt8(ascii: "{"):
        guard readObject(bytes, path: inner, depth: depth + 1, &left, take) else { return false }
      case UInt8(ascii: "["):
        guard skipArray(bytes) else { return false }
      default:
        guard let value = readScalar(bytes) else { return false }
        left -= 1
        if left >= 0 { take(inner, value) }
      }
    } while skip(bytes, UInt8(ascii: ","))
    return skip(bytes, UInt8(ascii: "}"))
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < end, isBlank(bytes[at]) { at += 1 }
  }

  /// Passes over `byte` and the blanks before it; false when it is not here.
  private mutating func skip(_ bytes: Span<UInt8>, _ byte: UInt8) -> Bool {
    skipSpace(bytes)
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func readScalar(_ bytes: Span<UInt8>) -> String? {
    if bytes[at] == UInt8(ascii: "\"") { return readString(bytes) }
    let start = at
    while at < end, isScalar(bytes[at]) { at += 1 }
    return at > start ? text(bytes, start..<at) : nil
  }

  private func isScalar(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".")
  }

  /// The string whose opening quote is here, its escapes undone; line breaks become blanks.
  private mutating func readString(_ bytes: Span<UInt8>) -> String? {
    guard at < end, bytes[at] == UInt8(ascii: "\"") else { return nil }
    at += 1
    var value: [UInt8] = []
    while at < end {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        continue
      }
      guard at < end else { return nil }
      let escape = bytes[at]
      at += 1
      switch escape {
      case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"),
        UInt8(ascii: "f"):
        value.append(0x20)
      case UInt8(ascii: "u"):
        guard let scalar = readUnicode(bytes) else { return nil }
        value.append(contentsOf: String(Character(scalar)).utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): value.append(escape)
      default: return nil
      }
    }
    return nil
  }

  /// Four hexadecimal digits, or two times four for what lies beyond; a lone half is replaced.
  private mutating func readUnicode(_ bytes: Span<UInt8>) -> Unicode.Scalar? {
    guard let first = readHex(bytes) else { return nil }
    guard (0xd800..<0xdc00).contains(first), at + 1 < end, bytes[at] == UInt8(ascii: "\\"),
      bytes[at + 1] == UInt8(ascii: "u")
    else { return Unicode.Scalar(first) ?? "\u{fffd}" }
    at += 2
    guard let second = readHex(bytes) else { return nil }
    guard (0xdc00..<0xe000).contains(second) else { return "\u{fffd}" }
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
  }

  private mutating func readHex(_ bytes: Span<UInt8>) -> UInt32? {
    guard at + 4 <= end else { return nil }
    let digits = text(bytes, at..<at + 4)
    at += 4
    return digits.utf8.allSatisfy { isDigit($0) || isLetter($0) } ? UInt32(digits, radix: 16) : nil
  }

  /// Passes over the array here, minding strings and depth only.
  private mutating func skipArray(_ bytes: Span<UInt8>) -> Bool {
    var depth = 0
    while at < end {
      switch bytes[at] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 {
          at += 1
          return true
        }
      case UInt8(ascii: "\""):
        guard readString(bytes) != nil else { return false }
        continue
      default: break
      }
      at += 1
    }
    return false
  }
}
