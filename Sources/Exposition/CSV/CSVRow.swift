/// Splits one line of a table into its cells.
///
/// Source: RFC 4180. A cell in quotes may hold the separator and doubled quotes, but no line end:
/// lines are found before cells.
struct CSVRow {
  /// The cells without quotes, blanks around them left out; valid until the next line.
  private(set) var cells: [ByteView] = []
  /// Where each cell begins in the line.
  private(set) var starts: [Int] = []

  /// The place of cell `index`, for a report.
  func range(_ index: Int) -> Range<Int> {
    starts[index]..<starts[index] + max(1, cells[index].count)
  }

  /// Replaces the cells by those of `line`.
  mutating func split(
    _ line: ByteView, at separator: UInt8, _ arena: LineArena
  ) throws(LineError) {
    cells.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    var at = 0
    while true {
      while at < line.count, isBlank(line[at]), line[at] != separator { at += 1 }
      starts.append(at)
      if at < line.count, line[at] == UInt8(ascii: "\"") {
        cells.append(try quotedCell(line, &at, separator, arena))
      } else {
        let start = at
        while at < line.count, line[at] != separator { at += 1 }
        var end = at
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        cells.append(line[start..<end])
      }
      if at >= line.count { return }
      at += 1
    }
  }

  /// The cell whose opening quote is at `at`, which moves to the separator or the end.
  private func quotedCell(
    _ line: ByteView, _ at: inout Int, _ separator: UInt8, _ arena: LineArena
  ) throws(LineError) -> ByteView {
    let start = at + 1
    var hasDoubled = false
    at = start
    while true {
      guard let quote = line.firstIndex(of: UInt8(ascii: "\""), from: at) else {
        throw LineError(
          .unterminatedString, start - 1..<line.count, expected: "a closing double quote")
      }
      guard quote + 1 < line.count, line[quote + 1] == UInt8(ascii: "\"") else {
        at = quote + 1
        break
      }
      hasDoubled = true
      at = quote + 2
    }
    let text = line[start..<at - 1]
    while at < line.count, isBlank(line[at]), line[at] != separator { at += 1 }
    if at < line.count, line[at] != separator {
      throw LineError(.badColumns, at..<line.count, expected: "a separator after the quotes")
    }
    return hasDoubled ? undoubled(text, arena) : text
  }

  private func undoubled(_ text: ByteView, _ arena: LineArena) -> ByteView {
    arena.store(bytesMax: text.count) { target in
      var written = 0
      var at = 0
      while at < text.count {
        target[written] = text[at]
        written += 1
        at += text[at] == UInt8(ascii: "\"") ? 2 : 1
      }
      return written
    }
  }
}
