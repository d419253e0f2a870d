/// Locust's `…_stats.csv`: one row an endpoint, over the whole run.
///
/// Percentiles are turned into latencies of that many requests.
/// Source: Locust documentation, "Retrieve test statistics in CSV format".
struct LocustStats: LoadTestFormat {
  let tool = LoadTest.Tool.locust
  private let columns: Columns
  private let percentiles: [(share: Double, column: String)]

  init(_ header: [String]) {
    columns = Columns(header)
    percentiles = header.compactMap { name in
      guard name.hasSuffix("%"), let percent = Double(name.dropLast()) else { return nil }
      return (percent / 100, name)
    }.sorted { $0.0 < $1.0 }
  }

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let cells = CSVCells.split(text(line))
    guard let name = columns.cell("Name", of: cells), name != "Name" else { return true }
    guard name != "Aggregated" else { return true }
    guard let requests = columns.number("Request Count", of: cells),
      let failures = columns.number("Failure Count", of: cells)
    else { return false }
    let method = columns.cell("Type", of: cells).map { $0.isEmpty ? "" : $0 + " " } ?? ""
    var endpoint = LoadTest.Endpoint(name: method + name)
    endpoint.requests = requests
    endpoint.failures = failures
    var below = 0.0
    for (share, column) in percentiles {
      guard let value = columns.number(column, of: cells) else { continue }
      endpoint.latencies.add(value, weight: (share - below) * requests)
      below = share
    }
    builder.whole(endpoint)
    return true
  }
}

/// Locust's `…_stats_history.csv`: the run second by second, and with `--csv-full-history` every
/// endpoint too.
struct LocustHistory: LoadTestFormat {
  let tool = LoadTest.Tool.locust
  private let columns: Columns
  /// When the last stretch of each endpoint was taken, in ms.
  private var taken: [String: Int64] = [:]

  /// Percentiles of the history are those of so many ms, told every second: a stretch each is enough.
  private static let width: Int64 = 10_000

  init(_ header: [String]) { columns = Columns(header) }

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let cells = CSVCells.split(text(line))
    guard let stamp = columns.cell("Timestamp", of: cells), stamp != "Timestamp" else {
      return true
    }
    guard let seconds = Double(stamp), let name = columns.cell("Name", of: cells) else {
      return false
    }
    let time = Int64(seconds * 1000)
    // "N/A" until there are requests in the last ten seconds.
    let p50 = columns.number("50%", of: cells) ?? .nan
    let p95 = columns.number("95%", of: cells) ?? .nan
    let method = columns.cell("Type", of: cells).map { $0.isEmpty ? "" : $0 + " " } ?? ""
    let isWhole = name == "Aggregated"
    if !p50.isNaN, time - (taken[method + name] ?? 0) >= Self.width {
      taken[method + name] = time
      let stretch = LoadTest.Stretch(start: time, p50: p50, p95: p95)
      if isWhole { builder.stretch(stretch) } else { builder.stretch(stretch, of: method + name) }
    }
    guard isWhole else { return true }
    builder.moment(
      LoadTest.Moment(
        start: time, users: columns.number("User Count", of: cells) ?? .nan,
        rate: columns.number("Requests/s", of: cells) ?? 0,
        failureRate: columns.number("Failures/s", of: cells) ?? 0, p95: p95))
    return true
  }
}
