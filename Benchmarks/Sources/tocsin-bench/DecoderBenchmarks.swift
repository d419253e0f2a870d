import Exposition
import Model

/// Each format, a sample a line: cost per sample.
let decoderBenchmarks: [Benchmark] = [
  decoding("prometheus text", .prometheus) { metric, host, value, time in
    "\(Fleet.spelling(metric, host)) \(value) \(time)"
  },
  decoding("openmetrics", .openmetrics) { metric, host, value, time in
    "\(Fleet.spelling(metric, host)) \(value) \(time / 1000).000"
  },
  decoding("influx lines", .influx) { metric, host, value, time in
    let tags = Fleet.labels(of: host).map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    return "\(metric),\(tags) value=\(value) \(time)000000"
  },
  decoding("json lines", .jsonl) { metric, host, value, time in
    let labels = Fleet.labels(of: host).map { "\"\($0.name)\":\"\($0.value)\"" }
    return "{\"ts\":\(time),\"metric\":\"\(metric)\",\"value\":\(value),"
      + "\"labels\":{\(labels.joined(separator: ","))}}"
  },
  decoding("csv", .csv, head: "timestamp,metric,value,instance,region,service,job") {
    metric, host, value, time in
    "\(time),\(metric),\(value),"
      + Fleet.labels(of: host).map(\.value).joined(separator: ",")
  },
  decoding("graphite", .graphite) { metric, host, value, time in
    let tags = Fleet.labels(of: host).map { "\($0.name)=\($0.value)" }.joined(separator: ";")
    return "\(metric);\(tags) \(value) \(time / 1000)"
  },
]

private func decoding(
  _ name: String, _ format: InputFormat, head: String? = nil,
  _ line: @escaping @Sendable (String, Int, Double, Int64) -> String
) -> Benchmark {
  let fleet = Fleet(hosts: 20, steps: 25)
  return Benchmark("decode: \(name)", units: fleet.samples) {
    var text: [UInt8] = head.map { Array($0.utf8) + [0x0a] } ?? []
    fleet.forEach { metric, host, value, time in
      text += Array(line(metric, host, value, time).utf8) + [0x0a]
    }
    return { [text] in decode(text, format) }
  }
}

private func decode(_ text: [UInt8], _ format: InputFormat) -> UInt64 {
  var options = DecoderOptions()
  options.format = format
  var decoder = SampleDecoder(options)
  var batch = SampleBatch()
  var hash: UInt64 = 0
  var count = 0
  func take() {
    count += batch.count
    if let last = batch.values.last { hash = hash.mixed(last) }
  }
  for start in stride(from: 0, to: text.count, by: 1 << 18) {
    decoder.feed(
      Array(text[start..<min(text.count, start + 1 << 18)]), arrival: Timestamp(milliseconds: 0))
    while decoder.next(into: &batch) { take() }
  }
  decoder.finish()
  while decoder.next(into: &batch) { take() }
  return hash &+ UInt64(count)
}
