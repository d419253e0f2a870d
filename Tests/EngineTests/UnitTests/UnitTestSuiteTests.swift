import Model
import Rules
import Testing

@testable import Engine

/// Rules of the tests below: recording, alerting with `for`, and a failing join on demand.
private let rules = """
  groups:
  - name: second
    interval: 7h
    rules:
    - alert: Slow
      expr: double > 2
      for: 2m
      labels: {zone: '{{ $externalLabels.zone }}'}
      annotations: {summary: 'value {{ $value }} at {{ $externalURL }}'}
  - name: first
    rules:
    - {record: double, expr: 2 * x}
  - name: joins
    rules:
    - {record: joined, expr: left + on (a) right}
  """

/// Everything that is wrong with a test file over these rules; "" when it passes.
private func verdict(_ text: String, rules: String = rules) -> String {
  let files = RuleSet.Files(
    list: { $0 == "." ? ["r.yml"] : nil },
    read: { path in
      switch path {
      case "t.yml": return Array(text.utf8)
      case "r.yml": return Array(rules.utf8)
      default: throw Missing()
      }
    })
  let loaded = UnitTestSuite.load("t.yml", from: files)
  guard let suite = loaded.suite else {
    return loaded.diagnostics.map(\.description).joined(separator: "\n")
  }
  return suite.run().flatMap(\.failures).map(\.description).joined(separator: "\n")
}

private struct Missing: Error {}

private func test(_ body: String, head: String = "") -> String {
  "rule_files: [r.yml]\n\(head)\ntests:\n" + body
}

@Suite struct UnitTestSuiteTests {
  static let ordered = "group_eval_order: [first, second]"
  static let slow = """
    - name: slow
      start_timestamp: 2024-01-01T00:00:07Z
      external_labels: {zone: eu}
      external_url: http://x/
      input_series: [{series: 'x{a="b"}', values: '1 1 2x8'}]
    """

  @Test func `an alert fires after its time, with what it says expanded`() {
    let body = """
        alert_rule_test:
        - {eval_time: 3m59s, alertname: Slow}
        - eval_time: 4m
          alertname: Slow
          exp_alerts:
          - exp_labels: {a: b, zone: eu}
            exp_annotations: {summary: 'value 4 at http://x/'}
      """
    #expect(verdict(test(Self.slow + "\n" + body, head: Self.ordered)) == "")
    // In the order of the file the alert sees the value of the tick before.
    let late = verdict(test(Self.slow + "\n" + body))
    #expect(late.hasPrefix("t.yml:11:5: alert Slow at 4m: not as expected"), "\(late)")
    #expect(late.hasSuffix("    - Slow{a=\"b\", zone=\"eu\"}"), "\(late)")
  }

  @Test func `a difference shows what differs`() {
    let body = """
        alert_rule_test:
        - eval_time: 5m
          alertname: Slow
          exp_alerts:
          - exp_labels: {a: b, zone: eu}
            exp_annotations: {summary: wrong, extra: x}
          - exp_labels: {a: c}
      """
    let want = """
      t.yml:10:5: alert Slow at 5m: not as expected (- expected, + got)
            Slow{a="b", zone="eu"}
          -   extra: "x"
          -   summary: "wrong"
          +   summary: "value 4 at http://x/"
          - Slow{a="c"}
      """
    let got = verdict(test(Self.slow + "\n" + body, head: Self.ordered))
    #expect(got == want)
  }

  struct Query: CustomTestStringConvertible {
    var query: String
    var samples: String
    var isFuzzy = false
    var isEqual: Bool
    var testDescription: String { query }
  }

