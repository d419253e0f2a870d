import Model

/// Keeps a few samples of a wild time from moving event time for all others.
///
/// A sample more than `reach` ahead of the stream is held back. It is refused as soon as ordinary
/// samples go on, and it is right when they do not: when several samples of more than one moment
/// agree that time has jumped. The first samples of a stream have nothing to be held against, so they
/// wait for each other and the odd ones among them are refused. The outcome depends on the order of
/// the samples alone, not on how they are cut into batches.
struct TimeGate {
  /// Samples that were refused.
  private(set) var refused = 0
  private let reach: Milliseconds
  /// The newest time that passed; nil while the first samples wait.
  private var newest: Int64?
  /// What is older has nothing to do with the beginning of the stream.
  private var floor = Int64.min
  private var passed = 0
  private var held = SampleBatch()
  private var report: Diagnostic?

  /// Samples that must agree on a new time.
  private static let witnesses = 8
  /// Samples held back at most; so many are believed, whatever their times.
  private static let heldMax = 65_536
  /// How many times the usual distance from the median a time must be to be odd.
  private static let oddFactor: Int64 = 16

  /// A gate that lets time jump by `reach` ms without asking.
  init(reach: Milliseconds) {
    self.reach = reach
  }

  /// Lets a batch through as it is, if nothing in it asks for a second look.
  mutating func admits(_ batch: borrowing SampleBatch) -> Bool {
    guard batch.count > 0 else { return true }
    let latest = batch.times.withUnsafeBufferPointer { times in
      var latest = Int64.min
      for time in times { latest = max(latest, time) }
      return latest
    }
    guard let newest, held.count == 0, latest <= newest + reach else { return false }
    self.newest = max(newest, latest)
    passed += batch.count
    return true
  }

  /// What of `batch`, and of what was held before, goes on: in pieces, a jump of time in one alone.
  mutating func sort(_ batch: borrowing SampleBatch) -> [SampleBatch] {
    var pieces = [SampleBatch()]
    pieces[0].metadata = batch.metadata
    for row in 0..<batch.count {
      let time = batch.times[row]
      guard let newest, time <= newest + reach else {
        held.append(row: row, of: batch)
        if isConvinced { release(into: &pieces) }
        continue
      }
      if time > newest { refuse(0..<held.count) }
      pass(row, of: batch, into: &pieces)
    }
    return pieces
  }

  /// What is still held goes on when it is all there is, or at the end outweighs what passed.
  mutating func settle(atEnd: Bool) -> [SampleBatch] {
    var pieces: [SampleBatch] = []
    if newest == nil || (atEnd && held.count >= passed) {
      if held.count > 0 { release(into: &pieces) }
    } else if atEnd {
      refuse(0..<held.count)
    }
    return pieces
  }

  /// Where a stream that begins with these rows of `batch` begins; nil without a sample.
  func beginning(of batch: borrowing SampleBatch, _ rows: Range<Int>) -> Int64? {
    batch.times[rows].lazy.filter { $0 >= floor }.min()
  }

  /// The clock says that it is `time`.
  mutating func advance(to time: Int64) {
    if let newest { self.newest = max(newest, time) }
  }

  /// The first refusal since the last call.
  mutating func takeDiagnostic() -> Diagnostic? {
    defer { report = nil }
    return report
  }

  private var isConvinced: Bool {
    guard held.count >= Self.witnesses else { return false }
    guard newest != nil, held.count < Self.heldMax else { return true }
    return held.times.contains { $0 != held.times[0] }
  }

  /// Lets what is held pass, the odd ones out.
  private mutating func release(into pieces: inout [SampleBatch]) {
    let sorted = held.times.sorted()
    let median = sorted[sorted.count / 2]
    let usual = sorted.map { abs($0 - median) }.sorted()[sorted.count / 2]
    let limit = max(reach, Self.oddFactor * usual)
    let rows = held
    for row in 0..<rows.count where abs(rows.times[row] - median) > limit {
      note(row, against: median)
    }
    var order = (0..<rows.count).filter { abs(rows.times[$0] - median) <= limit }
    if newest == nil {
      floor = median - limit
      // Too few to call one odd: in order of time each jump gets a piece of its own, else the stream
      // would begin with the oldest and every tick of the centuries up to the others were run.
      order.sort { (rows.times[$0], $0) < (rows.times[$1], $1) }
    }
    held = SampleBatch()
    for row in order { pass(row, of: rows, into: &pieces) }
  }

  private mutating func pass(
    _ row: Int, of batch: borrowing SampleBatch, into pieces: inout [SampleBatch]
  ) {
    let time = batch.times[row]
    let isJump = newest.map { time > $0 + reach } ?? false
    if isJump || pieces.isEmpty { pieces.append(SampleBatch()) }
    pieces[pieces.count - 1].append(row: row, of: batch)
    if isJump { pieces.append(SampleBatch()) }
    newest = max(newest ?? time, time)
    passed += 1
  }

  private mutating func refuse(_ rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    for row in rows { note(row, against: newest ?? 0) }
    held.removeAll()
  }

  private mutating func note(_ row: Int, against time: Int64) {
    refused += 1
    guard refused == 1 else { return }
    let key = held.bytes[Int(held.keyStarts[row])..<Int(held.keyEnds[row])]
    report = Diagnostic(
      .warning, code: "implausible-time",
      "a sample of \(String(decoding: key.prefix(120), as: UTF8.self)) is of "
        + "\(Timestamp(milliseconds: held.times[row])), while the stream is at "
        + "\(Timestamp(milliseconds: time)); samples so far off are dropped")
  }
}

// MARK: Checkpoint

extension TimeGate {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(count: refused)
    writer.write(newest.map(Timestamp.init(milliseconds:)))
    writer.write(floor)
    writer.write(count: passed)
    writer.write(samplesOf: held)
  }

  mutating func restore(from reader: inout CheckpointReader) throws(CheckpointError) {
    refused = try reader.count(atMost: .max)
    newest = try reader.optionalTime()?.milliseconds
    floor = try reader.int64()
    passed = try reader.count(atMost: .max)
    held = try reader.batch()
  }
}
