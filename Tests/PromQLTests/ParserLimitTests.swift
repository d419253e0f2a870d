import Testing

@testable import PromQL

private func repeated(_ text: String, _ count: Int) -> String {
  String(repeating: text, count: count)
}

private func firstError(_ text: String, _ options: ParserOptions = .experimental) -> ParseError? {
  do {
    _ = try Expression(parsing: text, options: options)
    return nil
  } catch {
    return error.errors.first
  }
}

@Test(
  arguments: [
    ("(", ""), ("(", "a"), ("-", "a"), ("1 ^ ", "1"), ("abs(", "a"), ("sum(", "a"), ("a[(", "5m"),
    ("a[-", "5m"), ("a[min_of(", "1"), ("2 ^ -(", "1"), ("1 + (", "1"),
    ("a or b and c == d + e * f ^ (", "g"),
  ] as [(String, String)])
func `nesting is bounded`(part: String, end: String) {
  // Brackets do not nest in brackets: `a[(` repeats only its parenthesis.
  let unit = part.hasPrefix("a[") ? String(part.dropFirst(2)) : part
  let start = part.hasPrefix("a[") ? "a[" : ""
  let error = firstError(start + repeated(unit, 100_000 / unit.utf8.count * 2) + end)
  #expect(error?.reason == .tooDeep(limit: 200) || error?.reason == .tooLong(limit: 1 << 20))
  #expect(firstError("(" + repeated("(", 199) + "a" + repeated(")", 200)) == nil)
  #expect(firstError(repeated("(", 201) + "a" + repeated(")", 201))?.range == 200..<201)
}

@Test func `chains are bounded and need no deep stack`() throws {
  let chain = repeated("a + ", 998) + "a"
  let expression = try Expression(parsing: chain)
  #expect(expression.description == chain)
  #expect(expression.type == .instantVector)
  #expect(expression.formatted(width: 20).utf8.count > chain.utf8.count)
  #expect(firstError(repeated("a + ", 100_000) + "a")?.reason == .tooDeep(limit: 1000))
  #expect(firstError("a" + repeated("[5m:1m]", 2))?.code == .type)
  #expect(firstError("a[" + repeated("1 + ", 100_000) + "1]")?.reason == .tooDeep(limit: 200))
}

@Test func `long texts are refused`() {
  var options = ParserOptions()
  options.limits.textBytesMax = 10
  #expect(firstError("a + b + cde", options)?.reason == .tooLong(limit: 10))
  #expect(firstError("a + b + cd", options) == nil)
}

@Test func `errors are bounded`() {
  var options = ParserOptions()
  options.limits.errorsMax = 5
  let thrown = #expect(throws: ParseErrors.self) {
    try Expression(parsing: repeated("rte(a) + ", 50) + "a", options: options)
  }
  #expect(thrown?.errors.count == 5)
}

@Test func `wide texts are fine`() throws {
  let labels = (0..<5000).map { "l\($0)=\"v\"" }.joined(separator: ",")
  let expression = try Expression(
    parsing: "a{\(labels)} + on (\(labels.filter { $0 != "\"" && $0 != "=" })) b")
  #expect(expression.children.count == 2)
}
