import PromQL
import Rules
import Testing

@testable import Engine

/// Which rules read what others write.
@Suite struct RuleWritesTests {
  private static let rules = """
    groups:
      - name: g
        rules:
          - {record: a, expr: up}
          - {alert: Down, expr: up == 0}
          - {record: b, expr: a}
          - {record: a, expr: up, labels: {half: second}}
          - alert: Odd
            baseline: {of: up}
    """

  @Test(
    arguments: [
      ("a", 0...3), ("sum(rate(b[5m]))", 2...2), ("a + on () b", 0...3), ("up", nil),
      ("ALERTS", 1...4), ("ALERTS_FOR_STATE", 1...4), ("Odd:upper", 4...4), ("Down", nil),
      ("count({half=\"second\"})", 0...4), ("info(up)", 0...4), ("max_over_time(b[1h:1m])", 2...2),
      ("1 + vector(2)", nil),
    ] as [(String, ClosedRange<Int>?)])
  func `the first and the last that write what is read`(
    text: String, writers: ClosedRange<Int>?
  ) throws {
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: Self.rules)])
    let rules = try #require(loaded.ruleSet).groups.flatMap(\.rules)
    #expect(rules.count == 5)
    let expression = try Expression(parsing: text, options: .experimental)
    #expect(RuleWrites(rules).writers(of: expression) == writers)
  }
}
