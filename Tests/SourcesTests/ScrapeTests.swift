import CZlib
import Foundation
import Model
import Synchronization
import Testing

@testable import Sources

struct ScrapeTests {
  /// A clock that goes to the next turn at once, a number of times, and then stands.
  final class TestClock: ScrapeClock {
    private let state: Mutex<(now: Timestamp, turns: Int)>
    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)

    init(_ now: Int64 = 1_000_000, turns: Int = 0) {
      state = Mutex((Timestamp(milliseconds: now), turns))
    }

    func now() -> Timestamp { state.withLock { $0.now } }

    func uptimeNanoseconds() -> UInt64 { 0 }

    func sleep(until time: Timestamp) async throws {
      let goesOn = state.withLock { state in
        guard state.turns > 0 else { return false }
        state.turns -= 1
        state.now = time
        return true
      }
      if goesOn { return }
      continuation.finish()
      while true { try await Task.sleep(for: .seconds(3600)) }
    }

    /// Returns once all turns are over.
    func standsStill() async { for await _ in stream {} }
  }

  /// Scrapes once for each of `times` and gives the rows of each scrape.
  private func scrapes(
    _ configuration: ScrapeConfiguration, _ times: [Int64]
  ) async throws -> (rows: [[String]], reports: [String], status: Scraper.Status) {
    let client = ScrapeClient(secrets: { _ in "s3cret" })
    let scraper = Scraper(
      try ScrapeTarget(configuration), client: client, clock: TestClock(), deliver: { _ in })
    var result: [[String]] = []
    var reports: [String] = []
    for time in times {
      let delivery = try await scraper.scrape(at: Timestamp(milliseconds: time))
      result.append(rows(delivery.batch).map { $0.replacing("snan(0x2)", with: "stale") })
      reports += delivery.diagnostics.map(\.message)
    }
    let status = await scraper.status
    try await client.shutdown()
    return (result, reports, status)
  }

  private func report(_ up: Int, _ samples: Int, _ added: Int, _ time: Int64, _ port: Int)
    -> [String]
  {
    let values = [
      ("up", up), ("scrape_duration_seconds", 0), ("scrape_samples_scraped", samples),
      ("scrape_samples_post_metric_relabeling", samples), ("scrape_series_added", added),
    ]
    return values.map { name, value in
      #"\#(name){instance="127.0.0.1:\#(port)", job="node"} \#(Double(value)) \#(time)"#
    }
  }

  @Test func `series get the target's labels, and end when they are gone`() async throws {
    let pages = Mutex([
      "a 1\nb{job=\"own\"} 2\nc 3 500\n", "a 4\nd 5\n", "a 6\nd 7\n",
    ])
    let server = try LoopbackServer { _ in .text(pages.withLock { $0.removeFirst() }) }
    let target = ScrapeConfiguration(url: server.url(), labels: ["job": "node"])
    let (found, reports, status) = try await scrapes(target, [1000, 2000, 3000])
    let tail = #"instance="127.0.0.1:\#(server.port)", job="node"}"#
    #expect(
      found == [
        ["a{\(tail) 1.0 1000", #"b{exported_job="own", \#(tail) 2.0 1000"#, "c{\(tail) 3.0 500"]
          + report(1, 3, 3, 1000, server.port),
        // c had a time of its own, so that it is not marked.
        ["a{\(tail) 4.0 2000", "d{\(tail) 5.0 2000", #"b{exported_job="own", \#(tail) stale 2000"#]
          + report(1, 2, 1, 2000, server.port),
        ["a{\(tail) 6.0 3000", "d{\(tail) 7.0 3000"] + report(1, 2, 0, 3000, server.port),
      ])
    #expect(reports == [])
    #expect(status.isUp == true)
  }

  @Test func `labels and times are the page's where it is honoured`() async throws {
    let server = try LoopbackServer { _ in .text("a{job=\"own\"} 1 500\n") }
    var target = ScrapeConfiguration(url: server.url(), labels: ["job": "node"])
    target.honorsLabels = true
    target.honorsTimestamps = false
    let (found, _, _) = try await scrapes(target, [1000])
    #expect(found[0][0] == #"a{instance="127.0.0.1:\#(server.port)", job="own"} 1.0 1000"#)
  }

  @Test func `a scrape that fails leaves nothing but up 0 and the end of all series`() async throws
  {
    typealias Case = (String, LoopbackServer.Answer, ScrapeError.Code)
    let cases: [Case] = [
      ("status", .init(status: "503 Busy", pieces: [Array("a 9\n".utf8)]), .badStatus),
      ("too large", .text(String(repeating: "a 1\n", count: 300)), .bodyTooLarge),
      ("too many", .text("x 1\ny 2\nz 3\n"), .tooManySamples),
      ("no metrics", .text("<html>no</html>\n"), .badBody),
      (
        "bomb",
        .init(
          headers: ["Content-Encoding": "gzip"],
          pieces: [gzip(String(repeating: "a 1\n", count: 300))]), .bodyTooLarge
      ),
      ("no gzip", .init(headers: ["Content-Encoding": "gzip"], pieces: [[1, 2, 3]]), .badBody),
      (
        "slow", .init(pieces: [Array("a 1\n".utf8), Array("b 1\n".utf8)], pauseMilliseconds: 2000),
        .timeout
      ),
      ("file", .init(status: "302 Found", headers: ["Location": "file:///etc/passwd"]), .badStatus),
      (
        "unix", .init(status: "302 Found", headers: ["Location": "http+unix://%2Ftmp%2Fx/"]),
        .badStatus
      ),
      ("loop", .init(status: "302 Found", headers: ["Location": "/metrics"]), .unreachable),
    ]
    for (name, bad, code) in cases {
      let isFirst = Mutex(true)
      let server = try LoopbackServer { _ in
        isFirst.withLock { first in
          defer { first = false }
          return first ? .text("a 1\n") : bad
        }
      }
      let target = ScrapeConfiguration(
        url: server.url(), timeoutMilliseconds: name == "slow" ? 300 : nil,
        labels: ["job": "node"], bodyBytesMax: 1000, samplesMax: 2)
      let (found, reports, status) = try await scrapes(target, [1000, 2000, 3000])
      let tail = #"instance="127.0.0.1:\#(server.port)", job="node"}"#
      #expect(found[1] == ["a{\(tail) stale 2000"] + report(0, 0, 0, 2000, server.port), "\(name)")
      #expect(found[2] == report(0, 0, 0, 3000, server.port), "\(name)")
      #expect(status.lastError?.code == code, "\(name): \(status.lastError?.message ?? "-")")
      // Told when it begins, not at each turn.
      #expect(reports.count == 1, "\(name): \(reports)")
    }
  }

  @Test func `a target that is not there is down`() async throws {
    let server = try LoopbackServer { _ in .text("") }
    server.stop()
    let (found, _, status) = try await scrapes(
      ScrapeConfiguration(url: server.url(), labels: ["job": "node"]), [1000])
    #expect(found[0] == report(0, 0, 0, 1000, server.port))
    #expect(status.lastError?.code == .unreachable)
    #expect(status.lastError?.message == "no connection: connection refused")
  }

  @Test func `a bad line costs only itself, and is told once`() async throws {
    let server = try LoopbackServer { _ in .text("a 1\nb one\n") }
    let (found, reports, status) = try await scrapes(
      ScrapeConfiguration(url: server.url(), labels: ["job": "node"]), [1000, 2000])
    #expect(found.map(\.count) == [6, 6])
    #expect(status.isUp == true)
    #expect(reports.count == 1)
  }

  @Test func `what is asked for, compressed or as OpenMetrics, and with whom`() async throws {
    let asked = Mutex<[LoopbackServer.Request]>([])
    let server = try LoopbackServer { request in
      asked.withLock { $0.append(request) }
      if request.path == "/moved" {
        return .init(status: "301 Moved", headers: ["Location": "/metrics?a=b"])
      }
      return .init(
        headers: [
          "Content-Encoding": "gzip",
          "Content-Type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ], pieces: [gzip("# TYPE a gauge\na 1 0.25\n# EOF\n")])
    }
    let password = try Secret("${env:PASSWORD}")
    for credentials in [
      ScrapeConfiguration.Credentials.basic(user: "me", password: password), .bearer(password),
      .header(password),
    ] {
      let (found, _, _) = try await scrapes(
        ScrapeConfiguration(url: server.url("/moved"), credentials: credentials), [1000])
      // A time of OpenMetrics is in seconds.
      #expect(found[0][0].hasSuffix(" 1.0 250"))
    }
    let requests = asked.withLock { $0 }
    #expect(
      requests.map(\.path)
        == Array(repeating: ["/moved", "/metrics?a=b"], count: 3).flatMap(\.self))
    #expect(requests[0].headers["authorization"] == "Basic bWU6czNjcmV0")
    #expect(requests[2].headers["authorization"] == "Bearer s3cret")
    #expect(requests[4].headers["authorization"] == "s3cret")
    #expect(requests[0].headers["accept-encoding"] == "gzip")
    #expect(requests[0].headers["accept"]?.hasPrefix("application/openmetrics-text") == true)
    #expect(requests[0].headers["x-prometheus-scrape-timeout-seconds"] == "10.0")
  }

  @Test func `turn by turn until it is cancelled, and then its series can be ended`() async throws {
    let server = try LoopbackServer { _ in .text("a 1\n") }
    let client = ScrapeClient(secrets: { _ in "" })
    let clock = TestClock(1_000_000, turns: 3)
    let target = try ScrapeTarget(ScrapeConfiguration(url: server.url()))
    let taken = Mutex<[(time: Int64, rows: Int)]>([])
    let scraper = Scraper(target, client: client, clock: clock) { delivery in
      taken.withLock { $0.append((delivery.batch.times.last ?? 0, delivery.batch.count)) }
    }
    let run = Task { await scraper.run() }
    await clock.standsStill()
    run.cancel()
    await run.value
    try await scraper.end()
    try await client.shutdown()
    let first = target.turn(atOrAfter: Timestamp(milliseconds: 1_000_000)).milliseconds
    let result = taken.withLock { $0 }
    #expect(result.map(\.rows) == [6, 6, 6, 1])
    #expect(result.map(\.time).prefix(3) == [first, first + 15_000, first + 30_000])
  }

  @Test func `a client that nobody shut down closes itself`() async throws {
    let server = try LoopbackServer { _ in .text("a 1\n") }
    let target = try ScrapeTarget(ScrapeConfiguration(url: server.url()))
    for isUsed in [false, true] {
      // In debug builds the HTTP client traps when it is let go without a word.
      let client = ScrapeClient(secrets: { _ in "" })
      if isUsed { #expect(try await client.fetch(target).body.count == 4) }
    }
  }

  @Test func `turns keep their place and targets spread`() throws {
    var offsets: Set<Int64> = []
    for port in 1...50 {
      let target = try ScrapeTarget(ScrapeConfiguration(url: "http://h:\(port)/"))
      let first = target.turn(atOrAfter: Timestamp(milliseconds: 0)).milliseconds
      #expect((0..<15_000).contains(first))
      #expect(target.turn(atOrAfter: Timestamp(milliseconds: first)).milliseconds == first)
      #expect(
        target.turn(atOrAfter: Timestamp(milliseconds: first + 1)).milliseconds == first + 15_000)
      #expect(target.turn(atOrAfter: Timestamp(milliseconds: -1)).milliseconds == first)
      offsets.insert(first)
    }
    #expect(offsets.count > 40)
  }

  @Test(arguments: [
    "", "h:9100/metrics", "file:///etc/passwd", "http://", "unix:///x", "http+unix://%2Fx/",
    "http://me:secret@h/metrics", "ftp://me:secret@h/",
  ])
  func `an address that cannot be scraped is refused`(_ url: String) {
    let error = #expect(throws: ScrapeError.self) {
      try ScrapeTarget(ScrapeConfiguration(url: url))
    }
    #expect(error?.code == .badURL)
    #expect(error?.message.contains("secret") == false)
  }

  @Test func `a timeout beyond the interval is refused, and the default is not`() throws {
    #expect(throws: ScrapeError.self) {
      try ScrapeTarget(ScrapeConfiguration(url: "http://h/", timeoutMilliseconds: 20_000))
    }
    #expect(throws: ScrapeError.self) {
      try ScrapeTarget(ScrapeConfiguration(url: "http://h/", intervalMilliseconds: 0))
    }
    let target = try ScrapeTarget(
      ScrapeConfiguration(url: "https://h/", intervalMilliseconds: 5000))
    #expect(target.timeoutMilliseconds == 5000)
    #expect(target.labels == ["instance": "h:443", "job": "h"])
  }
}

/// `text` as gzip.
private func gzip(_ text: String) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = Array(text.utf8)
  return [UInt8](unsafeUninitializedCapacity: input.count + 100) { buffer, count in
    input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      deflate(&stream, Z_FINISH)
      count = buffer.count - Int(stream.avail_out)
    }
  }
}
