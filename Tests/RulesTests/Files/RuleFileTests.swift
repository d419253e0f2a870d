import Model
import PromQL
import Testing

@testable import Rules

/// The diagnostics of a rule file, one line each: `line:column code`.
func findings(_ text: String) -> [String] {
  RuleFile.read(text).diagnostics.map { diagnostic in
    let place = diagnostic.location.map { "\($0.line):\($0.column)" } ?? "-"
    return "\(place) \(diagnostic.code)"
  }
}

struct `A rule file` {
  @Test func `leaves out what is null, and says so`() throws {
    let text = """
      groups:
        -
        - name: g
          rules:
            - ~
            - alert: Down
              expr: up == 0
      """
    let (read, diagnostics) = RuleFile.read(text)
    #expect(read?.groups.map(\.name) == ["g"])
    #expect(read?.groups.first?.rules.map(\.name) == ["Down"])
    #expect(diagnostics.map(\.code) == ["empty-element", "empty-element"])
    #expect(diagnostics.allSatisfy { $0.level == .warning })
  }

  @Test func `leaves out a key that is null, with its value`() throws {
    let text = """
      groups:
        - name: g
          ~: [x]
          rules:
            - alert: Down
              expr: up == 0
              labels: {null: a, severity: page}
      """
    let (read, diagnostics) = RuleFile.read(text)
    #expect(read?.groups.first?.rules.first?.labels.map(\.name) == ["severity"])
    #expect(diagnostics.map(\.code) == ["empty-key", "empty-key"])
    #expect(diagnostics.allSatisfy { $0.level == .warning })
  }

  @Test func `may begin with a byte order mark`() throws {
    let text = """
      groups:
      - name: g
        rules:
        - alert: Down
          expr: up = 0
      """
    #expect(findings("\u{feff}" + text) == findings(text))
    let sound = "\u{feff}" + text.replacing(" = ", with: " == ")
    let (read, diagnostics) = RuleFile.read(sound)
    #expect(read?.groups.first?.rules.map(\.name) == ["Down"])
    #expect(diagnostics == [])
  }

  @Test func `holds everything that Prometheus knows`() throws {
    let text = """
      groups:
        - name: g
          interval: 30s
          limit: 10
          query_offset: 1m
          labels: {team: a, tier: "{{ $labels.tier }}"}
          rules:
            - record: job:up:sum
              expr: sum by (job) (up)
              labels: {team: b}
            - alert: Down
              expr: up == 0
              for: 1m30s
              keep_firing_for: 5m
              labels: {severity: page}
              annotations: {summary: "{{ $labels.job }} is down"}
      """
    let (read, diagnostics) = RuleFile.read(text, path: "r.yml")
    #expect(diagnostics == [])
    let group = try #require(read?.groups.first)
    #expect(group.name == "g" && group.interval == 30_000 && group.limit == 10)
    #expect(group.queryOffset == 60_000 && group.file == "r.yml")
    let (record, alert) = (group.rules[0], group.rules[1])
    guard case .recording(_, let labels) = record.kind else {
      Issue.record("\(record.kind) is no recording rule")
      return
    }
    #expect(labels == ["team": "b", "tier": "{{ $labels.tier }}"])
    #expect(alert.timing == AlertMachine.Timing(hold: 90_000, keepFiring: 300_000))
    #expect(alert.labels.map(\.name) == ["severity", "team", "tier"])
    #expect(alert.location.description == "r.yml:11:16")
  }

