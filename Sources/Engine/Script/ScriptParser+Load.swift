import Model
import PromQL

extension ScriptParser {
  /// Reads a `load` block whose first word has been read.
  mutating func load(
    _ head: Line, _ words: inout WordReader, converting: Bool
  ) throws(Script.Fault) -> Script.Load {
    let gap = try duration(&words, head)
    try end(words, head)
    var load = Script.Load(
      gap: gap, convertsClassicHistograms: converting, series: [], startTimes: [])
    var places: [Labels: Int] = [:]
    var startTimes: (line: Line, notation: SeriesNotation)?
    while let line = nextContinuation() {
      let notation = try series(line)
      if notation.isStartTimes {
        if let startTimes { throw withoutSeries(startTimes.line) }
        startTimes = (line, notation)
        continue
      }
      if let given = startTimes {
        guard given.notation.labels == notation.labels else { throw withoutSeries(given.line) }
        guard given.notation.count == notation.count else {
          throw fault(
            "start-time-count",
            "\(given.notation.count) start timestamps for \(notation.count) positions", given.line)
        }
        load.startTimes.append(given.notation)
        startTimes = nil
      } else {
        load.startTimes.removeAll { $0.labels == notation.labels }
      }
      if let place = places[notation.labels] {
        load.series[place] = notation
      } else {
        places[notation.labels] = load.series.count
        load.series.append(notation)
      }
    }
    if let startTimes { throw withoutSeries(startTimes.line) }
    return load
  }

  /// Reads a line of series notation.
  func series(_ line: Line) throws(Script.Fault) -> SeriesNotation {
    do {
      return try SeriesNotation(parsing: line.text)
    } catch {
      throw fault(error.code, error.message, line, error.range)
    }
  }

  private func withoutSeries(_ line: Line) -> Script.Fault {
    fault(
      "start-times-alone", "start timestamps must stand just before the samples of their series",
      line)
  }
}
