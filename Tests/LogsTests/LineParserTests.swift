import Model
import Testing

@testable import Logs

/// 2026-03-01T00:00:00Z: the moment at which lines of the tests arrive.
let arrival = Timestamp(milliseconds: 1_772_323_200_000)

struct LineParserTests {
  struct Case: CustomTestStringConvertible {
    var line: String
    var time: String?
    var level: LogLevel
    var message: String
    var service = ""
    var status: Int?
    var duration: Double?
    var method: String?

    var testDescription: String { line }
  }

  static let cases: [Case] = [
    Case(
      line: "2026-01-15T14:30:00.250Z ERROR no connection", time: "2026-01-15T14:30:00.250Z",
      level: .error, message: "no connection"),
    Case(
      line: "2026-01-15 14:30:00,250 [main] WARN  c.example.Pool - pool is low",
      time: "2026-01-15T14:30:00.250Z", level: .warning, message: "c.example.Pool - pool is low"),
    Case(
      line: "2026-01-15 14:30:00.25+01:00 info: started", time: "2026-01-15T13:30:00.250Z",
      level: .info, message: "started"),
    Case(
      line: "2026/01/15 14:30:00 [error] 12#0: *5 connect() failed (111: Connection refused)",
      time: "2026-01-15T14:30:00Z", level: .error,
      message: "12#0: *5 connect() failed (111: Connection refused)"),
    Case(
      line: "[2026-01-15 14:30:00] production.ERROR: an error occurred",
      time: "2026-01-15T14:30:00Z", level: .unknown, message: "production.ERROR: an error occurred"
    ),
    Case(line: "an error occurred", level: .unknown, message: "an error occurred"),
    Case(line: "error: no such file", level: .error, message: "no such file"),
    Case(
      line: "1768487400.5 DEBUG tick", time: "2026-01-15T14:30:00.500Z", level: .debug,
      message: "tick"),
    Case(
      line: "Jan 15 14:30:00 web-1 kernel: Out of memory: Killed process 4711",
      time: "2026-01-15T14:30:00Z", level: .unknown,
      message: "Out of memory: Killed process 4711", service: "kernel"),
    Case(
      line: "Dec 31 23:59:59 web-1 checkout[12]: ERROR late", time: "2025-12-31T23:59:59Z",
      level: .error, message: "late", service: "checkout"),
    Case(
      line: "<11>1 2026-01-15T14:30:00.003Z web-1 checkout 4711 ID47 - it broke",
      time: "2026-01-15T14:30:00.003Z", level: .error, message: "it broke", service: "checkout"),
    Case(
      line: "E0115 14:30:00.123456   1 server.go:12] cannot bind", time: "2026-01-15T14:30:00.123Z",
      level: .error, message: "cannot bind"),
    Case(
      line: #"2026-01-15T14:30:00.669794202Z stderr F {"level":"error","msg":"boom"}"#,
      time: "2026-01-15T14:30:00.669Z", level: .error, message: "boom"),
    Case(
      line:
        #"{"time":"2026-01-15T14:30:00Z","level":"warn","msg":"slow \"query\"","service":"db","duration_ms":1500}"#,
      time: "2026-01-15T14:30:00Z", level: .warning, message: #"slow "query""#, service: "db",
      duration: 1.5),
    Case(
      line: #"{"level":50,"time":1768487400000,"msg":"failed","err":{"message":"refused"}}"#,
      time: "2026-01-15T14:30:00Z", level: .error, message: "failed: refused"),
    Case(
      line:
        #"{"@timestamp":"2026-01-15T14:30:00Z","log":{"level":"info"},"message":"done","http":{"request":{"method":"post"},"response":{"status_code":503}}}"#,
      time: "2026-01-15T14:30:00Z", level: .info, message: "done", status: 503, method: "POST"),
    Case(
      line: #"{"log":"ERROR it broke\n","stream":"stderr","time":"2026-01-15T14:30:00Z"}"#,
      time: "2026-01-15T14:30:00Z", level: .error, message: "it broke"),
    Case(
      line: #"ts=2026-01-15T14:30:00Z level=error msg="no \"luck\"" took=12.5ms status=500"#,
      time: "2026-01-15T14:30:00Z", level: .error, message: #"no "luck""#, status: 500,
      duration: 0.0125),
    Case(line: "a=1 b=2 c=3 d=4", level: .unknown, message: "a=1 b=2 c=3 d=4"),
    Case(
      line: #"10.0.0.1 - ann [15/Jan/2026:15:30:00 +0100] "GET /a/17?b=1 HTTP/1.1" 200 2326"#,
      time: "2026-01-15T14:30:00Z", level: .info, message: "GET /a/<*> → 2xx", status: 200,
      method: "GET"),
    Case(
      line:
        #"10.0.0.1 - - [15/Jan/2026:14:30:00 +0000] "POST /pay HTTP/2" 502 0 "-" "curl/8" 1.204"#,
      time: "2026-01-15T14:30:00Z", level: .error, message: "POST /pay → 5xx", status: 502,
      duration: 1.204, method: "POST"),
    Case(
      line:
        #"h - - [15/Jan/2026:14:30:00 +0000] "GET / HTTP/1.1" 404 0 "-" "M/5 (X; \"y\")" 150000"#,
      time: "2026-01-15T14:30:00Z", level: .warning, message: "GET / → 4xx", status: 404,
      duration: 0.15, method: "GET"),
    Case(
      line: #"h - - [15/Jan/2026:14:30:00 +0000] "\x16\x03" 400 0"#, time: "2026-01-15T14:30:00Z",
      level: .warning, message: "malformed request → 4xx", status: 400),
    Case(line: #"{"level":"error""#, level: .unknown, message: #"{"level":"error""#),
    Case(
      line: "2026-02-30 14:30:00 ERROR no such day", level: .error,
      message: "2026-02-30 14:30:00 ERROR no such day"),
  ]

  @Test(arguments: cases)
  func `a line says what it says`(_ item: Case) {
    var parser = LineParser(LogLimits())
    let bytes = Array(item.line.utf8)
    parser.read(bytes, 0..<bytes.count, arrival: arrival.milliseconds)
    let record = parser.record
    #expect(record.time.map { Timestamp(milliseconds: $0).description } == item.time)
    #expect(record.level == item.level)
    #expect(String(decoding: record.message, as: UTF8.self) == item.message)
    #expect(String(decoding: record.service, as: UTF8.self) == item.service)
    #expect(record.status == item.status)
    #expect(record.duration == item.duration)
    #expect(record.method == item.method)
  }

  @Test func `a trace belongs to the line above, its last line says what went wrong`() {
    var parser = LineParser(LogLimits())
    let lines = [
      "2026-01-15 14:30:00 ERROR request failed", "Traceback (most recent call last):",
      "  File \"app.py\", line 3, in pay", "ValueError: no amount",
    ]
    var continues: [Bool] = []
    for line in lines {
      let bytes = Array(line.utf8)
      parser.read(bytes, 0..<bytes.count, arrival: arrival.milliseconds)
      continues.append(parser.record.isContinuation)
    }
    #expect(continues == [false, true, true, false])
    #expect(parser.record.level == .error)
  }

  @Test(
    arguments: [
      ("2026-01-15 14:30:00 ERROR winter", "2026-01-15T13:30:00Z"),
      ("2025-07-15 14:30:00,250 ERROR summer", "2025-07-15T12:30:00.250Z"),
      ("2025-03-30 02:30:00 ERROR left out as clocks go forward", "2025-03-30T01:30:00Z"),
      ("2025-10-26 02:30:00 ERROR the first of two", "2025-10-26T00:30:00Z"),
      ("2026-01-15T14:30:00Z ERROR has a zone", "2026-01-15T14:30:00Z"),
      ("2026-01-15 14:30:00 +0000 ERROR has a zone", "2026-01-15T14:30:00Z"),
      ("Jan 15 14:30:00 web-1 app[7]: syslog", "2026-01-15T13:30:00Z"),
      ("E0115 14:30:00.000000  1 file.go:12] klog", "2026-01-15T13:30:00Z"),
      (#"{"time":"2026-01-15 14:30:00","msg":"JSON"}"#, "2026-01-15T13:30:00Z"),
      (#"{"time":"2026-01-15T14:30:00+02:00","msg":"JSON"}"#, "2026-01-15T12:30:00Z"),
      (#"{"time":1768487400,"msg":"JSON"}"#, "2026-01-15T14:30:00Z"),
      ("ts=2026-01-15T14:30:00 level=info msg=logfmt", "2026-01-15T13:30:00Z"),
      (#"h - - [15/Jan/2026:14:30:00 +0000] "GET / HTTP/1.1" 200 0"#, "2026-01-15T14:30:00Z"),
    ])
  func `a time without a zone is read off a clock in the log's own`(_ line: String, _ want: String)
  {
    var parser = LineParser(LogLimits(), zone: TimeZoneRule.named("Europe/Berlin") ?? .utc)
    let bytes = Array(line.utf8)
    parser.read(bytes, 0..<bytes.count, arrival: arrival.milliseconds)
    #expect(parser.record.time.map { Timestamp(milliseconds: $0).description } == want)
  }

  @Test func `29 February without a year is that of the last leap year`() {
    let bytes = Array("Feb 29 10:00:00 web-1 app: x".utf8)
    var parser = LineParser(LogLimits())
    parser.read(bytes, 0..<bytes.count, arrival: arrival.milliseconds)
    #expect(
      parser.record.time.map { Timestamp(milliseconds: $0).description } == "2024-02-29T10:00:00Z")
  }
}
