import Model

/// How far a bounded input is read ahead of what is evaluated, counted in samples.
///
/// At every `length`-th sample a mark is set: what was due at the mark before may be evaluated now, and
/// a sample for it that comes later is late. So whether a sample is in time depends on the order of
/// samples alone, not on how they are cut into batches, and a recording up to that long is told alike
/// in whatever order it is written: by time, by series or by family, as OpenMetrics has it.
struct ReadAhead {
  /// Samples from mark to mark; 0: nothing is read ahead.
  let length: Int
  /// Samples since the last mark.
  private var count = 0
  /// The watermark at the last mark.
  private var due: Timestamp?
  /// Time of the oldest sample so far; what the stream begins with before anything is evaluated.
  private(set) var oldest: Int64?

  init(length: Int) {
    self.length = length
  }

  /// Samples until the next mark.
  var room: Int { length - count }

  /// Notes a sample at the beginning of the stream.
  mutating func note(oldest time: Int64) {
    oldest = min(oldest ?? time, time)
  }

  /// Notes that `samples` more, at most `room`, have brought the watermark to `watermark`.
  ///
  /// - Returns: The moment up to which all is there now; nil unless a mark was reached that has one
  ///   before it.
  mutating func pass(_ samples: Int, _ watermark: Timestamp) -> Timestamp? {
    count += samples
    guard count >= length else { return nil }
    count = 0
    defer { due = watermark }
    return due
  }

  /// Begins anew: everything so far was evaluated.
  mutating func clear() {
    count = 0
    due = nil
  }
}

// MARK: Checkpoint

extension ReadAhead {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(count: count)
    writer.write(due)
    writer.write(oldest.map(Timestamp.init(milliseconds:)))
  }

  mutating func restore(from reader: inout CheckpointReader) throws(CheckpointError) {
    count = try reader.count(atMost: max(0, length - 1))
    due = try reader.optionalTime()
    oldest = try reader.optionalTime()?.milliseconds
  }
}
