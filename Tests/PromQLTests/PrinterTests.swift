import Model
import RandomExpressions
import Testing

@testable import PromQL

@Test(arguments: 0..<40)
func `printed trees parse back to themselves`(seed: UInt64) throws {
  var generator = ExpressionGenerator(seed: seed)
  for round in 0..<25 {
    let type: ValueType = [.instantVector, .scalar, .rangeVector, .instantVector][round % 4]
    let tree = generator.expression(type, depth: 1 + round % 6)
    let text = tree.description
    do {
      let parsed = try Expression(parsing: text, options: .experimental)
      #expect(structure(of: parsed) == structure(of: tree), "\(text)")
      #expect(parsed.description == text)
      #expect(parsed.type == type)
    } catch {
      Issue.record("\(text)\n\(error)")
    }
  }
}

@Test(arguments: 0..<10)
func `formatted trees parse back to themselves and keep their width`(seed: UInt64) throws {
  var generator = ExpressionGenerator(seed: seed)
  for width in [1, 20, 40, 100] {
    let tree = generator.expression(.instantVector, depth: 6)
    let text = tree.formatted(width: width)
    let parsed = try Expression(parsing: text, options: .experimental)
    #expect(structure(of: parsed) == structure(of: tree), "\(text)")
    if tree.description.unicodeScalars.count <= width { #expect(text == tree.description) }
  }
}

@Test(arguments: 0..<10)
func `the stable generator stays within the stable language`(seed: UInt64) throws {
  var generator = ExpressionGenerator(seed: seed)
  generator.options = ParserOptions()
  generator.usesOddNames = false
  for _ in 0..<20 {
    _ = try Expression(parsing: generator.expression(.instantVector, depth: 5).description)
  }
}

@Test func `parentheses are added where a built tree needs them`() {
  func number(_ value: Double) -> Expression { Expression(.number(value), range: 0..<0) }
  func join(_ operation: BinaryOperation, _ left: Expression, _ right: Expression) -> Expression {
    Expression(.binary(Binary(operation: operation, left: left, right: right)), range: 0..<0)
  }
  let sum = join(.add, number(1), number(2))
  #expect(join(.multiply, sum, sum).description == "(1 + 2) * (1 + 2)")
  #expect(join(.subtract, number(3), sum).description == "3 - (1 + 2)")
  #expect(join(.subtract, sum, number(3)).description == "1 + 2 - 3")
  #expect(join(.power, number(-1), number(-2)).description == "(-1) ^ -2")
  #expect(Expression(.unary(.minus, sum), range: 0..<0).description == "-(1 + 2)")
}

@Test func `long expressions are laid out`() throws {
  let text = """
    sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / \
    sum by (service) (rate(http_requests_total[5m])) > 0.01 and on (service) \
    (label_replace(service_info{tier="core"}, "owner", "$1", "team", "(.*)"))
    """
  #expect(
    try Expression(parsing: text).formatted(width: 60) == #"""
            sum by (service) (
              rate(http_requests_total{code=~"5.."}[5m])
            )
          /
            sum by (service) (rate(http_requests_total[5m]))
        >
          0.01
      and on (service)
        (
          label_replace(
            service_info{tier="core"},
            "owner",
            "$1",
            "team",
            "(.*)"
          )
        )
      """#)
}

@Test func `chains and suffixes are laid out`() throws {
  #expect(
    try Expression(parsing: "-max_over_time((alpha + beta - gamma)[1h:1m] offset 5m)")
      .formatted(width: 20) == """
        -max_over_time(
          (
              alpha
            +
              beta
            -
              gamma
          )[1h:1m] offset 5m
        )
        """)
}

@Test(
  arguments: [
    (0, "0"), (-0.0, "-0"), (1, "1"), (1.5, "1.5"), (100, "100"), (0.001, "0.001"),
    (1e-7, "0.0000001"),
    (1e21, "1000000000000000000000"), (123_456_789.125, "123456789.125"), (.infinity, "+Inf"),
    (-.infinity, "-Inf"), (.nan, "NaN"), (0.1 + 0.2, "0.30000000000000004"),
  ] as [(Double, String)])
func `numbers print in full`(value: Double, text: String) {
  #expect(NumberLiteral.text(of: value) == text)
}

@Test(
  arguments: [
    ("0", 0, "0s"), ("1ms", 1, "1ms"), ("90s", 90_000, "1m30s"), ("1d", 86_400_000, "1d"),
    ("7d", 604_800_000, "1w"), ("8d", 691_200_000, "8d"), ("365d", 31_536_000_000, "1y"),
    ("366d", 31_622_400_000, "366d"), ("1y2w", 32_745_600_000, "379d"), ("25h", 90_000_000, "1d1h"),
    ("1h0m5s", 3_605_000, "1h5s"),
  ] as [(String, Milliseconds, String)])
func `durations read and print`(text: String, length: Milliseconds, printed: String) throws {
  #expect(try DurationLiteral.milliseconds(of: text) == length)
  #expect(DurationLiteral.text(of: length) == printed)
}

@Test(arguments: ["", "5", "m", "-5m", "5m ", "1s1m", "1m1m", "1.5h", "1M", "5 m", "µs"])
func `what is no duration`(text: String) {
  #expect(throws: DurationLiteral.Failure.malformed) {
    try DurationLiteral.milliseconds(of: text)
  }
}

@Test(arguments: ["293y", "99999999999999999999s", "9223372036854775807y", "292y53w"])
func `durations beyond 63 bits of nanoseconds`(text: String) {
  #expect(throws: DurationLiteral.Failure.outOfRange) {
    try DurationLiteral.milliseconds(of: text)
  }
}
