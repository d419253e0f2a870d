import Model
import PromQL

extension ScriptParser {
  /// Reads what follows `expect`.
  func readExpect(
    _ words: inout WordReader, _ line: Line, into expectation: inout ScriptExpectation,
    _ timing: Script.Timing
  ) throws(Script.Fault) {
    let start = words.index
    let word = words.word()
    switch word {
    case "fail":
      guard expectation.failure == nil else {
        throw fault("repeated", "\"expect fail\" is there twice", line)
      }
      expectation.failure = try match(&words, line)
    case "warn": try add(try match(&words, line), to: &expectation.warnings, word, line)
    case "info": try add(try match(&words, line), to: &expectation.infos, word, line)
    case "no_warn":
      try forbid(&expectation.warnings, word, line)
      try end(words, line)
    case "no_info":
      try forbid(&expectation.infos, word, line)
      try end(words, line)
    case "ordered":
      expectation.isOrdered = true
      try end(words, line)
    case "string":
      expectation.outcome = .string(try quotedText(&words, line))
    case "range":
      guard case .instant = timing else {
        throw fault("range-vector", "the result of a range query is no range vector", line)
      }
      try expect("vector", &words, line)
      try expect("from", &words, line)
      let first = try moment(&words, line)
      try expect("to", &words, line)
      let last = try moment(&words, line)
      expectation.rangeVector = (first, last, try step(&words, line))
      try end(words, line)
    default:
      let known = [
        "fail", "warn", "info", "no_warn", "no_info", "ordered", "string", "range vector",
      ]
      let guess = suggestion(for: word, among: known).map { "; did you mean \(quoted($0))?" }
      throw fault(
        "unknown-expectation", "unknown expectation \(quoted(word))" + (guess ?? ""), line,
        start..<start + word.utf8.count)
    }
  }

  /// An unanchored regular expression.
  func pattern(
    _ source: String, _ line: Line, _ end: Int
  ) throws(Script.Fault) -> ScriptExpectation.TextMatch {
    do {
      // `Pattern` matches whole texts; these must be found anywhere.
      return .containing(source: source, try Pattern("(?s:.*)(?:\(source))(?s:.*)"))
    } catch {
      throw fault("bad-pattern", error.message, line, end - source.utf8.count..<end)
    }
  }

  /// Reads `msg: TEXT`, `regex: RE` or nothing.
  private func match(
    _ words: inout WordReader, _ line: Line
  ) throws(Script.Fault) -> ScriptExpectation.TextMatch {
    let start = words.index
    let text = words.rest()
    if text.isEmpty { return .any }
    for (prefix, isPattern) in [("msg:", false), ("regex:", true)] where text.hasPrefix(prefix) {
      let blanks = text.dropFirst(prefix.utf8.count).prefix { $0 == " " || $0 == "\t" }
      let content = String(text.dropFirst(prefix.utf8.count + blanks.utf8.count))
      return isPattern
        ? try pattern(content, line, start + text.utf8.count) : .exactly(content)
    }
    throw fault(
      "unexpected", "unexpected \(quoted(text)), want \"msg:\" or \"regex:\"", line,
      start..<line.text.utf8.count)
  }

  private func add(
    _ match: ScriptExpectation.TextMatch, to remarks: inout ScriptExpectation.Remarks,
    _ word: String, _ line: Line
  ) throws(Script.Fault) {
    switch remarks {
    case .unchecked: remarks = .matching([match])
    case .matching(let others): remarks = .matching(others + [match])
    case .none: throw contradiction(word, line)
    }
  }

  private func forbid(
    _ remarks: inout ScriptExpectation.Remarks, _ word: String, _ line: Line
  ) throws(Script.Fault) {
    if case .matching = remarks { throw contradiction(String(word.dropFirst(3)), line) }
    remarks = .none
  }

  private func contradiction(_ word: String, _ line: Line) -> Script.Fault {
    fault("contradiction", "\"expect \(word)\" and \"expect no_\(word)\" exclude each other", line)
  }

  /// Reads a quoted text that goes on to the end of the line.
  func quotedText(_ words: inout WordReader, _ line: Line) throws(Script.Fault) -> String {
    let start = words.index
    do {
      return try SeriesNotation.quotedText(words.rest())
    } catch {
      throw fault(
        error.code, error.message, line,
        start + error.range.lowerBound..<start + error.range.upperBound)
    }
  }
}
