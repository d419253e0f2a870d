/// Gathers what a tool's lines tell into one `LoadTest`.
struct LoadTestBuilder {
  /// Width of a stretch of time, in ms.
  static let width: Int64 = 5000
  /// Endpoints that are told apart; requests to more are counted under one name.
  static let endpointsMax = 1000
  /// Stretches of time, at most; what comes later is counted in the last one.
  static let stretchesMax = 20_000

  private var endpoints: [String: LoadTest.Endpoint] = [:]
  private var histograms: [String: [Int64: LatencyHistogram]] = [:]
  private var requests: [Int64: Double] = [:]
  private var failures: [Int64: Double] = [:]
  private var latencies: [Int64: LatencyHistogram] = [:]
  private var users: [Int64: Double] = [:]
  /// Stretches of the whole run that the tool tells as they are.
  private var toldStretches: [LoadTest.Stretch] = []
  /// Moments that the tool tells as they are.
  private var told: [LoadTest.Moment] = []
  private var first: Int64?
  var badLines = 0

  /// One request: when it began in ms, how long it took in ms, whether it failed.
  mutating func request(
    to name: String, at time: Int64, took milliseconds: Double, failed: Bool
  ) {
    let name = known(name)
    let slot = slot(time)
    endpoints[name, default: LoadTest.Endpoint(name: name)].requests += 1
    if failed { endpoints[name]?.failures += 1 }
    endpoints[name]?.latencies.add(milliseconds)
    histograms[name, default: [:]][slot, default: LatencyHistogram()].add(milliseconds)
    requests[slot, default: 0] += 1
    if failed { failures[slot, default: 0] += 1 }
    latencies[slot, default: LatencyHistogram()].add(milliseconds)
  }

  /// How many virtual users there were at a time.
  mutating func users(_ count: Double, at time: Int64) {
    let slot = slot(time)
    users[slot] = max(users[slot] ?? 0, count)
  }

  /// What the tool itself says of an endpoint over the whole run.
  mutating func whole(_ endpoint: LoadTest.Endpoint) {
    let name = known(endpoint.name)
    let stretches = endpoints[name]?.stretches ?? []
    endpoints[name] = endpoint
    endpoints[name]?.stretches = stretches
  }

  /// What the tool itself says of an endpoint over a stretch of time.
  mutating func stretch(_ stretch: LoadTest.Stretch, of name: String) {
    let name = known(name)
    guard (endpoints[name]?.stretches.count ?? 0) < Self.stretchesMax else { return }
    endpoints[name, default: LoadTest.Endpoint(name: name)].stretches.append(stretch)
  }

  /// What the tool itself says of all requests over a stretch of time.
  mutating func stretch(_ stretch: LoadTest.Stretch) {
    if toldStretches.count < Self.stretchesMax { toldStretches.append(stretch) }
  }

  /// What the tool itself says of the run at a time.
  mutating func moment(_ moment: LoadTest.Moment) {
    if told.count < Self.stretchesMax { told.append(moment) }
  }

  private func known(_ name: String) -> String {
    endpoints[name] != nil || endpoints.count < Self.endpointsMax ? name : "other endpoints"
  }

  private mutating func slot(_ time: Int64) -> Int64 {
    let slot = time / Self.width
    let start = first ?? slot
    first = min(start, slot)
    return min(slot, start + Int64(Self.stretchesMax))
  }

  /// The run that was gathered.
  func build(_ tool: LoadTest.Tool) -> LoadTest {
    var test = LoadTest(tool: tool)
    test.badLines = badLines
    for name in endpoints.keys.sorted() {
      guard var endpoint = endpoints[name] else { continue }
      endpoint.stretches += Self.stretches(histograms[name] ?? [:])
      test.endpoints.append(endpoint)
    }
    test.stretches = Self.stretches(latencies) + toldStretches
    var held = Double.nan
    let seconds = Double(Self.width) / 1000
    for slot in Set(requests.keys).union(users.keys).sorted() {
      held = users[slot] ?? held
      test.moments.append(
        LoadTest.Moment(
          start: slot * Self.width, users: held, rate: (requests[slot] ?? 0) / seconds,
          failureRate: (failures[slot] ?? 0) / seconds,
          p95: latencies[slot]?.percentile(0.95) ?? .nan))
    }
    // The first and the last stretch are cut off where the run begins and ends.
    if test.moments.count > 4 { test.moments = Array(test.moments.dropFirst().dropLast()) }
    test.moments += told
    return test
  }

  private static func stretches(_ histograms: [Int64: LatencyHistogram]) -> [LoadTest.Stretch] {
    histograms.sorted { $0.key < $1.key }.map { slot, histogram in
      LoadTest.Stretch(
        start: slot * width, p50: histogram.percentile(0.5), p95: histogram.percentile(0.95))
    }
  }
}
