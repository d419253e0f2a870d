import Model
import PromQL
import Testing

@testable import Rules

struct `Lint` {
  private func warnings(
    _ rules: String, group: String = "", options: LintOptions = LintOptions()
  ) throws -> [String] {
    let text = "groups:\n- name: g\(group)\n  rules:\n\(rules)\n"
    let (file, diagnostics) = RuleFile.read(text)
    try #require(file != nil, "\(diagnostics)")
    return Rules.Lint.warnings(in: file.map { [$0] } ?? [], options: options).map { diagnostic in
      let place = diagnostic.location.map { "\($0.line):\($0.column)" } ?? "-"
      return "\(place) \(diagnostic.code)"
    }
  }

  /// An alert that is sound but for its expression.
  private func alert(_ expression: String) -> String {
    "  - {alert: a, expr: '\(expression)', labels: {severity: page}, annotations: {summary: s}}"
  }

  @Test(arguments: [
    ("count(up) < 0", "4:23 never-true"), ("count(up) < 1", "4:23 never-true"),
    ("rate(x[5m]) < 0", "4:23 never-true"), ("up[5m]", "4:23 not-a-vector"),
    ("abs(x) == -1", "4:23 never-true"),
    ("-abs(x) > 0", "4:23 never-true"), ("minute() > 59", "4:23 never-true"),
    ("(x > 5) < 3", "4:23 never-true"), ("sum(rate(x[5m])) * 2 < 0", "4:23 never-true"),
    ("up == 1 and count(up) == 0", "4:35 never-true"), ("clamp_max(x, 1) > 1", "4:23 never-true"),
    ("(x == bool 1) > 1", "4:23 never-true"), ("1 > count(up)", "4:23 never-true"),
    ("x > 1 and x < 0", "4:23 never-true"), ("x > 1 and x < 1", "4:23 never-true"),
    ("x == 1 and x == 2", "4:23 never-true"), ("1 < x and (x <= 1)", "4:23 never-true"),
    ("(x > 1 and y > 0) and 0 > x", "4:23 never-true"),
    ("avg by (a) (x) > 2 and avg by (a) (x) < 1", "4:23 never-true"),
    ("rate(x[5m]) >= 0", "4:23 always-true"), ("x > bool 1", "4:23 bool-alert"),
    ("rate(disk_used_ratio[5m]) > 1", "4:23 rate-of-gauge"),
    ("sum(http_requests_total) > 5", "4:23 counter-without-rate"),
    ("histogram_quantile(0.9, sum by (job) (rate(d_bucket[5m]))) > 1", "4:47 no-le"),
    ("histogram_quantile(0.9, sum without (le) (rate(d_bucket[5m]))) > 1", "4:47 no-le"),
  ])
  func `finds`(expression: String, want: String) throws {
    #expect(try warnings(alert(expression)) == [want])
  }

  @Test(arguments: [
    "count(up) > 0", "up > 1", "rate(x[5m]) > 0", "x - y < 0", "absent(up) == 1", "vector(1)",
    "sum by (job) (rate(http_requests_total[5m])) > 5", "avg(x_ratio) > 1",
    "histogram_quantile(0.9, sum by (le) (rate(d_bucket[5m]))) > 1", "x > 5 and x < 9",
    "x > 1 and on (a) x < 0", "{__name__=~\"x.*\"} > 1 and {__name__=~\"x.*\"} < 0",
    "x > 1 and x offset 5m < 0", "x >= 1 and x <= 1", "x > 1 and y < 0", "x != 1 and x != 2",
    "x / y > 1", "delta(disk_used_ratio[5m]) > 1", "5 < x", "x * -1 > 0", "x > NaN",
  ])
  func `leaves alone`(expression: String) throws {
    #expect(try warnings(alert(expression)) == [])
  }

  @Test func `finds what alerts lack`() throws {
    #expect(
      try warnings("  - {alert: a, expr: up == 0}") == ["4:13 no-severity", "4:13 no-summary"])
    #expect(
      try warnings(
        "  - {alert: a, threshold: {of: x, above: {high: 1}}, annotations: {summary: s}}")
        == [])
  }

  @Test func `finds a short for and duplicates`() throws {
    let rule =
      "  - {alert: a, expr: up == 0, for: 10s, labels: {severity: x}, annotations: {summary: s}}"
    #expect(try warnings(rule, group: "\n  interval: 15s") == ["5:13 short-for"])
    #expect(try warnings(rule, group: "\n  interval: 10s") == [])
    #expect(
      try warnings(
        "  - {record: a, expr: 1}\n  - {record: a, expr: 2}\n  - {record: a, expr: 1, labels: {b: c}}"
      )
        == ["5:14 duplicate-rule"])
  }

  @Test func `finds short windows and unknown metrics where it can know`() throws {
    var options = LintOptions()
    options.sampleInterval = 30_000
    options.metricNames = ["http_requests_total", "up"]
    let rules = alert("rate(http_request_total[1m]) > 1")
    #expect(
      try warnings(rules, options: options)
        == ["4:28 short-window", "4:28 unknown-metric"].sorted().reversed())
    #expect(try warnings(alert("rate(http_requests_total[2m]) > up"), options: options) == [])
  }
}

struct `What an alert observes` {
  @Test(
    arguments: [
      ("cpu > 0.8", "cpu", 0.8), ("0.8 < cpu", "cpu", 0.8), ("(cpu > 4 * 0.2)", "cpu", 0.8),
      ("cpu > 0.8 and on (host) up == 1", "cpu", 0.8), ("cpu unless maintenance", "cpu", nil),
      ("a > b", "a", nil), ("up", "up", nil), ("a > bool 1", "a > bool 1", nil),
      ("sum(rate(x[5m])) / sum(y) > 0.05", "sum(rate(x[5m])) / sum(y)", 0.05),
    ] as [(String, String, Double?)])
  func `is read from its text`(text: String, operand: String, bound: Double?) throws {
    let observation = WatchedExpression(try Expression(parsing: text))
    #expect("\(observation.operand)" == operand)
    #expect(observation.bound.map { ($0 * 1e9).rounded() } == bound.map { ($0 * 1e9).rounded() })
  }
}
