import Model
import Yams

/// Reads the `playbooks:` section of a catalogue, or a file of its own beside it.
struct PlaybookReader {
  var yaml: YAMLReader

  private static let kinds = ["rollback", "scale", "failover", "hotfix", "investigate"]
  private static let signals = [
    "errors", "latency", "traffic", "availability", "saturation", "other",
  ]
  /// A program may take at most so long.
  private static let timeLimitMax: Milliseconds = 3_600_000

  /// The entries of `node`, in the order of the file.
  mutating func read(_ node: Node?) -> [PlaybookEntry] {
    guard let node else { return [] }
    var names: Set<String> = []
    return yaml.list(node, "playbooks").compactMap { element in
      let fields = yaml.fields(element, "a playbook", known: ["name", "match", "steps"])
      guard let name = required(fields["name"], "name", in: element) else { return nil }
      if !names.insert(name).inserted {
        yaml.error("duplicate-playbook", "there are two playbooks \(quoted(name))", at: element)
      }
      let steps = yaml.list(fields["steps"], "steps").compactMap { step($0) }
      if steps.isEmpty, !yaml.hasErrors {
        yaml.error("no-step", "playbook \(quoted(name)) needs at least one step", at: element)
      }
      return PlaybookEntry(name: name, match: match(fields["match"]), steps: steps)
    }
  }

  private mutating func match(_ node: Node?) -> PlaybookEntry.Match {
    var match = PlaybookEntry.Match()
    let fields = yaml.fields(
      node, "match", known: ["service", "alert", "signal", "change", "severity"])
    match.services = words(fields["service"], "service")
    match.changes = words(fields["change"], "change")
    if let node = fields["signal"] {
      for word in words(node, "signal") {
        guard !Self.signals.contains(word) else {
          match.signals.append(word)
          continue
        }
        let near = suggestion(for: word, among: Self.signals)
        yaml.error(
          "unknown-signal",
          "unknown signal \(quoted(word))" + (near.map { "; did you mean \(quoted($0))?" } ?? ""),
          at: node)
      }
    }
    if let node = fields["alert"], let text = yaml.text(node, "alert") {
      do throws(PatternError) {
        match.alert = try LabelMatcher("alert", .matches, text)
      } catch {
        yaml.error("bad-pattern", "alert: \(error.message)", at: node)
      }
    }
    if let node = fields["severity"] {
      let levels = Severity.allCases.map { ($0.rawValue, $0) }
      match.severity = yaml.choice(node, "severity", among: levels)
    }
    return match
  }

  private mutating func step(_ node: Node) -> PlaybookEntry.Step? {
    let fields = yaml.fields(
      node, "a step", known: ["kind", "text", "commands", "run", "time_limit"])
    guard let kindNode = fields["kind"] else {
      yaml.error("missing", "a step needs a kind", at: node)
      return nil
    }
    let kinds = Self.kinds.map { ($0, $0) }
    guard let kind = yaml.choice(kindNode, "kind", among: kinds),
      let text = required(fields["text"], "text", in: node)
    else { return nil }
    var step = PlaybookEntry.Step(kind: kind, text: text)
    checkPlaceholders(text, at: fields["text"] ?? node)
    step.commands = words(fields["commands"], "commands")
    if let run = fields["run"] {
      let words = words(run, "run")
      if words.first?.isEmpty ?? true {
        yaml.error("no-program", "run must name a program", at: run)
      } else if words.first?.contains("{") == true {
        yaml.error("bad-program", "the program of run must be written out", at: run)
      }
      step.run = words
    }
    if let limit = yaml.duration(fields["time_limit"], "time_limit") {
      if !(1...Self.timeLimitMax).contains(limit), let place = fields["time_limit"] {
        yaml.error("out-of-range", "time_limit must be above 0 and at most 1h", at: place)
      }
      step.timeLimit = limit
    }
    return step
  }

  /// One text or a list of them.
  private mutating func words(_ node: Node?, _ what: String) -> [String] {
    guard let node, !YAMLReader.isNull(node) else { return [] }
    let nodes: [Node]
    if case .sequence = node { nodes = yaml.list(node, what) } else { nodes = [node] }
    return nodes.compactMap { element in
      guard let text = yaml.text(element, what) else { return nil }
      checkPlaceholders(text, at: element)
      return text
    }
  }

  /// Reports words in braces that stand for nothing.
  private mutating func checkPlaceholders(_ text: String, at node: Node) {
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: start)..<end])
      let isDollar = start > rest.startIndex && rest[rest.index(before: start)] == "$"
      if !isDollar, !name.isEmpty, name.allSatisfy(\.isLetter),
        !PlaybookEntry.placeholders.contains(name)
      {
        let near = suggestion(for: name, among: PlaybookEntry.placeholders)
        yaml.error(
          "unknown-placeholder",
          "unknown placeholder \(quoted(name))"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: node)
      }
      rest = rest[rest.index(after: end)...]
    }
  }

  private mutating func required(_ field: Node?, _ what: String, in node: Node) -> String? {
    guard let field else {
      yaml.error("missing", "\(what) is missing", at: node)
      return nil
    }
    return yaml.text(field, what)
  }
}
