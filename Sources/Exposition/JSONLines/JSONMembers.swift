/// One member of a JSON object, or one element of an array, as views into the line.
struct JSONMember {
  enum Kind {
    case string, number, object, array, `true`, `false`, null
  }

  /// The name, unescaped; empty for an element.
  var name: ByteView
  var kind: Kind
  /// A string's bytes without quotes, unescaped; else the value as written.
  var value: ByteView
  /// Where the value begins in the line.
  var valuePlace: Int

  /// The places to point at in a report.
  var range: Range<Int> {
    valuePlace..<valuePlace + max(1, kind == .string ? value.count + 2 : value.count)
  }
}

/// Reads JSON objects member by member; what is nested is only skipped over until asked for.
///
/// Source: RFC 8259. Stricter readers would also refuse numbers such as `1.` or `+1`.
struct JSONReader {
  let line: ByteView
  let arena: LineArena
  let depthMax: Int

  /// Appends the members of the object at `start` (its brace) and returns the offset after it.
  @inline(__always)
  func members(at start: Int, into members: inout [JSONMember]) throws(LineError) -> Int {
    var at = skipSpace(start + 1)
    if at < line.count, line[at] == UInt8(ascii: "}") { return at + 1 }
    while true {
      guard at < line.count, line[at] == UInt8(ascii: "\"") else {
        throw refuse(at, "a name in double quotes")
      }
      let name = try string(&at)
      at = skipSpace(at)
      guard at < line.count, line[at] == UInt8(ascii: ":") else { throw refuse(at, "\":\"") }
      at = skipSpace(at + 1)
      var member = try value(&at)
      member.name = name
      members.append(member)
      at = skipSpace(at)
      guard at < line.count else { throw refuse(at, "\",\" or \"}\"") }
      if line[at] == UInt8(ascii: "}") { return at + 1 }
      guard line[at] == UInt8(ascii: ",") else { throw refuse(at, "\",\" or \"}\"") }
      at = skipSpace(at + 1)
    }
  }

  /// Appends the elements of the array at `start` (its bracket) and returns the offset after it.
  func elements(at start: Int, into members: inout [JSONMember]) throws(LineError) -> Int {
    var at = skipSpace(start + 1)
    if at < line.count, line[at] == UInt8(ascii: "]") { return at + 1 }
    while true {
      members.append(try value(&at))
      at = skipSpace(at)
      guard at < line.count else { throw refuse(at, "\",\" or \"]\"") }
      if line[at] == UInt8(ascii: "]") { return at + 1 }
      guard line[at] == UInt8(ascii: ",") else { throw refuse(at, "\",\" or \"]\"") }
      at = skipSpace(at + 1)
    }
  }

  /// The value at `at`, which moves behind it.
  @inline(__always)
  private func value(_ at: inout Int) throws(LineError) -> JSONMember {
    guard at < line.count else { throw refuse(at, "a value") }
    let start = at
    let kind: JSONMember.Kind
    switch line[at] {
    case UInt8(ascii: "\""):
      let text = try string(&at)
      return JSONMember(
        name: line[start..<start], kind: .string, value: text, valuePlace: start)
    case UInt8(ascii: "{"):
      kind = .object
      try skipNested(&at)
    case UInt8(ascii: "["):
      kind = .array
      try skipNested(&at)
    default:
      while at < line.count, isScalarByte(line[at]) { at += 1 }
      guard let scalar = Self.scalarKind(line[start..<at]) else {
        throw refuse(start, "a value")
      }
      kind = scalar
    }
    return JSONMember(
      name: line[start..<start], kind: kind, value: line[start..<at],
      valuePlace: start)
  }

  @inline(__always)
  private static func scalarKind(_ view: ByteView) -> JSONMember.Kind? {
    if view.isEmpty { return nil }
    if isDigit(view[0]) || view[0] == UInt8(ascii: "-") { return .number }
    if view.equals("true") { return .true }
    if view.equals("false") { return .false }
    return view.equals("null") ? .null : nil
  }

  /// Moves behind the object or array at `at`, minding strings and depth only.
  private func skipNested(_ at: inout Int) throws(LineError) {
    let start = at
    var depth = 0
    while at < line.count {
      switch line[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > depthMax {
          throw LineError(
            .nestedTooDeeply, at..<at + 1, expected: "at most \(depthMax) levels of nesting")
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 {
          at += 1
          return
        }
      case UInt8(ascii: "\""):
        at = try stringEnd(at)
      default: break
      }
      at += 1
    }
    throw refuse(line.count, "the end of what begins at column \(start + 1)")
  }

  /// The string whose opening quote is at `at`, which moves behind the closing one.
  @inline(__always)
  private func string(_ at: inout Int) throws(LineError) -> ByteView {
    let start = at + 1
    let mark = line.firstQuoteOrBackslash(from: start)
    if mark < line.count, line[mark] == UInt8(ascii: "\"") {
      at = mark + 1
      return line[start..<mark]
    }
    let end = try escapedStringEnd(at, mark)
    at = end + 1
    return try unescaped(line[start..<end], start)
  }

  /// Offset of the quote that closes the string opened at `quote`.
  @inline(__always)
  private func stringEnd(_ quote: Int) throws(LineError) -> Int {
    let mark = line.firstQuoteOrBackslash(from: quote + 1)
    if mark < line.count, line[mark] == UInt8(ascii: "\"") { return mark }
    return try escapedStringEnd(quote, mark)
  }

  /// As `stringEnd`, from a first backslash (or the line's end) on.
  @inline(never)
  private func escapedStringEnd(_ quote: Int, _ mark: Int) throws(LineError) -> Int {
    var at = mark
    while at < line.count {
      if line[at] == UInt8(ascii: "\"") { return at }
      at = line.firstQuoteOrBackslash(from: min(at + 2, line.count))
    }
    throw LineError(
      .unterminatedString, quote..<line.count, expected: "a closing double quote")
  }

  @inline(__always)
  func skipSpace(_ start: Int) -> Int {
    var at = start
    while at < line.count, line[at] == 0x20 || line[at] == 0x09 || line[at] == 0x0d { at += 1 }
    return at
  }

  func refuse(_ at: Int, _ expected: String) -> LineError {
    let start = min(at, line.count)
    var end = start
    while end < line.count, isScalarByte(line[end]) { end += 1 }
    return LineError(.badJSON, start..<max(end, min(start + 1, line.count)), expected: expected)
  }

  /// Undoes the escapes of `text`, which starts at `start` of the line.
  private func unescaped(_ text: ByteView, _ start: Int) throws(LineError) -> ByteView {
    var fault: Int?
    let plain = arena.store(bytesMax: text.count) { target in
      var unescaper = JSONUnescaper(text: text, target: target)
      fault = unescaper.run()
      return unescaper.written
    }
    if let fault { throw refuse(start + fault, "an escape of JSON") }
    return plain
  }
}

/// Bytes of numbers and of `true`, `false`, `null`.
@inline(__always)
private func isScalarByte(_ byte: UInt8) -> Bool {
  isNameByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    || byte == UInt8(ascii: ".")
}
