import Incidents
import Model

/// Where the names of changes stand above a plot: in as few rows as keep them apart.
struct ChangeLabels {
  /// One change.
  struct Placed {
    /// Place of the mark.
    let x: Double
    /// Place of the text.
    let textX: Double
    /// `start` or `end`.
    let anchor: String
    /// Base line of the text.
    let baseline: Double
    /// The name, cut to fit.
    let text: String
    /// The name with its time.
    let full: String
  }

  static let rowHeight = 15.0
  private static let rowsMax = 4
  private static let charactersMax = 34
  /// Width of a character of the labels' size, on the safe side.
  private static let characterWidth = 6.4

  /// By time.
  let placed: [Placed]
  /// Rows in use.
  let rowCount: Int

  /// Places `marks` between `left` and `right`; `x` tells where a time is.
  init(_ marks: [Report.Mark], left: Double, right: Double, x: (Int64) -> Double) {
    var ends = Array(repeating: -Double.infinity, count: Self.rowsMax)
    var placed: [Placed] = []
    var rows = 0
    let room = Int((right - left) / Self.characterWidth)
    for mark in marks.sorted(by: { $0.time < $1.time }) {
      let text = Self.cut(mark.name, to: min(room, Self.charactersMax))
      let width = Double(text.count) * Self.characterWidth
      let markX = x(mark.time.milliseconds)
      let isLeft = markX + width > right
      let from = isLeft ? markX - width : markX
      // A fifth label over the same place shares the last row; its mark's title still names it.
      let row = ends.firstIndex { $0 <= from } ?? Self.rowsMax - 1
      ends[row] = from + width + 8
      rows = max(rows, row + 1)
      placed.append(
        Placed(
          x: markX, textX: max(left, isLeft ? markX + 3 : markX - 3),
          anchor: isLeft ? "end" : "start", baseline: Double(row) * Self.rowHeight + 13, text: text,
          full: "\(Moment.clock(mark.time)) \(mark.name)"))
    }
    self.placed = placed
    rowCount = rows
  }

  private static func cut(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(max(1, count - 1)) + "…"
  }
}
