import Testing

@testable import PromQL

@Test func `functions are sorted and found by name`() {
  #expect(Function.all.map(\.name) == Function.all.map(\.name).sorted())
  for function in Function.all { #expect(Function.named(function.name)?.name == function.name) }
  #expect(Function.named("Rate") == nil)
  #expect(Function.named("holt_winters") == nil)
}

@Test(
  arguments: [
    ("time", 0, 0), ("abs", 1, 1), ("round", 1, 2), ("hour", 0, 1), ("info", 1, 2),
    ("label_join", 3, nil), ("sort_by_label", 1, nil), ("histogram_quantiles", 3, 12),
  ] as [(String, Int, Int?)])
func `variadic bounds the number of arguments`(name: String, least: Int, most: Int?) throws {
  let function = try #require(Function.named(name))
  #expect(function.argumentCountMin == least)
  #expect(function.argumentCountMax == most)
}

@Test func `the last type stands for all further arguments`() throws {
  let function = try #require(Function.named("label_join"))
  #expect(function.argumentType(at: 0) == .instantVector)
  #expect(function.argumentType(at: 9) == .string)
  #expect(Function.named("abs")?.argumentType(at: 1) == nil)
}
