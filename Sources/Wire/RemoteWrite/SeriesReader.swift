import Exposition
import Model
import SwiftProtobuf

/// Reads the series of a remote write message one by one into a batch.
struct SeriesReader {
  let limits: WireLimits
  private(set) var outcome = Outcome()
  private var labels = SpelledLabels()
  /// The families whose metadata 2.0 told already: it comes with every series.
  private var toldFamilies: Set<String> = []
  private let options: BinaryDecodingOptions

  init(limits: WireLimits) {
    self.limits = limits
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    options.messageDepthLimit = 4
    self.options = options
  }

  /// Reads a series of 1.0.
  mutating func readLabeled(
    _ message: [UInt8], _ range: Range<Int>, into batch: inout SampleBatch
  ) {
    labels.removeAll()
    do throws(Refusal) {
      let series: RemoteLabeledSeries = try part(message, range)
      for label in series.labels { labels.append(label.name, label.value) }
      let key = try labels.spell(into: &batch.bytes, limits)
      outcome.exemplarsSkipped += series.exemplars.count
      append(series.samples, series.histograms, startTime: 0, key: key, to: &batch)
    } catch {
      outcome.refuse(error, of: labels.name, limits)
    }
  }

  /// Reads a series of 2.0.
  mutating func readSymbolized(
    _ message: [UInt8], _ range: Range<Int>, _ symbols: Symbols, into batch: inout SampleBatch
  ) {
    labels.removeAll()
    do throws(Refusal) {
      let series: RemoteSymbolizedSeries = try part(message, range)
      let references = series.labelsRefs
      guard references.count.isMultiple(of: 2) else {
        throw Refusal(.badSymbol, "expected names and values in turn, found one without the other")
      }
      for index in stride(from: 0, to: references.count, by: 2) {
        labels.append(
          message[try symbols[references[index]]], message[try symbols[references[index + 1]]])
      }
      let key = try labels.spell(into: &batch.bytes, limits)
      outcome.exemplarsSkipped += series.exemplars.count
      append(
        series.samples, series.histograms, startTime: series.createdTimestamp, key: key, to: &batch)
      if series.hasMetadata {
        try readMetadata(series.metadata, message, symbols, into: &batch)
      }
    } catch {
      outcome.refuse(error, of: labels.name, limits)
    }
  }

  /// Reads what 1.0 says of a metric family.
  mutating func readMetadata(
    _ message: [UInt8], _ range: Range<Int>, into batch: inout SampleBatch
  ) {
    do throws(Refusal) {
      let family: RemoteFamilyMetadata = try part(message, range)
      let name = family.metricFamilyName
      guard !name.isEmpty, name.utf8.count <= limits.text.nameBytesMax else {
        throw Refusal(.missingName, "expected the name of a metric family in its metadata")
      }
      batch.metadata.append(
        MetricMetadata(
          name: name, type: family.type.word, unit: bounded(family.unit), help: bounded(family.help)
        ))
    } catch {
      outcome.refuse(error, of: "metadata", limits)
    }
  }

  private mutating func readMetadata(
    _ metadata: RemoteSeriesMetadata, _ message: [UInt8], _ symbols: Symbols,
    into batch: inout SampleBatch
  ) throws(Refusal) {
    let unit = metadata.unitRef == 0 ? 0..<0 : try symbols[metadata.unitRef]
    let help = metadata.helpRef == 0 ? 0..<0 : try symbols[metadata.helpRef]
    guard metadata.type != .unspecified || !unit.isEmpty || !help.isEmpty else { return }
    let family = familyName(of: labels.name, metadata.type)
    guard toldFamilies.insert(family).inserted else { return }
    batch.metadata.append(
      MetricMetadata(
        name: family, type: metadata.type.word,
        unit: bounded(String(decoding: message[unit], as: UTF8.self)),
        help: bounded(String(decoding: message[help], as: UTF8.self))))
  }

  private func bounded(_ text: String) -> String {
    text.utf8.count <= limits.helpBytesMax ? text : ""
  }

  /// Decodes one part of the message.
  private func part<Part: Message>(
    _ message: [UInt8], _ range: Range<Int>
  ) throws(Refusal) -> Part {
    guard range.count <= limits.seriesMessageBytesMax else {
      throw Refusal(
        .tooLarge, "expected a series of at most \(limits.seriesMessageBytesMax) encoded bytes")
    }
    do {
      return try Part(serializedBytes: message.span.extracting(range).bytes, options: options)
    } catch BinaryDecodingError.invalidUTF8 {
      throw Refusal(.invalidUTF8, "expected UTF-8 text, found other bytes in a label")
    } catch {
      throw Refusal(
        .malformed, "expected a series, found bytes that are none (\(range.count) bytes)")
    }
  }

  /// Adds the rows of one series; a bad one is refused alone.
  private mutating func append(
    _ samples: [RemoteSample], _ histograms: [RemoteHistogram], startTime: Int64,
    key: Range<Int>, to batch: inout SampleBatch
  ) {
    for sample in samples {
      guard hasTime(sample.timestamp) else { continue }
      noteStart(sample.startTimestamp, startTime, in: &batch)
      batch.append(key: key, time: sample.timestamp, value: sample.value)
      outcome.samples += 1
    }
    for remote in histograms {
      guard hasTime(remote.timestamp) else { continue }
      if StaleMarker.isStale(remote.sum) {
        batch.append(key: key, time: remote.timestamp, value: StaleMarker.value)
        outcome.histograms += 1
        continue
      }
      do throws(Refusal) {
        let histogram = try remote.histogram(limits)
        noteStart(remote.startTimestamp, startTime, in: &batch)
        batch.histograms.append((row: batch.count, histogram: histogram))
        batch.append(key: key, time: remote.timestamp, value: 0)
        outcome.histograms += 1
      } catch {
        outcome.refuse(error, of: labels.name, limits)
      }
    }
  }

  private mutating func hasTime(_ time: Int64) -> Bool {
    if time >= limits.text.timeMin, time <= limits.text.timeMax { return true }
    outcome.refuse(
      Refusal(.badTime, "expected milliseconds of the years 1 to 9999, found \(time)"),
      of: labels.name, limits)
    return false
  }

  /// Notes the start time of the row that comes next.
  private func noteStart(_ own: Int64, _ series: Int64, in batch: inout SampleBatch) {
    let time = own != 0 ? own : series
    if time != 0 { batch.startTimes.append((row: batch.count, time: time)) }
  }
}

extension RemoteMetricType {
  /// The word of exposition formats.
  var word: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    case .gaugehistogram: "gaugehistogram"
    case .summary: "summary"
    case .info: "info"
    case .stateset: "stateset"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}

/// The family of a series' metric: histograms and summaries have several series each.
private func familyName(of name: String, _ type: RemoteMetricType) -> String {
  let endings: [String]
  switch type {
  case .histogram: endings = ["_bucket", "_sum", "_count"]
  case .gaugehistogram: endings = ["_bucket", "_gsum", "_gcount"]
  case .summary: endings = ["_sum", "_count"]
  default: return name
  }
  for ending in endings where name.hasSuffix(ending) && name.utf8.count > ending.utf8.count {
    return String(name.dropLast(ending.count))
  }
  return name
}
