/// The fields of one JSON object, nested objects included, as text: enough for the lines of tools.
///
///     JSONFields("{\"a\":1,\"b\":{\"c\":\"x\"}}")?["b.c"]  // "x"
///
/// Arrays are passed over. Fields stand under their path; depth is bounded.
struct JSONFields {
  private var fields: [String: String] = [:]

  private static let depthMax = 8

  /// Nil when `line` is no JSON object.
  init?(_ line: String) {
    var cursor = Array(line.utf8)[...]
    guard readObject(&cursor, path: "", depth: 0) else { return nil }
  }

  /// The value at a path: a string's content, or a number's or word's text.
  subscript(path: String) -> String? { fields[path] }

  /// The number at a path.
  func number(_ path: String) -> Double? { fields[path].flatMap(Double.init) }

  private mutating func readObject(
    _ cursor: inout ArraySlice<UInt8>, path: String, depth: Int
  ) -> Bool {
    guard depth < Self.depthMax, Self.take(UInt8(ascii: "{"), &cursor) else { return false }
    if Self.take(UInt8(ascii: "}"), &cursor) { return true }
    repeat {
      guard let name = Self.string(&cursor), Self.take(UInt8(ascii: ":"), &cursor) else {
        return false
      }
      let inner = path.isEmpty ? name : path + "." + name
      guard readValue(&cursor, path: inner, depth: depth + 1) else { return false }
    } while Self.take(UInt8(ascii: ","), &cursor)
    return Self.take(UInt8(ascii: "}"), &cursor)
  }

  private mutating func readValue(
    _ cursor: inout ArraySlice<UInt8>, path: String, depth: Int
  ) -> Bool {
    Self.skipBlanks(&cursor)
    switch cursor.first {
    case UInt8(ascii: "{"): return readObject(&cursor, path: path, depth: depth)
    case UInt8(ascii: "\""):
      guard let value = Self.string(&cursor) else { return false }
      fields[path] = value
      return true
    case UInt8(ascii: "["):
      guard depth < Self.depthMax, Self.take(UInt8(ascii: "["), &cursor) else { return false }
      if Self.take(UInt8(ascii: "]"), &cursor) { return true }
      repeat {
        guard readValue(&cursor, path: path + "[]", depth: depth + 1) else { return false }
      } while Self.take(UInt8(ascii: ","), &cursor)
      return Self.take(UInt8(ascii: "]"), &cursor)
    default:
      let word = cursor.prefix {
        ![UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: " ")].contains($0)
      }
      guard !word.isEmpty else { return false }
      fields[path] = String(decoding: word, as: UTF8.self)
      cursor = cursor.dropFirst(word.count)
      return true
    }
  }

  private static func skipBlanks(_ cursor: inout ArraySlice<UInt8>) {
    cursor = cursor.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  private static func take(_ byte: UInt8, _ cursor: inout ArraySlice<UInt8>) -> Bool {
    skipBlanks(&cursor)
    guard cursor.first == byte else { return false }
    cursor = cursor.dropFirst()
    return true
  }

  /// A string with the escapes that names of endpoints have; others stay as they are written.
  private static func string(_ cursor: inout ArraySlice<UInt8>) -> String? {
    guard take(UInt8(ascii: "\""), &cursor) else { return nil }
    var bytes: [UInt8] = []
    while let byte = cursor.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\"), let next = cursor.popFirst() else {
        bytes.append(byte)
        continue
      }
      if next != UInt8(ascii: "\""), next != UInt8(ascii: "\\"), next != UInt8(ascii: "/") {
        bytes.append(byte)
      }
      bytes.append(next)
    }
    return nil
  }
}
