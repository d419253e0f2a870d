import Evaluation
import Incidents
import Model
import Rules
import Statistics
import Testing

@testable import Engine

/// A checkpoint that is written while the engine goes on is that of an engine that stood still.
@Suite struct CheckpointDraftTests {
  private func options(_ seed: UInt64) -> EngineOptions {
    var options = EngineOptions()
    options.ticksPerPass = [1, 7][Int(seed % 2)]
    options.acceptsLateSamples = seed % 3 == 0
    // Little is kept, so that blocks are dropped while they are waiting to be written.
    options.evidenceReach = [0, 60_000, 600_000][Int(seed % 3)]
    options.limits.seriesNeverForgotten = seed % 4 == 0 ? 10 : 16_384
    return options
  }

  @Test(arguments: 300..<324 as Range<UInt64>)
  func `it comes out byte for byte, and nothing else changes`(seed: UInt64) throws {
    let rules = try #require(RandomRules.set(seed: seed), "\(RandomRules.text(seed: seed))")
    let batches = RandomStream(seed: seed).batches(seed: seed, rowsMax: 100)
    var numbers = SplitMix64(seed: seed)
    var undisturbed = EffectLines()
    var twin = Tocsin(rules: rules, options: options(seed))
    var lines = EffectLines()
    var tocsin = Tocsin(rules: rules, options: options(seed))
    var draft: CheckpointDraft?
    var want: [Checkpoint.Section] = []
    var compared = 0
    for batch in batches {
      undisturbed.take(twin.ingest(batch))
      if draft == nil {
        draft = tocsin.draftCheckpoint(annex: [1, 2, 3])
        want = tocsin.checkpoint(annex: [1, 2, 3]).sections
      }
      lines.take(tocsin.ingest(batch))
      guard let whole = draft?.write(numbers.number(1..<6000)) else { continue }
      draft = nil
      compared += 1
      #expect(whole.sections.map(\.name) == want.map(\.name))
      for (a, b) in zip(whole.sections, want) {
        #expect(a.bytes == b.bytes, "section \(a.name), comparison \(compared)")
      }
    }
    lines.take(tocsin.finish())
    undisturbed.take(twin.finish())
    #expect(compared > 2)
    #expect(lines.lines == undisturbed.lines)
    for (a, b) in zip(tocsin.checkpoint().sections, twin.checkpoint().sections) {
      #expect(a.bytes == b.bytes, "section \(a.name) at the end")
    }
  }

  @Test func `one that is let go of leaves nothing behind`() throws {
    let rules = try #require(RandomRules.set(seed: 1))
    let batches = RandomStream(seed: 1, steps: 60).batches(seed: 1, rowsMax: 200)
    var tocsin = Tocsin(rules: rules)
    let store = tocsin.store
    for batch in batches {
      let draft = tocsin.draftCheckpoint()
      _ = draft.write(100)
      _ = tocsin.ingest(batch)
    }
    #expect(store.isWatched == false)
    let draft = tocsin.draftCheckpoint()
    #expect(store.isWatched)
    while draft.write(1) == nil {}
    #expect(store.isWatched == false)
    let names = tocsin.checkpoint().sections.map(\.name)
    #expect(draft.write(1)?.sections.map(\.name) == names)
  }
}
