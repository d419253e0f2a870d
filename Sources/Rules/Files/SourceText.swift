public import Model

/// A text inside a YAML file that knows where each of its bytes stands.
public struct SourceText: Sendable {
  /// The text, folded and unescaped.
  public let text: String
  private let file: String?
  private let lines: SourceLines
  /// Line and column of each byte, both from 1; empty when only the start is known.
  private let places: [Place]
  private let start: Place

  struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
  }

  /// A text that stands in no file.
  public init(_ text: String) {
    self.init(
      text, file: nil, lines: SourceLines(text), start: Place(line: 1, column: 1),
      places: SourceLines.places(of: text))
  }

  init(_ text: String, file: String?, lines: SourceLines, start: Place, places: [Place]) {
    self.text = text
    self.file = file
    self.lines = lines
    self.start = start
    self.places = places.count == text.utf8.count ? places : []
  }

  /// Where the byte at `offset` stands; the start of the text when that is not known exactly.
  public func location(of offset: Int) -> SourceLocation {
    let place = place(of: offset)
    return SourceLocation(file: file, line: place.line, column: place.column)
  }

  private func place(of offset: Int) -> Place {
    if offset < places.count { return places[offset] }
    guard var last = places.last else { return start }
    last.column += 1
    return last
  }

  /// A diagnostic about the bytes `range`.
  public func diagnostic(
    _ level: Diagnostic.Level, code: String, _ message: String, at range: Range<Int>
  ) -> Diagnostic {
    let first = place(of: range.lowerBound)
    var length = 1
    for offset in range.dropFirst() where offset < places.count {
      guard places[offset].line == first.line else { break }
      length = places[offset].column - first.column + 1
    }
    return Diagnostic(
      level, code: code, message,
      at: SourceLocation(file: file, line: first.line, column: first.column),
      sourceLine: lines[first.line], length: length)
  }
}

/// The lines of a file, each without its line feed.
struct SourceLines: Sendable {
  /// The file's bytes.
  let bytes: [UInt8]
  /// Offset of the start of each line.
  private let starts: [Int]

  init(_ text: String) {
    bytes = Array(text.utf8)
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == 0x0a { starts.append(offset + 1) }
    self.starts = starts
  }

  var count: Int { starts.count }

  /// The bytes of line `number`, from 1; empty outside of the file.
  func bytes(of number: Int) -> Range<Int> {
    guard (1...starts.count).contains(number) else { return bytes.count..<bytes.count }
    let start = starts[number - 1]
    var end = number < starts.count ? starts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0d { end -= 1 }
    return start..<end
  }

  /// The text of line `number`, from 1.
  subscript(number: Int) -> String {
    String(decoding: bytes[bytes(of: number)], as: UTF8.self)
  }

  /// The column in bytes of the `scalar`-th character of line `number`, both from 1.
  func column(ofScalar scalar: Int, inLine number: Int) -> Int {
    var column = 1
    var rest = scalar - 1
    for byte in bytes[bytes(of: number)] {
      // Bytes that continue a character belong to it.
      if byte & 0xc0 != 0x80 {
        if rest == 0 { break }
        rest -= 1
      }
      column += 1
    }
    return column
  }

  /// The places of the bytes of a text that is a file of its own.
  static func places(of text: String) -> [SourceText.Place] {
    var place = SourceText.Place(line: 1, column: 1)
    return text.utf8.map { byte in
      defer {
        place =
          byte == 0x0a
          ? .init(line: place.line + 1, column: 1)
          : .init(line: place.line, column: place.column + 1)
      }
      return place
    }
  }
}
