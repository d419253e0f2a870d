import Model
import Testing

@testable import Logs

struct LogDecoderTests {
  @Test func `lines become counters that begin with a zero`() {
    let found = read(
      """
      \(stamp(1)) INFO started
      \(stamp(14)) ERROR no connection after 12 ms
      \(stamp(15)) ERROR no connection after 13 ms
      \(stamp(16)) INFO started
      """)
    let errors = found.samples(of: #"level="error""#)
    let series = #"log_lines_total{level="error", pattern="no connection after <num> ms"}"#
    #expect(errors == ["\(series) 0.0 @0", "\(series) 2.0 @15", "\(series) 2.0 @30"])
    #expect(
      found.samples(of: "started").map { $0.split(separator: " ").suffix(2).joined() } == [
        "0.0@0", "1.0@15", "2.0@30",
      ])
    #expect(found.counts.lines == 4)
  }

  @Test func `access logs give requests by status, and how long they took`() {
    let found = read(
      """
      h - - [15/Jan/2026:00:00:01 +0000] "GET /a HTTP/1.1" 200 1 "-" "x" 0.004
      h - - [15/Jan/2026:00:00:02 +0000] "GET /b HTTP/1.1" 500 1 "-" "x" 0.300
      h - - [15/Jan/2026:00:00:03 +0000] "GET /b HTTP/1.1" 500 1 "-" "x" 20.0
      """, LogOptions(service: "shop"))
    func value(_ series: String) -> String? {
      found.samples.last { $0.hasPrefix(series) }?.split(separator: " ").suffix(2).first
        .map(String.init)
    }
    #expect(value(#"log_requests_total{code="200", method="GET", service="shop"}"#) == "1.0")
    #expect(value(#"log_requests_total{code="500", method="GET", service="shop"}"#) == "2.0")
    let bucket = "log_request_duration_seconds_bucket"
    #expect(value(#"\#(bucket){le="0.005", service="shop"}"#) == "1.0")
    #expect(value(#"\#(bucket){le="0.5", service="shop"}"#) == "2.0")
    #expect(value(#"\#(bucket){le="10", service="shop"}"#) == "2.0")
    #expect(value(#"\#(bucket){le="+Inf", service="shop"}"#) == "3.0")
    #expect(value(#"log_request_duration_seconds_sum{service="shop"}"#) == "20.304")
    #expect(value(#"log_request_duration_seconds_count{service="shop"}"#) == "3.0")
  }

  /// An hour of a quiet log, then trouble.
  private func troubled() -> String {
    var lines: [String] = []
    for second in stride(from: 0, to: 3600, by: 2) {
      lines.append("\(stamp(second)) INFO request \(second) done")
      if second % 60 == 0 { lines.append("\(stamp(second)) WARN retrying payment \(second)") }
    }
    for second in 3600..<3660 {
      lines.append("\(stamp(second)) WARN retrying payment \(second)")
      if second > 3620 {
        lines.append("\(stamp(second)) ERROR no connection, password=hunter22 host=db-1")
      }
    }
    return lines.joined(separator: "\n")
  }

  @Test func `what is new and what surges is found, with a line, its secret masked`() throws {
    let found = read(troubled(), LogOptions(service: "shop")).findings
    try #require(found.map(\.kind) == [.surging, .new], "\(found)")
    #expect(found[0].pattern == "retrying payment <num>")
    #expect(found[0].usualMax <= 2 && found[0].count >= 10)
    #expect(found[1].time.description == "2026-01-15T01:00:21Z")
    #expect(found[1].level == .error)
    // Of the first step and the next: 21 to 45 seconds past.
    #expect(found[1].count == 25 && found[1].span == 30_000)
    #expect(found[1].sample == "no connection, password=*** host=db-1")
    #expect(found.allSatisfy { $0.service == "shop" })
  }

