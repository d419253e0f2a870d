import Analysis
import Evaluation
import Incidents
import Model
import Sources

/// A recording read whole, to be measured afterwards.
struct RecordedSide {
  /// Every sample.
  let store = SeriesStore(retention: .max)
  /// Every change, by time.
  private(set) var changes: [ChangeEvent] = []
  private var first = Int64.max

  /// Nothing yet.
  init() {}

  /// Reads recordings to their end, merged by event time.
  init(_ files: [String], _ input: InputOptions) throws {
    try Recording(files, input).read { take($0.batch) }
    guard span != nil else {
      let names = files + input.logs.map(\.path)
      throw CommandFailure.unusable("error: no sample in \(names.joined(separator: ", "))")
    }
  }

  /// Takes over what was read.
  mutating func take(_ batch: borrowing SampleBatch) {
    store.ingest(batch)
    for time in batch.times { first = min(first, time) }
    if !batch.changes.isEmpty {
      changes = (changes + batch.changes).sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }
  }

  /// First and last moment; nil without a sample.
  var span: ClosedRange<Timestamp>? {
    guard first <= store.newestTime else { return nil }
    return Timestamp(milliseconds: first)...Timestamp(milliseconds: store.newestTime)
  }
}
