import Statistics
import Testing

@testable import Model

/// The naive twin: all ends that a node can reach from a start, by the definition.
private func ends(_ node: PatternNode, _ text: [Unicode.Scalar], from start: Int) -> Set<Int> {
  func isWord(_ index: Int) -> Bool {
    text.indices.contains(index) && ScalarSet.words.contains(text[index].value)
  }
  switch node {
  case .empty: return [start]
  case .set(let set):
    return start < text.count && set.contains(text[start].value) ? [start + 1] : []
  case .sequence(let nodes):
    return nodes.reduce([start]) { starts, node in
      Set(starts.flatMap { ends(node, text, from: $0) })
    }
  case .choice(let nodes): return Set(nodes.flatMap { ends($0, text, from: start) })
  case .group(_, let inner): return ends(inner, text, from: start)
  case .repetition(let inner, let least, let most, _):
    var reached: Set<Int> = least == 0 ? [start] : []
    var current: Set<Int> = [start]
    for count in 1...(most ?? least + text.count + 1) where count <= most ?? .max {
      current = Set(current.flatMap { ends(inner, text, from: $0) })
      if count >= least { reached.formUnion(current) }
    }
    return most == 0 ? [start] : reached
  case .assertion(let assertion):
    let holds =
      switch assertion {
      case .textStart: start == 0
      case .textEnd: start == text.count
      case .lineStart: start == 0 || text[start - 1] == "\n"
      case .lineEnd: start == text.count || text[start] == "\n"
      case .wordBoundary: isWord(start - 1) != isWord(start)
      case .notWordBoundary: isWord(start - 1) == isWord(start)
      }
    return holds ? [start] : []
  }
}

private func randomPattern(_ generator: inout SplitMix64, depth: Int) -> String {
  func inner() -> String { randomPattern(&generator, depth: depth - 1) }
  let atoms = [
    "a", "b", "é", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$", "(?m:^)", "(?i:B)", "\n",
  ]
  guard depth > 0, Int.random(in: 0..<5, using: &generator) > 0 else {
    return atoms.randomElement(using: &generator) ?? "a"
  }
  switch Int.random(in: 0..<6, using: &generator) {
  case 0: return inner() + inner()
  case 1: return "(" + inner() + "|" + inner() + ")"
  case 2: return "(" + inner() + ")*"
  case 3: return "(?:" + inner() + ")+?"
  case 4: return "(" + inner() + "){0,2}"
  default: return "(" + inner() + ")?" + inner()
  }
}

@Test(arguments: 0..<20)
func `automaton and machine agree with the definition`(seed: UInt64) throws {
  var generator = SplitMix64(seed: seed)
  let letters = ["a", "b", "B", "é", "\n", "_", " "]
  for _ in 0..<20 {
    let source = randomPattern(&generator, depth: 4)
    var parser = PatternParser(source, dotMatchesNewline: true)
    let node = try parser.parse()
    let pattern = try Pattern(source)
    for _ in 0..<12 {
      let text = (0..<Int.random(in: 0..<7, using: &generator)).map { _ in
        letters.randomElement(using: &generator) ?? "a"
      }.joined()
      let scalars = Array(text.unicodeScalars)
      let want = ends(node, scalars, from: 0).contains(scalars.count)
      #expect(pattern.matchesWhole(text) == want, "\(source) on \(text)")
      #expect((pattern.wholeMatch(in: text) != nil) == want, "\(source) on \(text)")
      let found = pattern.firstMatch(in: text)
      let starts = scalars.indices.map { $0 } + [scalars.count]
      let first = starts.first { !ends(node, scalars, from: $0).isEmpty }
      let offset = first.map { String(String.UnicodeScalarView(scalars[..<$0])).utf8.count }
      #expect(found?.range.lowerBound == offset, "\(source) in \(text)")
    }
  }
}

@Test(arguments: 0..<8)
func `garbage never traps`(seed: UInt64) {
  var generator = SplitMix64(seed: seed)
  let parts = [
    "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "\\", "^", "$", "a", "é", "-", ",",
    "1", "9", "<", ">", "P", "p", "Q", "E", "x", ":", "[:", ":]", "(?", "(?P<", "\\p{", ".", "i",
  ]
  for _ in 0..<2000 {
    let source = (0..<Int.random(in: 0..<14, using: &generator)).map { _ in
      parts.randomElement(using: &generator) ?? ""
    }.joined()
    if let pattern = try? Pattern(source) {
      _ = pattern.matchesWhole("a\né1")
      _ = pattern.replaceAll(in: "aé1", with: "$0${x}")
    }
  }
}
