import Model
import Testing

@testable import PromQL

/// A row of a table: a text and what comes of it.
struct Row: CustomTestStringConvertible {
  var text: String
  var want: String
  var testDescription: String { text }
}

func rows(_ table: String) -> [Row] {
  table.split(separator: "\n").compactMap { line in
    guard let arrow = line.unicodeScalars.firstRange(of: " => ".unicodeScalars) else { return nil }
    return Row(text: String(line[..<arrow.lowerBound]), want: String(line[arrow.upperBound...]))
  }
}

private func errors(_ text: String, _ options: ParserOptions) -> String {
  do {
    return "accepted as \(try Expression(parsing: text, options: options))"
  } catch {
    return error.errors.map { "\($0.range) \($0.message)" }.joined(separator: " ; ")
  }
}

private func printed(_ text: String, _ options: ParserOptions) throws -> String {
  let expression = try Expression(parsing: text, options: options)
  let again = try Expression(parsing: expression.description, options: options)
  #expect(structure(of: again) == structure(of: expression))
  #expect(expression.range == 0..<text.utf8.count)
  return expression.description
}

@Test(arguments: rows(stableNotation))
func `the stable language reads and prints`(row: Row) throws {
  #expect(try printed(row.text, ParserOptions()) == row.want)
  // No switch changes what a text of the stable language means.
  #expect(try printed(row.text, .experimental) == row.want)
}

@Test(arguments: rows(experimentalNotation))
func `experimental parts read and print`(row: Row) throws {
  #expect(try printed(row.text, .experimental) == row.want)
}

@Test(arguments: rows(stableErrors) + rows(disabledErrors))
func `every error has its place`(row: Row) {
  #expect(errors(row.text, ParserOptions()) == row.want)
}

@Test(arguments: rows(experimentalErrors))
func `errors of experimental parts`(row: Row) {
  #expect(errors(row.text, .experimental) == row.want)
}

@Test(arguments: ["", " \n\t\r ", "# a comment", "# a\n# b\n"])
func `a text without an expression is refused`(text: String) {
  #expect(errors(text, ParserOptions()) == "0..<\(text.utf8.count) no expression found in input")
}

@Test func `blanks, line breaks and comments part tokens`() throws {
  let text = """
    sum # the total
      by (\tjob ) # per job
    (rate(x{ # only
      a = "1" , # this
    }[5m]))\r\n
    """
  let expression = try Expression(parsing: text)
  #expect(expression.description == #"sum by (job) (rate(x{a="1"}[5m]))"#)
  #expect(try Expression(parsing: "a#b").description == "a")
  #expect(try Expression(parsing: "\"a#b\"").description == "\"a#b\"")
  #expect(try Expression(parsing: "`a\nb`").description == #""a\nb""#)
}

@Test(
  arguments: rows(
    """
    1 + 2 * 3 => (+ 1 (* 2 3))
    1 * 2 + 3 => (+ (* 1 2) 3)
    1 - 2 - 3 => (- (- 1 2) 3)
    2 ^ 3 ^ 2 => (^ 2 (^ 3 2))
    -1 ^ 2 => (- (^ 1 2))
    -a * b => (* (- a) b)
    -a ^ -b ^ c => (- (^ a (- (^ b c))))
    2 ^ -a * 3 => (* (^ 2 (- a)) 3)
    a or b and c unless d => (or a (unless (and b c) d))
    a or b or c => (or (or a b) c)
    a == b + c > d => (> (== a (+ b c)) d)
    a </ b + c >/ d => (>/ (</ a (+ b c)) d)
    a atan2 b * c % d / e => (/ (% (* (atan2 a b) c) d) e)
    a + b offset 5m => (+ a b offset 5m)
    -a offset 5m => (- a offset 5m)
    a offset 1m + 2 => (+ a offset 1m 2)
    """
  )
)
func `operators bind as they should`(row: Row) throws {
  #expect(grouping(of: try Expression(parsing: row.text)) == row.want)
}

@Test(
  arguments: [
    ("1", .scalar), ("\"a\"", .string), ("a", .instantVector), ("a[5m]", .rangeVector),
    ("a[5m:]", .rangeVector), ("(a[5m])", .rangeVector), ("-a", .instantVector), ("-(1)", .scalar),
    ("1 + 1", .scalar), ("1 + a", .instantVector), ("1 == bool 1", .scalar),
    ("sum(a)", .instantVector),
    ("time()", .scalar), ("rate(a[5m])", .instantVector), ("scalar(a) * 2", .scalar),
  ] as [(String, ValueType)])
func `expressions have types`(text: String, type: ValueType) throws {
  #expect(try Expression(parsing: text).type == type)
}

@Test func `every node knows its place in the text`() throws {
  let text = "  sum by (x) (rate(a{b=\"é\"}[5m] offset 1m)) + -(b @ 3) "
  let expression = try Expression(parsing: text)
  var found: [String] = []
  func visit(_ node: Expression) {
    let bytes = Array(text.utf8)
    found.append(String(decoding: bytes[node.range], as: UTF8.self))
    node.children.forEach(visit)
  }
  visit(expression)
  #expect(
    found == [
      "sum by (x) (rate(a{b=\"é\"}[5m] offset 1m)) + -(b @ 3)",
      "sum by (x) (rate(a{b=\"é\"}[5m] offset 1m))", "rate(a{b=\"é\"}[5m] offset 1m)",
      "a{b=\"é\"}[5m] offset 1m", "-(b @ 3)", "(b @ 3)", "b @ 3",
    ])
}

@Test func `a name before the braces comes first`() throws {
  guard case .vectorSelector(let selector) = try Expression(parsing: "up{a=\"1\"}").kind else {
    Issue.record("not a selector")
    return
  }
  #expect(selector.matchers.map(\.description) == [#"__name__="up""#, #"a="1""#])
  #expect(selector.metricName == "up")
}

@Test func `an error shows its line`() throws {
  let text = "sum(\n  rte(é[5m])\n)"
  let thrown = #expect(throws: ParseErrors.self) { try Expression(parsing: text) }
  let error = try #require(thrown?.errors.first)
  #expect(
    error.diagnostic(in: text).description == """
      2:3: error: unknown function with name "rte"; did you mean "rate"?
            rte(é[5m])
            ^~~
      """)
  let place = SourceLocation(file: "rules/a.yml", line: 7, column: 13)
  let inFile = error.diagnostic(in: text, at: place)
  #expect(inFile.location == SourceLocation(file: "rules/a.yml", line: 8, column: 15))
  #expect(inFile.code == "unknown-function")
}

@Test func `an error at the end of the text shows its line`() throws {
  let thrown = #expect(throws: ParseErrors.self) { try Expression(parsing: "1 +") }
  #expect(
    thrown?.errors.first?.diagnostic(in: "1 +").description
      == "1:4: error: unexpected end of input\n    1 +\n       ^")
}
