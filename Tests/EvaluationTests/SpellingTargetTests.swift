import Model
import PromQL
import Testing

@testable import Evaluation

/// Numbers of spellings are a hint: with them a store holds what it holds without them.
@Suite struct SpellingTargetTests {
  /// Batches of some series in changing order; `numbered` by their place in `names`.
  private static func batch(
    _ seed: UInt64, _ time: Int64, _ source: SpellingSource?
  ) -> SampleBatch {
    var random = RandomSeries(seed: seed)
    let names = (0..<9).map { "m\($0 % 3){host=\"h\($0)\"}" } + ["broken{", "m0{a=\"\(seed)\"}"]
    var batch = SampleBatch()
    for number in (0..<names.count).shuffled(using: &random.random) {
      let start = batch.bytes.count
      batch.bytes += Array(names[number].utf8)
      batch.append(key: start..<batch.bytes.count, time: time, value: Double(number))
      // Some rows have no number, as when a spelling comes for the first time.
      let isKnown = number < 10 && !random.chance(4)
      batch.spellings.append(isKnown ? UInt32(number * 5) : SampleBatch.noSpelling)
    }
    batch.spellingSource = source
    if source == nil { batch.spellings = [] }
    return batch
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `a store with numbers is a store without`(seed: UInt64) throws {
    let sources = [SpellingSource(), SpellingSource()]
    let numbered = SeriesStore()
    let plain = SeriesStore()
    for step in 0..<30 as Range<Int64> {
      // Selections that come later change what spellings lead to.
      if step % 10 == 5 {
        for store in [numbered, plain] {
          _ = store.select(
            [LabelMatcher(Labels.metricName, equals: "m\(step / 10)")], retention: 1 << 40)
        }
      }
      numbered.ingest(
        Self.batch(seed &+ UInt64(step), step * 1000, sources[Int(step) % 2]))
      plain.ingest(Self.batch(seed &+ UInt64(step), step * 1000, nil))
      #expect(numbered.counts == plain.counts)
      #expect(numbered.allLabels == plain.allLabels)
    }
    #expect(numbered.usage().samples == plain.usage().samples && numbered.seriesCount > 8)
  }

  @Test func `more sources than are remembered do no harm`() {
    let store = SeriesStore(retention: .max)
    for step in 0..<100 as Range<Int64> {
      store.ingest(Self.batch(UInt64(step % 5), step * 1000, SpellingSource()))
    }
    #expect(store.counts.stored > 900 && store.counts.duplicate == 0)
  }
}
