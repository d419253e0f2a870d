import Model
import PromQL

extension ScriptParser {
  /// Reads an `eval` block whose first word, `command`, has been read.
  mutating func evaluation(
    _ head: Line, _ words: inout WordReader, _ command: String
  ) throws(Script.Fault) -> Script.Evaluation {
    let timing: Script.Timing
    if words.peeked == "range" {
      try expect("range", &words, head)
      try expect("from", &words, head)
      let start = try moment(&words, head)
      try expect("to", &words, head)
      let end = try moment(&words, head)
      timing = .range(start: start, end: end, step: try step(&words, head))
      guard start <= end else {
        throw fault("empty-range", "the range ends before it starts", head)
      }
    } else {
      try expect("instant", &words, head)
      try expect("at", &words, head)
      timing = .instant(try moment(&words, head))
    }
    let query = words.rest()
    guard !query.isEmpty else { throw fault("no-query", "there is no query", head) }
    var expectation = ScriptExpectation()
    switch command {
    case "eval_fail": expectation.failure = .any
    case "eval_warn": expectation.warnings = .matching([.any])
    case "eval_info": expectation.infos = .matching([.any])
    case "eval_ordered": expectation.isOrdered = true
    default: break
    }
    try readExpectation(&expectation, timing)
    if expectation.isOrdered, case .range = timing {
      throw fault("ordered-range", "the result of a range query has no order but by labels", head)
    }
    return Script.Evaluation(query: query, timing: timing, expectation: expectation)
  }

  func step(_ words: inout WordReader, _ line: Line) throws(Script.Fault) -> Milliseconds {
    try expect("step", &words, line)
    let start = words.index
    let step = try duration(&words, line)
    guard step > 0 else {
      throw fault("bad-step", "the step must be above 0", line, start..<start + 1)
    }
    return step
  }

  private mutating func readExpectation(
    _ expectation: inout ScriptExpectation, _ timing: Script.Timing
  ) throws(Script.Fault) {
    var lines: [SeriesNotation] = []
    while let line = nextContinuation() {
      var words = WordReader(line.text)
      switch words.peeked {
      case "expect":
        _ = words.word()
        try readExpect(&words, line, into: &expectation, timing)
        continue
      case "expected_fail_message" where expectation.failure != nil:
        _ = words.word()
        expectation.failure = .exactly(words.rest())
        continue
      case "expected_fail_regexp" where expectation.failure != nil:
        _ = words.word()
        expectation.failure = try pattern(words.rest(), line, line.text.utf8.count)
        continue
      default: break
      }
      // A bare number ends the block, with or without an empty line after it.
      if let number = bareNumber(line.text) {
        expectation.outcome = .scalar(number)
        return
      }
      let notation = try series(line)
      try check(notation, line, expectation, timing)
      lines.append(notation)
    }
    if !lines.isEmpty { expectation.outcome = .series(lines) }
  }

  /// Refuses lines that no result could agree with.
  private func check(
    _ notation: SeriesNotation, _ line: Line, _ expectation: ScriptExpectation,
    _ timing: Script.Timing
  ) throws(Script.Fault) {
    guard !notation.isStartTimes else {
      throw fault("unexpected", "a result has no start timestamps", line)
    }
    let steps: Int64
    switch (timing, expectation.rangeVector) {
    case (.instant, nil):
      guard notation.count == 1 else {
        throw fault(
          "position-count",
          "an instant vector has one value for each series, not \(notation.count)", line)
      }
      return
    case (.instant, .some(let range)): steps = (range.end - range.start) / range.step + 1
    case (.range(let start, let end, let step), _): steps = (end - start) / step + 1
    }
    guard notation.count <= steps else {
      throw fault("position-count", "\(notation.count) values for \(steps) steps", line)
    }
  }

  /// The number that is all of a line, an integer in Go's notation first; nil for anything else.
  private func bareNumber(_ text: String) -> Double? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? String(text.dropFirst()) : text
    let plain = digits.lowercased().filter { $0 != "_" }
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where plain.hasPrefix(prefix) {
      let value = UInt64(plain.dropFirst(2), radix: radix).map { Double($0) }
      return value.map { isNegative ? -$0 : $0 }
    }
    // Everything else is a series without a name and one value.
    guard let line = try? SeriesNotation(parsing: "{} " + text), line.runs.count == 1,
      case .floats(let value, _, 1) = line.runs[0]
    else { return nil }
    return value
  }
}
