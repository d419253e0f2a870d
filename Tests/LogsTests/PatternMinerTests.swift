import Model
import Statistics
import Testing

@testable import Logs

struct PatternMinerTests {
  private func texts(
    _ lines: [String], _ limits: LogLimits = LogLimits()
  ) -> [String] {
    var miner = PatternMiner(limits, mask: SecretMask())
    return lines.enumerated().map { index, line in
      let time = Int64(index) * 1000
      let number = miner.pattern(
        of: Array(line.utf8), at: time, idleBefore: time - limits.idleMax)
      return miner[number].text
    }
  }

  @Test(arguments: [
    ("took 15ms", "took <num>"), ("took 1.5 s, or 3%", "took <num> s, or <num>"),
    ("user=ann id=17", "user=ann id=<num>"), ("from 10.0.0.1:5432", "from <*>"),
    ("job 7f3a-11 done", "job <*> done"), ("mail to ann@example.org failed", "mail to <*> failed"),
    ("at (x1) [17]:", "at (<*>) [<num>]:"), ("no digits at all", "no digits at all"),
    ("token=abcdefg of ann", "token=*** of ann"), ("", "<empty>"),
  ])
  func `what varies is taken out`(_ line: String, _ want: String) {
    #expect(texts([line]) == [want])
  }

  @Test func `a word is a variable once eight different ones stood in its place`() {
    let names = ["ann", "ben", "cem", "dia", "eva", "fay", "gus", "hal", "ida"]
    let found = texts(
      names.map { "user \($0) logged in" } + ["user ann logged in", "user ann left in"])
    #expect(found.prefix(7) == names.prefix(7).map { "user \($0) logged in" }[...])
    #expect(found[7...9] == ["user <*> logged in", "user <*> logged in", "user <*> logged in"])
    #expect(found[10] == "user ann left in")
  }

  @Test func `more patterns than the limit are one`() {
    var limits = LogLimits()
    limits.patternsMax = 3
    let found = texts(["alpha", "beta", "gamma", "delta", "alpha"], limits)
    #expect(found == ["alpha", "beta", "gamma", "<other>", "alpha"])
  }

  @Test func `idle patterns make room`() {
    var limits = LogLimits()
    limits.patternsMax = 2
    limits.idleMax = 1500
    #expect(texts(["alpha", "beta", "gamma", "delta"], limits).last == "delta")
  }

  @Test func `a long pattern is cut after a word, a sample too, and secrets are masked before`() {
    var limits = LogLimits()
    limits.patternBytesMax = 20
    limits.sampleBytesMax = 20
    var miner = PatternMiner(limits, mask: SecretMask(values: ["opensesame"]))
    let line = "password: opensesame was refused by the door"
    let number = miner.pattern(of: Array(line.utf8), at: 0, idleBefore: 0)
    #expect(miner[number].text == "password: *** was …")
    #expect(miner[number].sample == "password: *** was …")
  }

  /// The same by comparing every wording with every other one; words are numbers, -1 is any word.
  struct NaiveMiner {
    var seen: [[Int]] = []
    var wides: [[Int]] = []

    mutating func pattern(of words: [Int]) -> [Int] {
      if !seen.contains(words) {
        if let wide = match(words) { return wide }
        seen.append(words)
        widen(words)
      }
      return match(words) ?? words
    }

    func match(_ words: [Int]) -> [Int]? {
      wides.filter { wide in
        wide.count == words.count
          && words.indices.allSatisfy { [-1, words[$0]].contains(wide[$0]) }
      }.min { a, b in a.count { $0 < 0 } < b.count { $0 < 0 } }
    }

    mutating func widen(_ words: [Int]) {
      guard words.count(where: { $0 >= 0 }) >= 2 else { return }
      let all = (seen + wides).filter { $0.count == words.count }
      for place in words.indices where words[place] >= 0 {
        var blank = words
        blank[place] = -1
        var variants: Set<Int> = []
        for other in all where other[place] >= 0 {
          var same = other
          same[place] = -1
          if same == blank { variants.insert(other[place]) }
        }
        guard variants.count >= 8, !wides.contains(blank) else { continue }
        wides.append(blank)
        widen(blank)
      }
    }
  }

  @Test(arguments: 0..<8)
  func `patterns are those of comparing everything with everything`(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let names = "the saw ran ant bee cat dog elk fox gnu hen ibis jay kid lark"
      .split(separator: " ").map(String.init)
    var naive = NaiveMiner()
    var lines: [[Int]] = []
    for _ in 0..<220 {
      let shape = random.below(3)
      let first = 3 + random.below(12)
      let second = 3 + random.below(shape == 1 ? 2 : 12)
      lines.append(shape == 2 ? [0, first, 2] : [0, first, 1, 0, second])
    }
    let found = texts(lines.map { line in line.map { names[$0] }.joined(separator: " ") })
    for (line, text) in zip(lines, found) {
      let want = naive.pattern(of: line).map { $0 < 0 ? "<*>" : names[$0] }
      #expect(text == want.joined(separator: " "), "seed \(seed): \(line)")
    }
  }
}
