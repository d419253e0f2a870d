import Model

/// A decoder of one line at a time, for the formats whose series must be spelled anew.
protocol LineDecoder {
  /// The lines read so far, by which repeated ones are read faster.
  var templates: LineTemplates { get set }
  /// Adds the samples of `line` to `batch`, all of them or, with an error, none.
  mutating func decode(
    _ line: ByteView, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError)
}

extension LineDecoder {
  /// Decodes the lines `block[region]` until the batch has enough; returns where to go on.
  mutating func decodeLines(
    _ block: ByteView, _ region: Range<Int>, _ reading: inout Reading,
    into batch: inout SampleBatch
  ) -> Int {
    let lineBytesMax = reading.context.limits.lineBytesMax
    let batchBytesMax = 8 * reading.context.limits.blockBytesMax
    defer { templates.finish(&batch) }
    return forEachLine(of: block, in: region, dropsReturn: true) { range in
      reading.context.line += 1
      var line = block[range]
      if reading.context.line == 1, line.startsWithByteOrderMark { line = line[3..<line.count] }
      if line.count <= lineBytesMax, templates.decode(line, reading.context, into: &batch) {
        return batch.bytes.count < batchBytesMax
      }
      do throws(LineError) {
        if line.count > lineBytesMax { throw LineError.tooLong(lineBytesMax) }
        let before = batch.count
        templates.holes = nil
        try decode(line, reading.context, into: &batch)
        if batch.count == before + 1 { templates.learn(line, of: batch) }
      } catch {
        reading.refuse(error, line)
        return !reading.bad.isFatal
      }
      return batch.bytes.count < batchBytesMax
    }
  }
}
