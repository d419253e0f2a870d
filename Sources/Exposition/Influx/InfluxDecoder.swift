import Model

/// Decodes Influx line protocol: `measurement,tag=value field=1.5,other=2i 1556813561098000000`.
///
/// Each numeric field is a series `measurement_field` with the tags as labels; a boolean counts as
/// 1 or 0; strings are left out.
struct InfluxDecoder: LineDecoder {
  var templates: LineTemplates
  private let precision: TimeUnit
  private var spelling = SeriesSpelling()
  private var cache = SeriesCache()
  private var point = InfluxPoint()
  private let arena = LineArena()

  /// - Parameter precision: Unit of the timestamps.
  init(precision: TimeUnit) {
    self.precision = precision
    templates = LineTemplates(unit: precision)
  }

  mutating func decode(
    _ line: ByteView, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError) {
    guard let series = try point.begin(line) else { return }
    try point.readFields(line, from: series.upperBound, fieldsMax: context.limits.fieldsMax)
    var time = context.arrival
    if let text = point.time {
      guard let read = TimeText.parseNumber(line[text], unit: precision), context.accepts(read)
      else { throw LineError.timeOutOfRange(text) }
      time = read
      if let value = point.onlyFloat { templates.holes = .init(time: text, value: value) }
    }
    let hash = SpellingMemo.hashOfAnyLength(line[series])
    let before = batch.count
    if appendKnown(line, hash, time, to: &batch) { return }
    batch.truncate(to: before)
    try point.readSeries(line, series)
    do throws(LineError) {
      try appendAny(line, hash, time, context.limits, to: &batch)
    } catch {
      batch.truncate(to: before)
      throw error
    }
  }

  /// Adds the samples when all of their series were spelled before; there must be one.
  @inline(__always)
  private func appendKnown(
    _ line: ByteView, _ hash: UInt64, _ time: Int64, to batch: inout SampleBatch
  ) -> Bool {
    let before = batch.count
    for field in point.fields {
      guard let value = field.value.number else { continue }
      let key = SpellingMemo.combine(hash, SpellingMemo.hashOfAnyLength(line[field.name]))
      guard cache.append(key, time: time, value: value, to: &batch) else { return false }
    }
    return batch.count > before
  }

  private mutating func appendAny(
    _ line: ByteView, _ hash: UInt64, _ time: Int64, _ limits: DecoderLimits,
    to batch: inout SampleBatch
  ) throws(LineError) {
    arena.begin()
    spelling.begin()
    for tag in point.tags {
      try spelling.add(
        line[tag.name].unescaped(in: arena, InfluxPoint.isEscapable),
        line[tag.value].unescaped(in: arena, InfluxPoint.isEscapable), at: tag.name, limits)
    }
    let measurement = line[point.measurement].unescaped(in: arena, InfluxPoint.isEscapable)
    for field in point.fields {
      guard let value = field.value.number else { continue }
      try spelling.append(
        measurement, line[field.name].unescaped(in: arena, InfluxPoint.isEscapable),
        at: field.name, time: time, value: value, limits, to: &batch)
      let key = SpellingMemo.combine(hash, SpellingMemo.hashOfAnyLength(line[field.name]))
      cache.insert(key, row: batch.count - 1, of: batch)
    }
  }
}

extension SampleBatch {
  /// Takes back the samples after the first `count`, so that a bad line leaves none behind.
  @inline(__always)
  mutating func truncate(to count: Int) {
    let surplus = self.count - count
    if surplus == 0 { return }
    keyStarts.removeLast(surplus)
    keyEnds.removeLast(surplus)
    times.removeLast(surplus)
    values.removeLast(surplus)
    if spellings.count > count { spellings.removeLast(spellings.count - count) }
  }
}
