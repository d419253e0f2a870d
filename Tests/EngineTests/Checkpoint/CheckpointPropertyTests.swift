import Incidents
import Model
import Rules
import Statistics
import Testing

@testable import Engine

/// Effects as lines that differ when any bit of them differs.
struct EffectLines {
  private(set) var lines: [String] = []
  /// Diagnostics come with the batch that gave rise to them, wherever event time stands.
  var withDiagnostics = true

  mutating func take(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .alert(let transition):
        lines.append("\(EventJSON.line(transition)) \(transition.value.bitPattern)")
      case .incident(let change): lines.append("\(EventJSON.line(change)) \(change.incident)")
      case .change(let change): lines.append(EventJSON.line(change))
      case .evidence(let id, let windows): lines.append("\(id) \(windows)")
      case .diagnostic(let diagnostic):
        if withDiagnostics { lines.append(diagnostic.description) }
      }
    }
  }
}

/// What became of a run: its effects and the engine's last state.
private struct Outcome {
  var lines: [String]
  var state: [Checkpoint.Section]
}

private func run(
  _ rules: RuleSet, _ batches: [SampleBatch], options: EngineOptions,
  killedBefore kills: Set<Int>, withDiagnostics: Bool = true
) throws -> Outcome {
  var out = EffectLines(withDiagnostics: withDiagnostics)
  var tocsin = Tocsin(rules: rules, options: options)
  for (number, batch) in batches.enumerated() {
    if kills.contains(number) {
      let bytes = tocsin.checkpoint().encoded()
      tocsin = try Tocsin(
        restoring: Checkpoint(decoding: bytes), rules: rules, options: options)
    }
    out.take(tocsin.ingest(batch))
  }
  out.take(tocsin.finish())
  return Outcome(lines: out.lines, state: tocsin.checkpoint().sections)
}

/// Where two sections part, with what stands before it as text.
private func difference(_ a: Checkpoint.Section, _ b: Checkpoint.Section) -> String {
  let same = zip(a.bytes, b.bytes).prefix { $0 == $1 }.count
  func text(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes[max(0, same - 300)..<min(bytes.count, same + 40)].map {
        (32..<127).contains($0) ? $0 : UInt8(ascii: ".")
      }, as: UTF8.self)
  }
  return "byte \(same) of \(a.bytes.count) and \(b.bytes.count)\n\(text(a.bytes))\n\(text(b.bytes))"
    + "\n\(a.bytes[same...].prefix(24)) \(b.bytes[same...].prefix(24))"
}

private func engineOptions(_ seed: UInt64) -> EngineOptions {
  var options = EngineOptions()
  options.ticksPerPass = [1, 7, 64][Int(seed % 3)]
  options.lateness = seed % 4 == 0 ? 20_000 : 0
  options.acceptsLateSamples = seed % 5 == 0
  options.evidenceReach = 600_000
  return options
}

@Suite struct CheckpointPropertyTests {
  @Test(arguments: 0..<16 as Range<UInt64>)
  func `a restored engine ends in the same state, bit by bit`(seed: UInt64) throws {
    let rules = try #require(RandomRules.set(seed: seed), "\(RandomRules.text(seed: seed))")
    let batches = RandomStream(seed: seed).batches(seed: seed, rowsMax: 200)
    var numbers = SplitMix64(seed: seed)
    let kills = Set((0..<4).map { _ in numbers.number(1..<batches.count) })
    let options = engineOptions(seed)
    let want = try run(rules, batches, options: options, killedBefore: [])
    let got = try run(rules, batches, options: options, killedBefore: kills)
    #expect(want.lines.count > 20)
    let different = zip(got.lines, want.lines).first { $0 != $1 }
    #expect(
      different == nil && got.lines.count == want.lines.count,
      "\(different.map { "\($0.0)\n\($0.1)" } ?? "")")
    #expect(got.state.map(\.name) == want.state.map(\.name))
    for (a, b) in zip(got.state, want.state) {
      #expect(
        a.bytes == b.bytes,
        "section \(a.name) after kills before batches \(kills.sorted()): \(difference(a, b))")
    }
  }

  @Test(arguments: 100..<108 as Range<UInt64>)
  func `effects do not depend on kills or on how the rest is cut`(seed: UInt64) throws {
    let rules = try #require(RandomRules.set(seed: seed))
    // Without reading ahead, whether a late sample is in time depends on what its batch brings.
    let stream = RandomStream(seed: seed, steps: 150, isOrdered: true)
    let options = engineOptions(seed)
    let want = try run(
      rules, stream.batches(seed: seed, rowsMax: 300), options: options, killedBefore: [],
      withDiagnostics: false)
    let other = stream.batches(seed: seed &+ 999, rowsMax: 40)
    var numbers = SplitMix64(seed: seed)
    let kills = Set((0..<6).map { _ in numbers.number(1..<other.count) })
    let got = try run(
      rules, other, options: options, killedBefore: kills, withDiagnostics: false)
    let different = zip(got.lines, want.lines).first { $0 != $1 }
    #expect(
      different == nil && got.lines.count == want.lines.count,
      "\(different.map { "\($0.0)\n\($0.1)" } ?? "")")
  }

  @Test(arguments: 200..<206 as Range<UInt64>)
  func `read ahead, a disordered stream tells the same in any cut and after kills`(
    seed: UInt64
  ) throws {
    let rules = try #require(RandomRules.set(seed: seed))
    let stream = RandomStream(seed: seed, steps: 150)
    var options = engineOptions(seed)
    options.acceptsLateSamples = false
    options.readAhead = [40, 150, 700][Int(seed % 3)]
    let want = try run(
      rules, stream.batches(seed: seed, rowsMax: 300), options: options, killedBefore: [],
      withDiagnostics: false)
    #expect(want.lines.count > 5)
    for rowsMax in [2, 100_000] {
      let other = stream.batches(seed: seed &+ 999, rowsMax: rowsMax)
      var numbers = SplitMix64(seed: seed)
      let kills =
        other.count > 10 ? Set((0..<4).map { _ in numbers.number(1..<other.count) }) : []
      let got = try run(
        rules, other, options: options, killedBefore: kills, withDiagnostics: false)
      let different = zip(got.lines, want.lines).first { $0 != $1 }
      #expect(
        different == nil && got.lines.count == want.lines.count,
        "rows \(rowsMax): \(different.map { "\($0.0)\n\($0.1)" } ?? "")")
    }
  }

  @Test func `a kill between the first samples loses none of them`() throws {
    let rules = try #require(RandomRules.set(seed: 1))
    let batches = RandomStream(seed: 1, steps: 40).batches(seed: 1, rowsMax: 3)
    let want = try run(rules, batches, options: engineOptions(1), killedBefore: [])
    let got = try run(rules, batches, options: engineOptions(1), killedBefore: Set(0..<30))
    #expect(got.lines == want.lines)
  }
}
