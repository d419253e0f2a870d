import Model

/// Decodes Influx line protocol: `measurement,tag=value field=1.5,other=2i 1556813561098000000`.
///
/// Each numeric field is a series `measurement_field` with the tags as labels; a boolean counts as
/// 1 or 0; strings are left out.
struct InfluxDecoder: LineDecoder {
  private let precision: TimeUnit
  private var spelling = SeriesSpelling()
  private var point = InfluxPoint()
  private let arena = LineArena()

  /// - Parameter precision: Unit of the timestamps.
  init(precision: TimeUnit) { self.precision = precision }

  mutating func decode(
    _ line: ByteView, _ reading: inout Reading, into batch: inout SampleBatch
  ) throws(LineError) {
    guard try point.read(line, fieldsMax: reading.limits.fieldsMax) else { return }
    arena.begin()
    spelling.begin()
    for tag in point.tags {
      try spelling.add(
        line[tag.name].unescaped(in: arena, InfluxPoint.isEscapable),
        line[tag.value].unescaped(in: arena, InfluxPoint.isEscapable), at: tag.name,
        reading.limits)
    }
    var time = reading.arrival
    if let text = point.time {
      guard let read = TimeText.parseNumber(line[text], unit: precision), reading.accepts(read)
      else { throw LineError.timeOutOfRange(text) }
      time = read
    }
    let measurement = line[point.measurement].unescaped(in: arena, InfluxPoint.isEscapable)
    let before = batch.count
    for field in point.fields {
      guard let value = field.value.number else { continue }
      do throws(LineError) {
        try spelling.append(
          measurement, line[field.name].unescaped(in: arena, InfluxPoint.isEscapable),
          at: field.name, time: time, value: value, reading.limits, to: &batch)
      } catch {
        batch.truncate(to: before)
        throw error
      }
    }
  }
}

extension SampleBatch {
  /// Takes back the samples after the first `count`, so that a bad line leaves none behind.
  mutating func truncate(to count: Int) {
    let surplus = self.count - count
    keyStarts.removeLast(surplus)
    keyEnds.removeLast(surplus)
    times.removeLast(surplus)
    values.removeLast(surplus)
  }
}