  @Test(arguments: [
    Query(query: "y", samples: "{labels: y, value: 0.3}", isEqual: false),
    Query(query: "y", samples: "{labels: y, value: 0.3}", isFuzzy: true, isEqual: true),
    Query(query: "y + 1e-9", samples: "{value: 0.3}", isFuzzy: true, isEqual: false),
    Query(query: "nans", samples: "{labels: nans, value: .nan}", isEqual: true),
    Query(query: "time()", samples: "{value: 120}", isEqual: true),
    Query(query: "time()", samples: "", isEqual: false),
    Query(query: "later", samples: "", isEqual: true),
    Query(query: "gone", samples: "", isEqual: true),
    Query(query: "y == 7", samples: "", isEqual: true),
    Query(query: "h", samples: "{labels: h, histogram: '{{count:1 buckets:[1]}}'}", isEqual: true),
    Query(query: "h", samples: "{labels: h, histogram: '{{count:2 buckets:[2]}}'}", isEqual: false),
    Query(query: "y[5m]", samples: "", isEqual: false),
    Query(query: "'text'", samples: "", isEqual: false),
  ])
  func `samples are compared as sets`(query: Query) {
    let text = """
      fuzzy_compare: \(query.isFuzzy)
      tests:
      - input_series:
        - {series: y, values: '0.30000000000000004'}
        - {series: nans, values: 'NaN'}
        - {series: later, values: '_x3 1'}
        - {series: gone, values: '1 stale'}
        - {series: h, values: '{{count:1 buckets:[1]}}'}
        promql_expr_test:
        - {expr: "\(query.query)", eval_time: 2m, exp_samples: [\(query.samples)]}
      """
    let said = verdict(text)
    #expect(said.isEmpty == query.isEqual, "\(said)")
  }

  @Test func `a failing rule ends its test`() {
    let body = """
      - input_series:
        - {series: 'left{a="1"}', values: '1'}
        - {series: 'right{a="1",b="1"}', values: '_ 1'}
        - {series: 'right{a="1",b="2"}', values: '_ 1'}
        promql_expr_test:
        - {expr: left == 5, eval_time: 10m}
      """
    #expect(verdict(test(body)).hasPrefix("r.yml:15:14: rule \"joined\": "))
  }

  @Test func `files that cannot be used`() {
    // A file that is not there is a warning, as in promtool.
    #expect(verdict("rule_files: [none.yml]") == "")
    #expect(verdict(test("- {}"), rules: "groups: [{name: a, rules: [{record: x}]}]") != "")
  }

  @Test func `incidents are expected by what is known of them`() {
    let alerting = """
      groups:
      - name: g
        rules:
        - alert: Down
          expr: up == 0
          labels: {severity: critical}
      """
    let body = """
      - input_series: [{series: 'up{service="db"}', values: '1 1 0x8'}]
        incident_test:
        - {eval_time: 1m}
        - {eval_time: 2m, exp_incidents: [{services: [db], state: open}]}
        - {eval_time: 3m, exp_incidents: [{services: [api]}]}
      """
    let said = verdict(test(body), rules: alerting)
    #expect(said.hasPrefix("t.yml:8:5: incidents at 3m: not as expected"), "\(said)")
    #expect(said.contains("    - api\n    + open "), "\(said)")
  }

  @Test func `tests are chosen by name`() throws {
    let (file, _) = UnitTestFile.read("tests: [{name: one}, {name: two}, {}]")
    let suite = UnitTestSuite(file: try #require(file), rules: RuleSet())
    #expect(suite.run { $0.contains("o") }.map(\.name) == ["one", "two"])
    #expect(suite.run { $0.isEmpty }.map(\.name) == ["unnamed#2"])
  }

  @Test func `JUnit XML escapes what it is given`() throws {
    let (file, _) = UnitTestFile.read(
      "tests: [{name: '<a>&\"', promql_expr_test: [{expr: vector(1)}]}, {}]", path: "t.yml")
    var report = JUnitReport()
    report.add(file: "t.yml", UnitTestSuite(file: try #require(file), rules: RuleSet()).run())
    report.add(file: "u.yml", unusable: "bad\u{1}")
    #expect(report.text.contains("tests=\"2\" failures=\"1\" errors=\"0\">"))
    #expect(report.text.contains("<testcase name=\"&lt;a&gt;&amp;&quot;\" classname=\"t.yml\">"))
    #expect(report.text.contains("<testcase name=\"unnamed#1\" classname=\"t.yml\"/>"))
    #expect(report.text.contains("<error message=\"unusable file\">bad\u{fffd}</error>"))
  }
}
