public import Exposition
public import Model

/// Several bounded inputs as one, in the order of event time.
///
/// Of rows that come next in their inputs the one with the smallest time goes first; of equal ones
/// that of the input named first. Inside one input the order of lines stays, so a row that is out of
/// order there goes as soon as it comes up. One block of each input is in memory at a time.
///
/// The order of rows depends on the inputs alone, not on how they are read; the cuts between batches do.
public final class MergedInput {
  /// One input with the batch that is being given out.
  private struct Lane {
    let input: FileInput
    var batch = SampleBatch()
    var row = 0
    var change = 0
    var isDone = false

    /// Time of what comes next; nil at the end.
    var head: Int64? {
      let row = row < batch.count ? batch.times[row] : nil
      let change = change < batch.changes.count ? batch.changes[change].time.milliseconds : nil
      guard let row else { return change }
      return min(row, change ?? row)
    }
  }

  private var lanes: [Lane] = []
  private let rowsMax: Int

  /// Opens all of `paths`.
  ///
  /// - Parameters:
  ///   - paths: Files, pipes or `-`.
  ///   - options: How to decode each of them.
  ///   - logs: Logs to read with them; at equal times they come after the files.
  ///   - arrival: Time of samples that carry none.
  ///   - blockBytes: Bytes read from an input at a time.
  ///   - rowsMax: Rows of one batch, where several inputs are merged.
  /// - Throws: `SourceError` of the first that cannot be opened.
  public init(
    paths: [String], _ options: DecoderOptions, logs: [LogInput] = [], arrival: Timestamp,
    blockBytes: Int = 1 << 18, rowsMax: Int = 8192
  ) throws(SourceError) {
    self.rowsMax = rowsMax
    var contents: [(String, InputContent)] = []
    for path in paths { contents.append((path, .samples(options))) }
    for log in logs { contents.append((log.path, .log(log.options))) }
    for (path, content) in contents {
      let input = try FileInput(path: path, content, arrival: arrival, blockBytes: blockBytes)
      lanes.append(Lane(input: input))
    }
  }

  /// Replaces the content of `delivery` by what comes next; false at the end of all inputs.
  ///
  /// The last delivery, for which the result is false, may still hold reports.
  /// - Throws: `SourceError` when the system fails to read.
  public func next(into delivery: inout Delivery) throws(SourceError) -> Bool {
    delivery.diagnostics.removeAll()
    delivery.batch.removeAll()
    defer { delivery.progress = lanes.map { $0.input.progress } }
    if lanes.count == 1 {
      return try lanes[0].input.next(into: &delivery.batch, &delivery.diagnostics)
    }
    for index in lanes.indices { try fill(index, &delivery) }
    while delivery.batch.count < rowsMax, let first = earliest() {
      let limit = limit(for: first)
      take(from: first, upTo: limit, into: &delivery.batch)
      try fill(first, &delivery)
    }
    let batch = delivery.batch
    return batch.count > 0 || !batch.changes.isEmpty || !batch.metadata.isEmpty
  }

  /// Makes sure that lane `index` has something to give, unless it is at its end.
  private func fill(_ index: Int, _ delivery: inout Delivery) throws(SourceError) {
    while lanes[index].head == nil, !lanes[index].isDone {
      let input = lanes[index].input
      let isFilled = try input.next(into: &lanes[index].batch, &delivery.diagnostics)
      lanes[index].isDone = !isFilled
      lanes[index].row = 0
      lanes[index].change = 0
      delivery.batch.metadata += lanes[index].batch.metadata
      // Whoever takes them waits until their time has come.
      delivery.batch.logFindings += lanes[index].batch.logFindings
    }
  }

  /// The lane whose next item is the earliest; of equal ones the first.
  private func earliest() -> Int? {
    var best: (lane: Int, time: Int64)?
    for index in lanes.indices {
      guard let time = lanes[index].head else { continue }
      if let best, best.time <= time { continue }
      best = (index, time)
    }
    return best?.lane
  }

  /// How far lane `first` may run: up to the next item of another lane, and with it if that comes later.
  private func limit(for first: Int) -> Int64 {
    var limit = Int64.max
    for index in lanes.indices where index != first {
      guard let time = lanes[index].head else { continue }
      limit = min(limit, index > first ? time : time - 1)
    }
    return limit
  }

  /// Moves the items of lane `index` up to the time `limit` to `batch`, `rowsMax` rows at most.
  private func take(from index: Int, upTo limit: Int64, into batch: inout SampleBatch) {
    let lane = lanes[index]
    var (row, change) = (lane.row, lane.change)
    while batch.count < rowsMax {
      let rowTime = row < lane.batch.count ? lane.batch.times[row] : nil
      if change < lane.batch.changes.count {
        let event = lane.batch.changes[change]
        if event.time.milliseconds <= min(limit, rowTime ?? .max) {
          batch.changes.append(event)
          change += 1
          continue
        }
      }
      guard let rowTime, rowTime <= limit else { break }
      let start = batch.bytes.count
      let key = Int(lane.batch.keyStarts[row])..<Int(lane.batch.keyEnds[row])
      batch.bytes.append(contentsOf: lane.batch.bytes[key])
      batch.append(
        key: start..<batch.bytes.count, time: rowTime, value: lane.batch.values[row])
      row += 1
    }
    lanes[index].row = row
    lanes[index].change = change
  }
}
