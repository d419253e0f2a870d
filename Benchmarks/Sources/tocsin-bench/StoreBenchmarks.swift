import Evaluation
import Model

/// From a spelling to a ring: the guess that hits, the one that misses, a series nobody asks for.
let storeBenchmarks: [Benchmark] = [
  ingesting("in the usual order", isKept: true, shuffled: false),
  ingesting("in another order each time", isKept: true, shuffled: true),
  ingesting("of no rule", isKept: false, shuffled: false),
]

private func ingesting(_ name: String, isKept: Bool, shuffled: Bool) -> Benchmark {
  let fleet = Fleet(hosts: 50, steps: 100)
  return Benchmark("ingest: samples \(name)", units: fleet.samples) {
    let batch = fleet.batch(shuffled: shuffled)
    return {
      let store = isKept ? SeriesStore(retention: .max) : SeriesStore()
      store.ingest(batch)
      return UInt64(store.counts.stored + store.counts.unselected)
    }
  }
}