  @Test(arguments: [
    "", "groups:", "groups: []", "# nothing", "groups: [{name: a}]",
    "groups: [{name: a, rules: ~}]", "groups: [{name: a, interval: 0s, rules: []}]",
    "groups: [{name: a, rules: [{record: a, expr: 1, for: 0s}]}]",
    "groups: [{name: a, rules: [{record: \"a-b\", expr: 1}]}]",
    "groups: [{name: a, rules: [{alert: a, expr: up, labels: {ins-tance: 1, b: true, c: ~}}]}]",
    "groups: [{name: a, limit: 1.5, rules: []}]",
    "groups: [{name: a, rules: [{alert: a, expr: up, for: ~, annotations: {a: \"{{ $.x.y }}\"}}]}]",
    "x: &x {name: a, rules: []}\ngroups: [*x]",
    "groups: [{name: a, labels: &l {a: b}, rules: [{alert: a, expr: up, labels: {<<: *l, c: d}}]}]",
    "groups: [{name: a, labels: {a: \"{{ broken\"}, rules: [{alert: a, expr: up}]}]",
    "groups: []\n---\nnot: [a, rule, file]",
  ])
  func `is accepted`(text: String) {
    // An anchor at the top is an unknown key to Prometheus, too.
    let isKnown = !text.hasPrefix("x:")
    #expect((RuleFile.read(text).file != nil) == isKnown, "\(findings(text))")
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var want: [String]
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ want: String...) {
      (self.name, self.text, self.want) = (name, text, want)
    }
  }

  private static func rule(_ text: String) -> String {
    "groups:\n- name: g\n  rules:\n  - \(text)\n"
  }

  static let refusals = [
    Refusal("not YAML", "groups: [", "2:1 yaml"),
    Refusal("a tab", "groups:\n\t- a", "2:1 yaml"),
    Refusal("another YAML", "# a comment\n%YAML 1.2\n---\ngroups: []", "2:1 yaml"),
    Refusal("a text", "hello", "1:1 bad-value"),
    Refusal("a list", "[1]", "1:1 bad-value"),
    Refusal(
      "unknown keys", "group: 1\ngroups: [{name: a, rule: []}]", "1:1 unknown-key",
      "2:20 unknown-key"),
    Refusal("a key twice", "groups:\n- name: a\n  name: b", "2:3 duplicate-key"),
    Refusal("no name", "groups: [{rules: []}]", "1:10 no-group-name"),
    Refusal("a group twice", "groups: [{name: a}, {name: b}, {name: a}]", "1:39 duplicate-group"),
    Refusal(
      "bad numbers", "groups: [{name: a, interval: 5, limit: x, query_offset: 1x}]",
      "1:30 bad-duration", "1:40 bad-number", "1:57 bad-duration"),
    Refusal("neither", rule("expr: 1"), "4:5 no-rule-name"),
    Refusal("both", rule("{record: a, alert: b, expr: 1}"), "4:14 record-and-alert"),
    Refusal("no expression", rule("alert: a"), "4:5 no-expression"),
    Refusal("empty expression", rule("{alert: a, expr: \"\"}"), "4:22 no-expression"),
    Refusal(
      "a record with the fields of an alert",
      rule("{record: a, expr: 1, for: 1m, keep_firing_for: 1m, annotations: {a: b}}"),
      "4:31 record-field", "4:52 record-field", "4:69 record-field"),
    Refusal("braces in a name", rule("{record: \"a{b}\", expr: 1}"), "4:14 bad-record-name"),
    Refusal(
      "the name as a label", rule("{alert: a, expr: 1, labels: {__name__: x}}"), "4:34 bad-name"),
    Refusal("a list as a label", rule("{alert: a, expr: 1, labels: {a: [b]}}"), "4:37 bad-value"),
    Refusal(
      "templates",
      rule("{alert: a, expr: 1, labels: {a: \"x{{ nope }}\"}, annotations: {b: \"{{\"}}"),
      "4:42 template-unknown-function", "4:71 template-syntax"),
    Refusal(
      "several at once",
      "groups:\n- name: a\n  rules:\n  - alert: a\n    expr: rate(x)\n  - record: b\n    expr: nope(x)\n    fro: 1",
      "5:16 type", "7:11 unknown-function", "8:5 unknown-key"),
  ]

  @Test(arguments: refusals)
  func `is refused with every reason`(test: Refusal) {
    let (file, _) = RuleFile.read(test.text)
    #expect(file == nil)
    #expect(findings(test.text) == test.want)
  }

  @Test func `shows the place and the word that was meant`() throws {
    let text = "groups:\n- name: g\n  rules:\n  - alert: a\n    expr: up == 0\n    anotations: {}\n"
    let diagnostic = try #require(RuleFile.read(text, path: "a.yml").diagnostics.first)
    #expect(
      diagnostic.description == """
        a.yml:6:5: error: unknown key "anotations" in a rule; did you mean "annotations"?
                anotations: {}
                ^~~~~~~~~~
        """)
  }
}

