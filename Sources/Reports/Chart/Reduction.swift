/// A stretch of a line without a gap, in the order of time.
struct Stroke: Hashable {
  /// Indices into the series, ascending.
  var indices: [Int]
}

/// Fewer points that draw the same picture: what falls into one pixel column is kept by its first,
/// least, greatest and last point (M4; Jugel et al., VLDB 2014).
enum Reduction {
  /// The strokes of a series over `columns` pixel columns.
  ///
  /// A NaN is a gap; so is a step of more than three times the usual one.
  ///
  /// - Precondition: `times` ascend and have the length of `values`.
  static func strokes(times: [Int64], values: [Double], columns: Int) -> [Stroke] {
    precondition(times.count == values.count, "\(times.count) times, \(values.count) values")
    guard let first = times.first, let last = times.last else { return [] }
    let widest = longestStep(times)
    let span = max(1, Double(last) - Double(first))
    func column(_ time: Int64) -> Int {
      min(columns - 1, Int((Double(time) - Double(first)) / span * Double(columns)))
    }
    let isDense = times.count > 4 * columns
    var strokes: [Stroke] = []
    var stroke: [Int] = []
    var group: [Int] = []
    func endGroup() {
      if isDense { stroke += extremes(of: group, values) } else { stroke += group }
      group = []
    }
    func endStroke() {
      endGroup()
      if !stroke.isEmpty { strokes.append(Stroke(indices: stroke)) }
      stroke = []
    }
    for index in times.indices {
      guard values[index].isFinite else {
        endStroke()
        continue
      }
      if let previous = group.last {
        if times[index] &- times[previous] > widest {
          endStroke()
        } else if column(times[index]) != column(times[previous]) {
          endGroup()
        }
      } else if let previous = stroke.last, times[index] &- times[previous] > widest {
        endStroke()
      }
      group.append(index)
    }
    endStroke()
    return strokes
  }

  /// First, least, greatest and last of a group, in the order of time, each once.
  private static func extremes(of group: [Int], _ values: [Double]) -> [Int] {
    guard var least = group.first, var greatest = group.first, let last = group.last else {
      return []
    }
    let first = least
    for index in group {
      if values[index] < values[least] { least = index }
      if values[index] > values[greatest] { greatest = index }
    }
    var kept: [Int] = []
    for index in [first, min(least, greatest), max(least, greatest), last]
    where kept.last != index {
      kept.append(index)
    }
    return kept
  }

  /// Three times the median step.
  private static func longestStep(_ times: [Int64]) -> Int64 {
    let steps = zip(times.dropFirst(), times).map { $0 &- $1 }.sorted()
    guard !steps.isEmpty else { return .max }
    let usual = steps[steps.count / 2]
    return usual > .max / 3 ? .max : 3 * usual
  }
}
