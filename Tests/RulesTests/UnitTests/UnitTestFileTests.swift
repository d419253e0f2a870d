import Model
import PromQL
import Testing

@testable import Rules

@Suite struct UnitTestFileTests {
  struct Bad: CustomTestStringConvertible {
    var text: String
    var want: String
    var testDescription: String { want }
  }

  @Test(arguments: [
    Bad(
      text: "tests:\n- input_series:\n  - {series: 'up{a=\"b\"', values: '1'}",
      want: "t.yml:3:23: error: the text ends where"),
    Bad(
      text: "tests:\n- input_series:\n  - series: up\n    values: '1 2 z'",
      want: "t.yml:4:18: error: unexpected \"z\", want a number"),
    Bad(
      text: "tests:\n- promql_expr_test:\n  - expr: rte(x)",
      want: "t.yml:3:11: error: could not parse expression"),
    Bad(
      text: "tests:\n- promql_expr_test:\n  - eval_time: 5m",
      want: "t.yml:3:5: error: a query test needs 'expr'"),
    Bad(
      text: "tests:\n- alert_rule_test:\n  - eval_time: 5m",
      want: "t.yml:3:5: error: an alert test needs 'alertname'"),
    Bad(
      text: "tests:\n- alert_rule_test:\n  - {alertname: A, eval_time: 5x}",
      want: "t.yml:3:31: error: not a valid duration string: \"5x\""),
    Bad(
      text: "tests:\n- promql_expr_test:\n  - {expr: x, exp_samples: [{histogram: '{{sum:x}}'}]}",
      want: "t.yml:3:48: error: unexpected"),
    Bad(text: "test: []", want: "t.yml:1:1: error: unknown key \"test\""),
    Bad(
      text: "group_eval_order: [a, b, a]",
      want: "t.yml:1:26: error: group \"a\" stands twice in the order"),
    Bad(text: "fuzzy_compare: maybe", want: "t.yml:1:16: error: expected true or false"),
    Bad(text: "tests: [{start_timestamp: soon}]", want: "t.yml:1:27: error: cannot read \"soon\""),
    Bad(
      text: "tests: [{incident_test: [{exp_incidents: [{severity: grave}]}]}]",
      want: "t.yml:1:54: error: unknown severity \"grave\""),
  ])
  func `a mistake is told at its place`(bad: Bad) {
    let (file, diagnostics) = UnitTestFile.read(bad.text, path: "t.yml")
    #expect(file == nil)
    let said = diagnostics.map(\.description).joined(separator: "\n")
    #expect(said.hasPrefix(bad.want), "\(said)")
  }

  @Test func `every key is read`() throws {
    let text = """
      rule_files: [a.yml, b/*.yml]
      evaluation_interval: 30s
      group_eval_order: [b, a]
      fuzzy_compare: yes
      tests:
      - {}
      - name: all
        interval: 10s
        start_timestamp: 2024-01-01T01:00:00.5+01:00
        external_labels: {zone: 1}
        external_url: http://x/
        input_series:
        - series: up
          values: 1
        - series: up@st
          values: -1s
        alert_rule_test:
        - {eval_time: 1m, alertname: A, exp_alerts: [{exp_labels: {a: 5, b: ~}}]}
        promql_expr_test:
        - {expr: up, eval_time: 2m, exp_samples: [{value: .nan}, {histogram: '{{count:1}}'}]}
        incident_test:
        - {eval_time: 3m, exp_incidents: [{services: [b, a], severity: low, state: open}]}
      """
    let (read, diagnostics) = UnitTestFile.read(text)
    #expect(diagnostics.isEmpty)
    let file = try #require(read)
    #expect(file.ruleFiles.map(\.text) == ["a.yml", "b/*.yml"])
    #expect(file.evaluationInterval == 30_000 && file.comparesFuzzily)
    #expect(file.groupOrder == ["b", "a"])
    #expect(file.tests[0].title == "unnamed#0" && file.tests[0].interval == 30_000)
    let test = file.tests[1]
    #expect(test.interval == 10_000 && test.end == 180_000)
    #expect(test.start.description == "2024-01-01T00:00:00.500Z")
    #expect(test.externalLabels == ["zone": "1"] && test.externalURL == "http://x/")
    #expect(test.series.map(\.isStartTimes) == [false, true])
    #expect(test.alerts[0].wanted[0].labels == ["alertname": "A", "a": "5"])
    #expect(test.queries[0].wanted[0].value.isNaN)
    #expect(test.queries[0].wanted[1].histogram?.count == 1)
    #expect(
      test.incidents[0].wanted == [.init(severity: .low, services: ["a", "b"], state: "open")])
  }

  @Test(
    arguments: [
      ("2024-02-30T00:00:00Z", nil), ("2024-01-01T24:00:00Z", nil), ("2024-01-01T00:00:00", nil),
      ("2024-01-01T00:00:00+1:00", nil), ("2024-01-01", nil),
      ("1970-01-01T00:00:01.25Z", 1250), ("1969-12-31T23:59:59.000999Z", -1000),
      ("1970-01-01T00:00:00-00:30", 1_800_000),
    ] as [(String, Int64?)])
  func `times in RFC 3339`(text: String, milliseconds: Int64?) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    ("a.yml", ["t/a.yml"]), ("*.yml", ["t/a.yml", "t/b.yml"]), ("[!b]*", ["t/b.yml"]),
    ("[^b].y?l", ["t/a.yml"]), ("../t/[a-b].yml", ["t/../t/a.yml", "t/../t/b.yml"]),
    ("*/x.yml", ["t/sub/x.yml"]), ("\\a*", ["t/a.yml"]), ("*.yaml", []),
    ("c.yml", []),
  ])
  func `patterns of rule files`(pattern: String, want: [String]) {
    let folders = [
      "t": ["t/b.yml", "t/a.yml", "t/sub"], "t/sub": ["t/sub/x.yml"],
      "t/../t": ["a.yml", "b.yml", "sub"],
    ]
    let files = RuleSet.Files(list: { folders[$0] ?? [] }, read: { _ in [] })
    var file = UnitTestFile(path: "t/test.yml")
    file.ruleFiles = [.init(text: pattern, location: SourceLocation(line: 1, column: 1))]
    let (paths, diagnostics) = file.rulePaths(from: files)
    #expect(paths.map(\.path) == want)
    #expect(diagnostics.isEmpty == !want.isEmpty)
  }

  @Test(arguments: ["NaN", "Inf", "+Inf", "-inf", "nan"])
  func `a value is a number of YAML`(text: String) {
    let file = "tests: [{promql_expr_test: [{expr: up, exp_samples: [{value: \(text)}]}]}]"
    #expect(UnitTestFile.read(file).diagnostics.map(\.code) == ["bad-number"])
  }
}
