import Model

/// The notation of texts: `"…"` and `'…'` with Go's escapes, `` `…` `` without any.
enum StringLiteral {
  /// What a literal says: a text, or the bytes of what would be one if they were UTF-8.
  enum Content {
    case text(String)
    case notUTF8([UInt8])
  }

  /// An escape that means nothing; `range` is in the bytes given.
  struct Failure: Error {
    var reason: ParseError.Reason
    var range: Range<Int>
  }

  /// Reads the literal at `range`, quotes included.
  static func content(of bytes: [UInt8], at range: Range<Int>) throws(Failure) -> Content {
    let isRaw = bytes.character(at: range.lowerBound) == "`"
    var index = range.lowerBound + 1
    let end = range.upperBound - 1
    var out: [UInt8] = []
    out.reserveCapacity(end - index)
    while index < end {
      if !isRaw, bytes.character(at: index) == "\\" {
        try unescape(bytes, &index, end, quote: bytes[range.lowerBound], into: &out)
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return String(validating: out, as: UTF8.self).map(Content.text) ?? .notUTF8(out)
  }

  private static func unescape(
    _ bytes: [UInt8], _ index: inout Int, _ end: Int, quote: UInt8, into out: inout [UInt8]
  ) throws(Failure) {
    let start = index
    guard start + 1 < end else { throw Failure(reason: .openEscape, range: start..<end) }
    let letter = bytes[start + 1]
    index += 2
    switch Unicode.Scalar(letter) {
    case "a": out.append(0x07)
    case "b": out.append(0x08)
    case "f": out.append(0x0C)
    case "n": out.append(0x0A)
    case "r": out.append(0x0D)
    case "t": out.append(0x09)
    case "v": out.append(0x0B)
    case "\\", Unicode.Scalar(quote): out.append(letter)
    case "0", "1", "2", "3", "4", "5", "6", "7":
      index -= 1
      out.append(UInt8(try number(bytes, start, &index, end, digits: 3, radix: 8, limit: 0xFF)))
    case "x":
      out.append(UInt8(try number(bytes, start, &index, end, digits: 2, radix: 16, limit: 0xFF)))
    case "u", "U":
      let digits = Unicode.Scalar(letter) == "u" ? 4 : 8
      let value = try number(
        bytes, start, &index, end, digits: digits, radix: 16, limit: 0x10_FFFF)
      guard let scalar = Unicode.Scalar(value) else {
        throw Failure(reason: .badCodePoint, range: start..<index)
      }
      out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default:
      while index < end, UTF8.isContinuation(bytes[index]) { index += 1 }
      let text = bytes.text(at: start..<index)
      throw Failure(reason: .unknownEscape(text), range: start..<index)
    }
  }

  /// Reads exactly `digits` digits at `index`.
  private static func number(
    _ bytes: [UInt8], _ start: Int, _ index: inout Int, _ end: Int, digits: Int, radix: Int,
    limit: UInt32
  ) throws(Failure) -> UInt32 {
    guard index + digits <= end else { throw Failure(reason: .openEscape, range: start..<end) }
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue, digit < radix else {
        throw Failure(
          reason: .badEscapeDigit(bytes.text(at: index..<index + 1)), range: start..<index + 1)
      }
      value = value << (radix == 8 ? 3 : 4) | UInt32(digit)
      index += 1
    }
    guard value <= limit else { throw Failure(reason: .badCodePoint, range: start..<index) }
    return value
  }
}

extension StringLiteral {
  /// Bytes in double quotes, those that are no part of a character as `\xc5`.
  static func quoted(_ bytes: [UInt8]) -> String {
    var out = "\""
    var source = bytes.makeIterator()
    var decoder = Unicode.UTF8.ForwardParser()
    var index = 0
    while true {
      switch decoder.parseScalar(from: &source) {
      case .valid(let encoded):
        index += encoded.count
        out += Model.quoted(String(decoding: encoded, as: UTF8.self)).dropFirst().dropLast()
      case .error(let length):
        for byte in bytes[index..<index + length] { out += "\\x" + String(byte, radix: 16) }
        index += length
      case .emptyInput: return out + "\""
      }
    }
  }
}
