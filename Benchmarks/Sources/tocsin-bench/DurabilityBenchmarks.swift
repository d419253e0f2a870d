import Engine
import Evaluation
import Foundation
import Incidents
import Model
import Storage

/// What it takes that a kill loses nothing: the engine's state as bytes and back, a transaction.
let durabilityBenchmarks: [Benchmark] = [
  Benchmark("checkpoint: write, a series", units: 5000) {
    let holder = EngineHolder(series: 5000)
    return { UInt64(holder.tocsin.checkpoint().encoded().count) }
  },
  Benchmark("checkpoint: restore, a series", units: 5000) {
    let bytes = EngineHolder(series: 5000).tocsin.checkpoint().encoded()
    let (rules, options) = (CheckpointBench.ruleSet, CheckpointBench.options)
    return {
      guard let checkpoint = try? Checkpoint(decoding: bytes),
        let tocsin = try? Tocsin(restoring: checkpoint, rules: rules, options: options)
      else { preconditionFailure("what was written a moment ago cannot be read") }
      return UInt64(tocsin.store.seriesCount)
    }
  },
  Benchmark("journal: a transaction with an incident of some hundred alerts", units: 20) {
    let store = makeStore()
    let views = someHundredFiring()
    var turn = 0
    return {
      var hash: UInt64 = 0
      for _ in 0..<20 {
        turn += 1
        // What is older than what is stored would change nothing.
        var batch = StoreBatch(asOf: Timestamp(milliseconds: Fleet.start + Int64(turn) * 15_000))
        batch.incidents = [views[turn % views.count]]
        guard let applied = try? store.apply(batch) else {
          preconditionFailure("a transaction failed")
        }
        hash = (hash &* 31) ^ UInt64(applied.newEvents.count)
      }
      return hash
    }
  },
]

/// Holds an engine, which cannot be copied, for a closure.
private final class EngineHolder {
  var tocsin: Tocsin

  init(series: Int) { tocsin = CheckpointBench.engine(series: series) }
}

/// A store in a folder of its own among those for temporary files.
private func makeStore() -> Store {
  let folder = FileManager.default.temporaryDirectory.path + "/tocsin-bench-" + UUID().uuidString
  do {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return try Store.open(path: folder + "/store.sqlite", mode: .create)
  } catch {
    preconditionFailure("cannot make a store in \(folder): \(error)")
  }
}

/// Two views of one incident, a tick apart.
private func someHundredFiring() -> [Incident] {
  let context = IncidentContext()
  var book = IncidentBook()
  var views: [Incident] = []
  for tick in 0..<40 {
    let time = Timestamp(milliseconds: Fleet.start + Int64(tick) * 15_000)
    let changes =
      book.apply(comingAndGoing(tick), at: time, context: context)
      + book.advance(to: time, context: context)
    views += changes.map(\.incident)
  }
  return views.suffix(2)
}