struct `Places inside an expression` {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var yaml: String
    var want: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "plain", yaml: "expr: up + rte(x)", want: "5:16"),
    Case(name: "plain over lines", yaml: "expr: up +\n        rte(x)", want: "6:9"),
    Case(name: "plain with an empty line", yaml: "expr: up +\n\n        rte(x)", want: "7:9"),
    Case(name: "single quotes", yaml: "expr: 'x{a=''b''} + rte(x)'", want: "5:25"),
    Case(name: "double quotes", yaml: #"expr: "x{a=\"b\"} + rte(x)""#, want: "5:25"),
    Case(name: "double quotes with escapes", yaml: #"expr: "up\t+\x20rte(x)""#, want: "5:21"),
    Case(name: "double quotes over lines", yaml: "expr: \"up +\n      rte(x)\"", want: "6:7"),
    Case(name: "literal", yaml: "expr: |\n      up\n      + rte(x)", want: "7:9"),
    Case(
      name: "literal with further indentation", yaml: "expr: |-\n      up\n\n        + rte(x)",
      want: "8:11"),
    Case(name: "folded", yaml: "expr: >\n      up\n      + rte(x)", want: "7:9"),
    Case(
      name: "folded with an empty line", yaml: "expr: >-\n      up\n\n      + rte(x)", want: "8:9"),
    Case(
      name: "folded with further indentation",
      yaml: "expr: >\n      up\n         + rte(x)\n      + 1", want: "7:12"),
    Case(name: "behind other letters", yaml: "expr: x{a=\"ü\"} + rte(x)", want: "5:23"),
    Case(
      name: "explicit indentation is not followed", yaml: "expr: |2\n      up + rte(x)",
      want: "5:11"),
  ]

  @Test(arguments: cases)
  func `are those of the file`(test: Case) {
    let text = "groups:\n- name: g\n  rules:\n  - alert: a\n    \(test.yaml)\n"
    #expect(findings(text) == ["\(test.want) unknown-function"])
  }
}

struct `Native rules` {
  private func rule(_ text: String) throws -> Rule {
    let (file, diagnostics) = RuleFile.read("groups: [{name: g, rules: [{alert: a, \(text)}]}]")
    try #require(diagnostics == [])
    return try #require(file?.groups.first?.rules.first)
  }

  @Test func `threshold`() throws {
    let rule = try rule(
      "threshold: {of: a / b, above: {low: 0.7, high: 0.95, medium: 0.85}, clear: 0.6, "
        + "exhausts: {at: 1, within: 30m}}, annotations: {s: \"{{ $threshold }}\"}")
    guard case .threshold(let threshold) = rule.kind else {
      Issue.record("\(rule.kind) is no threshold")
      return
    }
    #expect(threshold.levels.map(\.bound) == [0.7, 0.85, 0.95])
    #expect(threshold.levels.map(\.severity) == [.low, .medium, .high])
    #expect(threshold.exhausts == .init(at: 1, within: 1_800_000))
    #expect(threshold.isTrue(0.71) && !threshold.isTrue(0.7) && !threshold.isTrue(.nan))
    #expect(threshold.stays(0.61) && !threshold.stays(0.6))
    #expect(threshold.measure(of: 0.9).level == .medium)
    #expect(threshold.measure(of: 0.5).threshold == 0.7)
    #expect("\(rule.expression)" == "a / b")
  }

  @Test func `threshold below one number`() throws {
    guard case .threshold(let threshold) = try rule("threshold: {of: x, below: 5, clear: 7}").kind
    else {
      Issue.record("no threshold")
      return
    }
    #expect(threshold.isTrue(4.9) && !threshold.isTrue(5) && threshold.stays(6.9))
    #expect(threshold.measure(of: 1).level == nil)
  }

  @Test func `baseline`() throws {
    let rule = try rule(
      "baseline: {of: x, direction: above, sensitivity: 5, season: 12h, minimum: 0.01, learn: 1h}, "
        + "annotations: {s: \"{{ $expected }}\"}")
    guard case .baseline(let baseline) = rule.kind else {
      Issue.record("\(rule.kind) is no baseline")
      return
    }
    #expect(baseline.direction == .above && baseline.sensitivity == 5)
    #expect(baseline.season == .every(43_200_000) && baseline.minimum == 0.01)
    #expect(baseline.learn == 3_600_000)
  }