  @Test func `no finding while a log is learned, nor in a log that always says something new`() {
    #expect(
      read(troubled().split(separator: "\n").suffix(200).joined(separator: "\n")).findings == [])
    var lines: [String] = []
    for minute in 0..<120 {
      let word = String(
        String(minute).map { Character(UnicodeScalar(UInt8($0.asciiValue ?? 48) + 49)) })
      lines.append("\(stamp(minute * 60)) ERROR \(word)\(word) broke the \(word)")
    }
    #expect(read(lines.joined(separator: "\n")).findings == [])
  }

  @Test func `the result does not depend on the cut, compressed or not`() {
    let bytes = Array(troubled().utf8)
    let whole = read([bytes])
    #expect(whole.samples.count > 400)
    for size in [1, 7, 1000, 65_537] where size > 1 || bytes.count < 200_000 {
      let blocks = stride(from: 0, to: bytes.count, by: size).map {
        Array(bytes[$0..<min($0 + size, bytes.count)])
      }
      #expect(read(blocks) == whole, "blocks of \(size)")
    }
    var packed = read([deflated(bytes)])
    packed.counts.bytes = whole.counts.bytes
    #expect(packed == whole)
  }

  @Test func `damaged compression keeps the lines before it`() {
    let packed = deflated(Array(troubled().utf8))
    let cut = read([Array(packed[..<(packed.count / 2)])])
    #expect(cut.codes == ["truncated-compression"])
    #expect(cut.counts.lines > 500)
  }

  @Test func `late lines count in the open step, a wild time alone moves nothing`() {
    let found = read(
      """
      \(stamp(40)) ERROR a
      \(stamp(1)) ERROR a
      2031-01-01T00:00:00Z ERROR a
      \(stamp(41)) ERROR a
      """)
    #expect(
      found.samples.map { $0.split(separator: " ").suffix(2).joined() } == ["0.0@30", "4.0@45"])
  }

  @Test func `a first line of the far future is forgotten when the log goes on`() {
    let lines = ["2031-01-01T00:00:00Z ERROR a"] + (0..<20).map { "\(stamp(40 + $0)) ERROR a" }
    let found = read(lines.joined(separator: "\n"))
    // The first eight count where the wild line did; it is the engine's part to drop those samples.
    #expect(found.samples.last?.hasSuffix("21.0 @60") == true, "\(found.samples)")
  }

  @Test func `two lines that agree move the time, and the silence between is left empty`() {
    let found = read(
      """
      \(stamp(10)) ERROR a
      2026-01-16T00:00:01Z ERROR a
      2026-01-16T00:00:02Z ERROR a
      """)
    // The second line waits for the third and counts where the first did.
    #expect(
      found.samples.map { $0.split(separator: " ").suffix(2).joined() } == [
        "0.0@0", "2.0@15", "stale@0", "0.0@0", "1.0@15",
      ])
  }

  @Test func `a long line is looked at in part, and reported once`() {
    var options = LogOptions()
    options.limits.lineBytesMax = 100
    let long = "\(stamp(1)) ERROR it broke " + String(repeating: "x", count: 500)
    let found = read("\(long)\n\(long)\n\(stamp(2)) ERROR it broke", options)
    #expect(found.codes == ["log-line-too-long"])
    #expect(found.counts.brokenLines == 2)
    #expect(found.counts.lines == 3)
  }

  @Test func `series are bounded, what is beyond counts as other`() {
    var options = LogOptions()
    options.limits.seriesMax = 3
    let lines = ["alpha", "beta", "gamma", "delta", "omega"].map { "\(stamp(1)) ERROR \($0)" }
    let found = read(lines.joined(separator: "\n"), options)
    #expect(found.samples(of: "@15").count == 4)
    #expect(found.samples(of: "<other>").last?.hasSuffix("2.0 @15") == true)
  }

  @Test func `a log that is written now goes on while it is silent`() {
    var decoder = LogDecoder()
    var batch = SampleBatch()
    decoder.feed(Array("\(stamp(1)) ERROR a\n".utf8), arrival: arrival)
    let isEarly = decoder.next(into: &batch)
    #expect(!isEarly)
    let start = Timestamp(milliseconds: 1_768_435_200_000)
    var times: [Int64] = []
    for second: Int64 in stride(from: 10, through: 1500, by: 10) {
      decoder.advance(to: start + second * 1000)
      while decoder.next(into: &batch) { times += batch.times.suffix(1) }
    }
    #expect(times.first == start.milliseconds + 15_000)
    #expect(times.count == 99)
    // An old log is not carried to the present.
    var old = LogDecoder()
    old.feed(Array("\(stamp(1)) ERROR a\n".utf8), arrival: arrival)
    _ = old.next(into: &batch)
    old.advance(to: start + 86_400_000)
    let isCarried = old.next(into: &batch)
    #expect(!isCarried)
  }

  @Test func `lines without a time come when they arrive`() {
    var decoder = LogDecoder()
    var batch = SampleBatch()
    decoder.feed(Array("ERROR a\n".utf8), arrival: arrival + 1000)
    let isEarly = decoder.next(into: &batch)
    #expect(!isEarly)
    decoder.feed(Array("ERROR a\n".utf8), arrival: arrival + 21_000)
    let isStep = decoder.next(into: &batch)
    #expect(isStep)
    #expect(batch.values == [0, 1])
  }
}
