import Exposition
import Model
import Statistics

/// What came out of one input, in a form that is easy to compare.
struct Decoded: Equatable {
  /// `series value time` of each sample; the time is left out when it is the arrival time.
  var samples: [String] = []
  var changes: [ChangeEvent] = []
  var metadata: [MetricMetadata] = []
  /// `file:line:column: level: message` of each report, without the excerpt.
  var reports: [String] = []
  var codes: [String] = []
  var counts: DecoderCounts
  var format: InputFormat
}

/// The time of samples that carry none.
let arrival = Timestamp(milliseconds: 77)

/// Decodes `blocks` one after the other.
func decode(_ blocks: [[UInt8]], _ options: DecoderOptions) -> Decoded {
  var decoder = SampleDecoder(options)
  var result = Decoded(counts: decoder.counts, format: options.format)
  var batch = SampleBatch()
  func drain(_ decoder: inout SampleDecoder) {
    while decoder.next(into: &batch) {
      for row in 0..<batch.count {
        let labels = try? batch.labels(ofRow: row)
        let time = batch.times[row] == arrival.milliseconds ? "" : " \(batch.times[row])"
        result.samples.append("\(labels?.description ?? "no series") \(batch.values[row])\(time)")
      }
      result.changes += batch.changes
      result.metadata += batch.metadata
    }
    for report in decoder.takeDiagnostics() {
      let place = report.location.map { "\($0): " } ?? ""
      result.reports.append("\(place)\(report.level.rawValue): \(report.message)")
      result.codes.append(report.code)
    }
  }
  for block in blocks {
    decoder.feed(block, arrival: arrival)
    drain(&decoder)
  }
  decoder.finish()
  drain(&decoder)
  result.counts = decoder.counts
  result.format = decoder.format
  return result
}

/// Decodes `text` in one piece.
func decode(_ text: String, _ format: InputFormat = .auto) -> Decoded {
  decode([Array(text.utf8)], DecoderOptions(format: format, file: "in"))
}

/// `bytes` in pieces of random length, from one byte up to `longest`.
func cut(_ bytes: [UInt8], longest: Int, _ random: inout SplitMix64) -> [[UInt8]] {
  var blocks: [[UInt8]] = []
  var start = 0
  while start < bytes.count {
    let end = min(bytes.count, start + Int.random(in: 1...longest, using: &random))
    blocks.append(Array(bytes[start..<end]))
    start = end
  }
  return blocks
}
