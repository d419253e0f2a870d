import Model
import PromQL
import Yams

/// Turns the YAML of a unit-test file into a `UnitTestFile`; what is wrong is collected in `yaml`.
struct UnitTestReader {
  /// Reads the expressions.
  var rules: RuleReader

  var yaml: YAMLReader {
    get { rules.yaml }
    set { rules.yaml = newValue }
  }

  private static let fileKeys = [
    "rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare", "tests",
  ]
  private static let testKeys = [
    "name", "interval", "input_series", "start_timestamp", "external_labels", "external_url",
    "alert_rule_test", "promql_expr_test", "incident_test",
  ]

  mutating func file(_ root: Node?) -> UnitTestFile {
    var file = UnitTestFile(path: yaml.path)
    let fields = yaml.fields(root, "a unit-test file", known: Self.fileKeys)
    for node in yaml.list(fields["rule_files"], "rule_files") {
      guard let text = yaml.text(node, "a rule file") else { continue }
      file.ruleFiles.append(.init(text: text, location: yaml.location(node)))
    }
    if let interval = yaml.duration(fields["evaluation_interval"], "evaluation_interval"),
      interval > 0
    {
      file.evaluationInterval = interval
    }
    for node in yaml.list(fields["group_eval_order"], "group_eval_order") {
      guard let name = yaml.text(node, "a group's name") else { continue }
      if file.groupOrder.contains(name) {
        yaml.error("repeated-group", "group \(quoted(name)) stands twice in the order", at: node)
      }
      file.groupOrder.append(name)
    }
    file.comparesFuzzily = flag(fields["fuzzy_compare"], "fuzzy_compare") ?? false
    for (number, node) in yaml.list(fields["tests"], "tests").enumerated() {
      file.tests.append(test(node, number, interval: file.evaluationInterval))
    }
    return file
  }

  private mutating func test(
    _ node: Node, _ number: Int, interval: Milliseconds
  ) -> UnitTest {
    let fields = yaml.fields(node, "a test", known: Self.testKeys)
    var test = UnitTest(number: number, location: yaml.location(node), interval: interval)
    test.name = fields["name"].flatMap { yaml.text($0, "name") } ?? ""
    if let own = yaml.duration(fields["interval"], "interval"), own > 0 { test.interval = own }
    test.start = startTime(fields["start_timestamp"])
    test.externalLabels = labels(fields["external_labels"], "external_labels")
    test.externalURL = fields["external_url"].flatMap { yaml.text($0, "external_url") } ?? ""
    test.series = yaml.list(fields["input_series"], "input_series").compactMap { series($0) }
    test.alerts = yaml.list(fields["alert_rule_test"], "alert_rule_test")
      .compactMap { alertCase($0) }
    test.queries = yaml.list(fields["promql_expr_test"], "promql_expr_test")
      .compactMap { queryCase($0) }
    test.incidents = yaml.list(fields["incident_test"], "incident_test")
      .map { incidentCase($0) }
    return test
  }

  // MARK: Series

  private mutating func series(_ node: Node) -> SeriesNotation? {
    let fields = yaml.fields(node, "an input series", known: ["series", "values"])
    guard let name = fields["series"], let text = yaml.text(name, "series"), !text.isEmpty else {
      yaml.error("no-series", "an input series needs 'series'", at: fields["series"] ?? node)
      return nil
    }
    let mark = "@st"
    let isStartTimes = text.hasSuffix(mark)
    let key = isStartTimes ? String(text.dropLast(mark.count)) : text
    let found = notation(of: name) { () throws(NotationError) in try Labels(seriesKey: key) }
    guard let labels = found else { return nil }
    var series = SeriesNotation(labels: labels, isStartTimes: isStartTimes, runs: [])
    guard let node = fields["values"], let values = yaml.text(node, "values") else { return series }
    // Lines of a block are one line to Prometheus; each break becomes one blank of equal length.
    let line = String(values.map { $0.isNewline ? " " : $0 })
    let prefix = isStartTimes ? "x@st " : "x "
    let parsed = notation(of: node, skipping: prefix.utf8.count) { () throws(NotationError) in
      try SeriesNotation(parsing: prefix + line)
    }
    series.runs = parsed?.runs ?? []
    return series
  }

  /// What `parse` reads from the text of `node`; nil, and reported at its place, when it cannot.
  mutating func notation<Value>(
    of node: Node, skipping prefix: Int = 0, _ parse: () throws(NotationError) -> Value
  ) -> Value? {
    do {
      return try parse()
    } catch {
      let range = error.range
      let shifted = max(0, range.lowerBound - prefix)..<max(0, range.upperBound - prefix)
      yaml.report(
        yaml.source(node).diagnostic(.error, code: error.code, error.message, at: shifted))
      return nil
    }
  }

  // MARK: Values

  /// Seconds since the epoch, or RFC 3339.
  private mutating func startTime(_ node: Node?) -> Timestamp {
    guard let node, !YAMLReader.isNull(node), let text = yaml.text(node, "start_timestamp") else {
      return Timestamp(milliseconds: 0)
    }
    if let seconds = Double(text), seconds.magnitude < 9e15 {
      return Timestamp(milliseconds: Milliseconds((seconds * 1000).rounded()))
    }
    if let time = Timestamp(rfc3339: text) { return time }
    yaml.error(
      "bad-time",
      "cannot read \(quoted(text)) as start_timestamp, want 2026-01-15T14:30:00Z or seconds since 1970",
      at: node)
    return Timestamp(milliseconds: 0)
  }

  /// A mapping of texts; an entry without a value counts as left out.
  mutating func labels(_ node: Node?, _ what: String) -> Labels {
    var labels: [Label] = []
    for (key, value) in yaml.pairs(node, what) {
      guard let name = yaml.text(key, "a name in \(what)"),
        let text = yaml.text(value, "\(quoted(name)) in \(what)"), !text.isEmpty
      else { continue }
      labels.append(Label(name, text))
    }
    return Labels(labels)
  }

  /// A boolean in any of YAML 1.1's spellings; nil when there is none or it is bad.
  private mutating func flag(_ node: Node?, _ what: String) -> Bool? {
    guard let node, !YAMLReader.isNull(node), let text = yaml.text(node, what) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on", "y": return true
    case "false", "no", "off", "n": return false
    default:
      yaml.error("bad-value", "expected true or false for \(what), found \(quoted(text))", at: node)
      return nil
    }
  }
}
