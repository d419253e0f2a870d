/// What wrk2 prints with `--latency`: the percentile spectrum of its HDR histogram, in ms.
///
/// Source: HdrHistogram, "Percentile output format": value, percentile, total count, 1/(1-percentile).
struct LatencySpectrum: LoadTestFormat {
  let tool = LoadTest.Tool.wrk2
  private var endpoint = LoadTest.Endpoint(name: "all requests")
  private var counted = 0.0
  private var failures = 0.0

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let words = text(line).split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    if words.count >= 3, let value = Double(words[0]), let share = Double(words[1]),
      let total = Double(words[2]), (0...1).contains(share)
    {
      endpoint.latencies.add(value, weight: total - counted)
      counted = max(counted, total)
    } else if words.first == "Non-2xx", let count = words.last.flatMap(Double.init) {
      failures = count
    } else if words.count >= 4, words[1] == "requests", words[2] == "in",
      let count = Double(words[0])
    {
      endpoint.requests = count
    }
    return true
  }

  mutating func finish(into builder: inout LoadTestBuilder) {
    endpoint.requests = max(endpoint.requests, counted)
    endpoint.failures = failures
    builder.whole(endpoint)
  }
}
