/// The cells of one line of CSV (RFC 4180), without line breaks inside quotes.
enum CSVCells {
  static func split(_ line: String) -> [String] {
    guard line.utf8.contains(UInt8(ascii: "\"")) else {
      return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    var wasQuote = false
    for character in line {
      if character == "\"" {
        if isQuoted {
          isQuoted = false
          wasQuote = true
        } else {
          // A doubled quote inside quotes stands for one.
          if wasQuote { cell.append(character) }
          isQuoted = true
          wasQuote = false
        }
      } else if character == ",", !isQuoted {
        cells.append(cell)
        cell = ""
        wasQuote = false
      } else {
        cell.append(character)
        wasQuote = false
      }
    }
    return cells + [cell]
  }
}

/// Columns of a table by name.
struct Columns {
  private var index: [String: Int] = [:]

  init(_ names: [String]) {
    for (place, name) in names.enumerated() where index[name] == nil { index[name] = place }
  }

  /// The cell of a column; nil when the column or the cell is missing.
  func cell(_ name: String, of cells: [String]) -> String? {
    index[name].flatMap { $0 < cells.count ? cells[$0] : nil }
  }

  /// The number in a column; nil when there is none.
  func number(_ name: String, of cells: [String]) -> Double? {
    cell(name, of: cells).flatMap(Double.init)
  }
}
