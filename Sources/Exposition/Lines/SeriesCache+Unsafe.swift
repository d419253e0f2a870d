import Model

/// Spellings of series that were made before, by a hash of the input's own way to write them.
///
/// Streams name the same series again and again; the second time only a hash and a copy are paid.
/// Two inputs of one 64-bit hash would be taken for one series: with a million series the odds are
/// one in forty million. Bounded: when full it forgets everything and starts over.
struct SeriesCache {
  private struct Entry {
    var hash: UInt64 = 0
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  private var table = [Entry](repeating: Entry(), count: 1 << 10)
  private var entries = 0
  private var spellings: [UInt8] = []
  private static let entriesMax = 1 << 17
  private static let bytesMax = 1 << 24

  init() {}

  /// Adds a sample of the series known by `hash`; false when there is none.
  @inline(__always)
  func append(_ hash: UInt64, time: Int64, value: Double, to batch: inout SampleBatch) -> Bool {
    var entry = Entry()
    table.withUnsafeBufferPointer { slots in
      let mask = slots.count &- 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot].hash != 0, slots[slot].hash != hash { slot = (slot &+ 1) & mask }
      entry = slots[slot]
    }
    if entry.hash == 0 { return false }
    let start = batch.bytes.count
    let range = Int(entry.start)..<Int(entry.start) + Int(entry.count)
    spellings.withView { batch.bytes.append($0[range]) }
    batch.append(key: start..<start + range.count, time: time, value: value)
    return true
  }

  /// Remembers the series of the batch's row `row` by `hash`, which is not 0.
  mutating func insert(_ hash: UInt64, row: Int, of batch: SampleBatch) {
    let key = Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])
    if entries >= Self.entriesMax || spellings.count + key.count > Self.bytesMax {
      self = SeriesCache()
    } else if entries * 2 >= table.count {
      let old = table
      table = [Entry](repeating: Entry(), count: old.count * 2)
      for entry in old where entry.hash != 0 { place(entry) }
    }
    place(
      Entry(hash: hash, start: UInt32(spellings.count), count: UInt32(key.count)))
    entries += 1
    spellings.append(contentsOf: batch.bytes[key])
  }

  private mutating func place(_ entry: Entry) {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: entry.hash) & mask
    while table[slot].hash != 0, table[slot].hash != entry.hash { slot = (slot + 1) & mask }
    table[slot] = entry
  }
}
