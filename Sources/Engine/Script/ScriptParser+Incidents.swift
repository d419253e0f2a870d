import Model
import PromQL

extension ScriptParser {
  /// Reads an `alerts` block whose first word has been read.
  mutating func alerts(
    _ head: Line, _ words: inout WordReader
  ) throws(Script.Fault) -> Script.Kind {
    try expect("at", &words, head)
    let time = try moment(&words, head)
    try end(words, head)
    var alerts: [Script.Alert] = []
    while let line = nextContinuation() { alerts.append(try alert(line)) }
    return .alerts(at: time, alerts)
  }

  /// Reads an `incidents` block whose first word has been read.
  mutating func incidents(
    _ head: Line, _ words: inout WordReader
  ) throws(Script.Fault) -> Script.Kind {
    try expect("at", &words, head)
    let time = try moment(&words, head)
    try end(words, head)
    var incidents: [Script.Incident] = []
    while let line = nextContinuation() { incidents.append(try incident(line)) }
    return .incidents(at: time, incidents)
  }

  /// Reads `firing SERIES [since TIME]`.
  private func alert(_ line: Line) throws(Script.Fault) -> Script.Alert {
    var words = WordReader(line.text)
    let state = words.word()
    guard state == "firing" || state == "pending" else {
      throw fault(
        "unexpected", "unexpected \(quoted(state)), want \"firing\" or \"pending\"", line,
        0..<state.utf8.count)
    }
    let start = words.index
    let (text, since) = try splitSince(words.rest(), line, start)
    var labels: Labels
    do {
      labels = try Labels(seriesKey: text)
    } catch {
      throw fault(
        error.code, error.message, line,
        start + error.range.lowerBound..<start + error.range.upperBound)
    }
    if let name = labels.metricName {
      labels[Labels.metricName] = nil
      labels["alertname"] = name
    }
    return Script.Alert(isFiring: state == "firing", labels: labels, since: since)
  }

  /// Parts `… since TIME` at its last ` since `; what is in front of it may hold anything.
  private func splitSince(
    _ text: String, _ line: Line, _ start: Int
  ) throws(Script.Fault) -> (String, Timestamp?) {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard words.count >= 3, words[words.count - 2] == "since", let last = words.last else {
      return (text, nil)
    }
    var reader = WordReader(line.text)
    while reader.index < line.text.utf8.count - last.utf8.count { _ = reader.word() }
    let since = try moment(&reader, line)
    return (String(text[..<words[words.count - 2].startIndex]), since)
  }

  /// Reads `STATE SEVERITY SERVICE[, SERVICE…] [since TIME] [title "TEXT"]`.
  private func incident(_ line: Line) throws(Script.Fault) -> Script.Incident {
    var words = WordReader(line.text)
    let state: Script.Incident.State = try choice(&words, line)
    let severity: Severity = try choice(&words, line)
    var incident = Script.Incident(state: state, severity: severity, services: [])
    while !["", "since", "title"].contains(words.peeked) {
      let names = words.word().split(separator: ",").map(String.init)
      incident.services += names.filter { !$0.isEmpty }
    }
    incident.services.sort()
    guard !incident.services.isEmpty else { throw fault("no-service", "no service is named", line) }
    if words.peeked == "since" {
      _ = words.word()
      incident.since = try moment(&words, line)
    }
    if words.peeked == "title" {
      _ = words.word()
      incident.title = try quotedText(&words, line)
    }
    try end(words, line)
    return incident
  }

  /// Reads one of the words of a choice.
  private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ words: inout WordReader, _ line: Line
  ) throws(Script.Fault) -> Choice {
    let start = words.index
    let word = words.word()
    guard let choice = Choice(rawValue: word) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault(
        "unexpected", "unexpected \(quoted(word)), want one of \(known)", line,
        start..<start + word.utf8.count)
    }
    return choice
  }
}
