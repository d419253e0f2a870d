/// Splits one line of a table into its cells.
///
/// Source: RFC 4180. A cell in quotes may hold the separator and doubled quotes, but no line end:
/// lines are found before cells.
struct CSVRow {
  /// The cells without quotes, blanks around them left out; valid until the next line.
  private(set) var cells: [ByteView] = []
  /// Where each cell begins in the line.
  private var starts: [Int] = []

  /// The place of cell `index`, for a report.
  func range(_ index: Int) -> Range<Int> {
    starts[index]..<starts[index] + max(1, cells[index].count)
  }

  /// Replaces the cells by those of `line`.
  mutating func split(
    _ line: ByteView, at separator: UInt8, _ arena: LineArena
  ) throws(LineError) {
    var at = 0
    var count = 0
    while true {
      while at < line.count, isBlank(line[at]), line[at] != separator { at += 1 }
      let start = at
      let cell: ByteView
      if at < line.count, line[at] == UInt8(ascii: "\"") {
        cell = try quotedCell(line, &at, separator, arena)
      } else {
        at = line.nearIndex(of: separator, from: at)
        var end = at
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        cell = line[start..<end]
      }
      // Rows of a table have equally many cells: the places of the row before are used again.
      if count < cells.count {
        cells[count] = cell
        starts[count] = start
      } else {
        cells.append(cell)
        starts.append(start)
      }
      count += 1
      if at >= line.count { break }
      at += 1
    }
    if count < cells.count {
      cells.removeLast(cells.count - count)
      starts.removeLast(starts.count - count)
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
