import Model

extension RingSet {
  /// Writes ring `index` with its histograms and start timestamps, as it was at `mark`: now for nil.
  func encode(_ index: Int, at mark: RingMark? = nil, into writer: inout CheckpointWriter) {
    rings[index].encode(at: mark ?? rings[index].mark, into: &writer, view, scratch)
    let track = tracks[index]
    writer.write(track != nil)
    if let track {
      writer.write(count: Int(track.first))
      writer.write(count: track.held.count)
      for histogram in track.held { writer.write(histogram) }
    }
    let own = starts[index] ?? [:]
    writer.write(count: own.count)
    for (time, start) in own.sorted(by: { $0.key < $1.key }) {
      writer.write(time)
      writer.write(start)
    }
  }

  /// Fills ring `index`, which is empty, with what `encode` wrote.
  func restore(
    _ index: Int, from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    try rings[index].restore(from: &reader, view, scratch)
    var track: HistogramTrack?
    if try reader.bool() {
      let first = UInt32(try reader.count(atMost: Int(UInt32.max)))
      var held: [NativeHistogram] = []
      for _ in 0..<(try reader.count()) { held.append(try reader.histogram()) }
      track = HistogramTrack(first: first, held: held)
    }
    var own: [Int64: Int64] = [:]
    for _ in 0..<(try reader.count()) {
      let time = try reader.int64()
      own[time] = try reader.int64()
    }
    if track != nil || !own.isEmpty { restoreExtras(of: index, track, starts: own) }
  }
}