  @Test(arguments: [
    ("threshold: {above: 1}", "no-expression"), ("threshold: {of: x}", "no-bound"),
    ("threshold: {of: x, above: 1, below: 0}", "two-bounds"),
    ("threshold: {of: x, above: {low: 2, high: 1}}", "levels-out-of-order"),
    ("threshold: {of: x, above: {severe: 1}}", "unknown-key"),
    ("threshold: {of: x, above: 1, clear: 2}", "bad-clear"),
    ("threshold: {of: x, below: 1, clear: 0}", "bad-clear"),
    ("threshold: {of: x, exhausts: {at: 1}}", "missing-key"),
    ("threshold: {of: x, exhausts: {at: 1, within: 0s}}", "bad-duration"),
    ("threshold: {of: x, above: high}", "bad-number"),
    ("expr: x, threshold: {of: x, above: 1}", "two-conditions"),
    ("baseline: {of: x, direction: up}", "bad-value"),
    ("baseline: {of: x, sensitivity: 6}", "out-of-range"),
    ("baseline: {of: x, season: dayly}", "bad-season"),
    ("baseline: {of: x, minimum: -1}", "out-of-range"),
    ("baseline: {of: \"rate(x)\"}", "type"), ("baseline: {of: \"x[5m]\"}", "type"),
    ("baseline: 3", "bad-value"),
    ("expr: x, annotations: {s: \"{{ $expected }}\"}", "template-unknown-variable"),
  ])
  func `refuse`(text: String, code: String) {
    let found = findings("groups: [{name: g, rules: [{alert: a, \(text)}]}]")
    #expect(found.contains { $0.hasSuffix(" " + code) }, "\(found)")
  }

  @Test func `keep their identity in another place`() throws {
    let a = try rule("threshold: {of: x, above: 1}")
    #expect(a.identity == (try rule("threshold: { of: 'x' , above: 1.0 }")).identity)
    #expect(a.identity != (try rule("threshold: {of: x, above: 2}")).identity)
    #expect(a.identity != (try rule("threshold: {of: x, above: 1}, for: 1m")).identity)
  }
}

struct `Prometheus durations` {
  @Test(arguments: [
    ("0", 0), ("1ms", 1), ("15s", 15_000), ("1h30m", 5_400_000), ("1d", 86_400_000),
    ("1w", 604_800_000), ("1y", 31_536_000_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("00s", 0),
  ])
  func `are read`(text: String, want: Milliseconds) {
    #expect(PrometheusDuration.parse(text) == .success(want))
  }

  @Test(arguments: [
    ("", PrometheusDuration.Failure.empty), ("1", .malformed), ("-1m", .malformed),
    ("1.5m", .malformed), ("1m1h", .malformed), ("1m1m", .malformed), ("m", .malformed),
    ("1 m", .malformed), ("300y", .outOfRange), ("99999999999999999999s", .outOfRange),
  ])
  func `are refused`(text: String, want: PrometheusDuration.Failure) {
    #expect(PrometheusDuration.parse(text) == .failure(want))
  }

  @Test(arguments: [
    (0, "0s"), (500, "500ms"), (90_000, "1m30s"), (86_400_000, "1d"), (90_000_000, "25h"),
    (604_800_000, "1w"), (-1000, "-1s"),
  ])
  func `are printed`(length: Milliseconds, want: String) {
    #expect(PrometheusDuration.text(length) == want)
  }
}

struct `Hostile rule files` {
  @Test(arguments: [
    String(repeating: "[", count: 20_000), String(repeating: "- ", count: 20_000),
    String(repeating: "{a: ", count: 20_000), "\0", "\u{feff}", "%YAML 9.9\n---\na", "&a [*a]",
    "a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\ngroups: *c", "groups: !!binary x", "? [a]\n: b",
    String(repeating: "groups:\n", count: 1000), "groups: *nope", "\u{1}", "--- ---",
  ])
  func `give an answer`(text: String) {
    let (file, diagnostics) = RuleFile.read(text)
    #expect(file != nil || diagnostics.contains { $0.level == .error })
  }
}
