import Exposition
import Model
import Testing

struct JSONLinesTests {
  @Test(arguments: [
    ("{\"ts\":1,\"cpu\":}", "in:2:15: warning: expected a value, found \"}\""),
    ("{\"ts\":1 \"cpu\":2}", "in:2:9: warning: expected \",\" or \"}\", found \"\\\"\""),
    ("{\"ts\":1,\"cpu\":2", "in:2:16: warning: expected \",\" or \"}\", found the end of the line"),
    (
      "{\"ts\":1,\"cpu:2}", "in:2:9: warning: expected a closing double quote, found \"\\\"cpu:2}\""
    ),
    ("{\"ts\":1,cpu:2}", "in:2:9: warning: expected a name in double quotes, found \"cpu\""),
    ("{\"ts\":1,\"cpu\":2} x", "in:2:18: warning: expected the end of the line, found \"x\""),
    ("{\"ts\":\"soon\",\"cpu\":2}", "in:2:7: warning: expected a time, found \"\\\"soon\\\"\""),
    ("{\"ts\":1,\"cpu\":tru}", "in:2:15: warning: expected a value, found \"tru\""),
    ("{\"ts\":1,\"cpu\":1e999}", "in:2:15: warning: expected a number, found \"1e999\""),
    (
      "{\"metric\":\"a\",\"value\":\"x\"}",
      "in:2:23: warning: expected a number, found \"\\\"x\\\"\""
    ),
    (
      "{\"host\":\"a\"}",
      "in:2:1: warning: expected an object with a number in it, found \"{\\\"host\\\":\\\"a\\\"}\""
    ),
    ("{\"a\\x\":1}", "in:2:4: warning: expected an escape of JSON, found \"\\\\\""),
    ("17", "in:2:1: warning: expected an object, found \"17\""),
    (
      "{\"change\":{\"kind\":\"k\"}}",
      "in:2:11: warning: expected a change with a service, found \"{\\\"kind\\\":\\\"k\\\"}\""
    ),
    (
      "{\"cpu\":1,\"a\":\"x\",\"a\":\"y\"}",
      "in:2:22: warning: expected each label once, found \"\\\"y\\\"\""
    ),
  ])
  func `a bad line is reported with its place and skipped`(_ line: String, _ want: String) {
    let found = decode("{\"a\":1}\n\(line)\n{\"z\":2}\n", .jsonl)
    #expect(found.reports == [want])
    #expect(found.samples == ["a 1.0", "z 2.0"])
  }

  @Test func `an object that is half wrong leaves nothing behind`() {
    let found = decode("{\"a\":1,\"b\":{\"c\":1e999}}\n{\"z\":2}\n", .jsonl)
    #expect(found.samples == ["z 2.0"])
    #expect(found.codes == ["bad-number"])
  }

  @Test(
    arguments: [
      (
        "{\"ts\":1768487400,\"metric\":\"cpu\",\"value\":0.4,\"labels\":{\"host\":\"a\",\"core\":1}}",
        ["cpu{core=\"1\", host=\"a\"} 0.4 1768487400000"]
      ),
      (
        "{\"time\":\"2026-01-15T14:30:00.5Z\",\"name\":\"cpu\",\"value\":\"NaN\",\"tags\":{\"h\":\"a\"},\"dc\":\"x\"}",
        ["cpu{dc=\"x\", h=\"a\"} nan 1768487400500"]
      ),
      ("{\"metric\":\"cpu\",\"value\":null}", []),
      (
        "{\"ts\":1768487400123,\"cpu\":0.4,\"up\":true,\"gone\":null,\"host\":\"a\"}",
        ["cpu{host=\"a\"} 0.4 1768487400123", "up{host=\"a\"} 1.0 1768487400123"]
      ),
      (
        "{\"cpu\":{\"user\":1,\"mode\":{\"x\":-2e3}},\"host\":{\"name\":\"a\"},\"list\":[1,2]}",
        ["cpu_user{host_name=\"a\"} 1.0", "cpu_mode_x{host_name=\"a\"} -2000.0"]
      ),
      (
        "{\"disk.io\":1,\"path\":\"C:\\\\a\\n\\u00fc\\ud83d\\ude00\"}",
        ["{__name__=\"disk.io\", path=\"C:\\\\a\\nü😀\"} 1.0"]
      ),
      ("{}", nil), ("[{\"a\":1},{\"a\":2}]", ["a 1.0", "a 2.0"]),
      (
        "{\"fields\":{\"idle\":97.4,\"n\":3,\"s\":\"x\",\"ok\":true},\"name\":\"cpu\",\"tags\":{\"host\":\"a\"},\"timestamp\":1458229140}",
        [
          "cpu_idle{host=\"a\"} 97.4 1458229140000", "cpu_n{host=\"a\"} 3.0 1458229140000",
          "cpu_ok{host=\"a\"} 1.0 1458229140000",
        ]
      ),
      (
        "{\"metrics\":[{\"fields\":{\"idle\":1},\"name\":\"cpu\",\"timestamp\":1},{\"fields\":{\"idle\":2},\"name\":\"cpu\",\"timestamp\":2}]}",
        ["cpu_idle 1.0 1000", "cpu_idle 2.0 2000"]
      ),
      (
        "{\"name\":\"load1\",\"namespace\":\"host\",\"tags\":{\"host\":\"a\",\"x\":null},\"timestamp\":\"2026-01-15T14:30:00Z\",\"kind\":\"absolute\",\"gauge\":{\"value\":0.5}}",
        ["host_load1{host=\"a\"} 0.5 1768487400000"]
      ),
      (
        "{\"name\":\"d\",\"kind\":\"absolute\",\"aggregated_histogram\":{\"buckets\":[{\"upper_limit\":1.0,\"count\":2},{\"upper_limit\":2.0,\"count\":3}],\"count\":6,\"sum\":9.5}}",
        [
          "d_bucket{le=\"1.0\"} 2.0", "d_bucket{le=\"2.0\"} 5.0", "d_bucket{le=\"+Inf\"} 6.0",
          "d_count 6.0", "d_sum 9.5",
        ]
      ),
      (
        "{\"name\":\"s\",\"kind\":\"absolute\",\"aggregated_summary\":{\"quantiles\":[{\"quantile\":0.5,\"value\":3}],\"count\":2,\"sum\":6}}",
        ["s{quantile=\"0.5\"} 3.0", "s_count 2.0", "s_sum 6.0"]
      ),
      ("{\"name\":\"u\",\"kind\":\"absolute\",\"set\":{\"values\":[\"a\",\"b\"]}}", ["u 2.0"]),
      (
        "{\"name\":\"d\",\"kind\":\"incremental\",\"distribution\":{\"samples\":[{\"value\":2.0,\"rate\":3}],\"statistic\":\"histogram\"}}",
        ["d_count 3.0", "d_sum 6.0"]
      ),
      (
        "{\"metric\":{\"__name__\":\"up\",\"job\":\"x\"},\"values\":[1,0],\"timestamps\":[1768487400000,1768487415000]}",
        ["up{job=\"x\"} 1.0 1768487400000", "up{job=\"x\"} 0.0 1768487415000"]
      ),
    ] as [(String, [String]?)])
  func `reads each shape`(_ line: String, _ want: [String]?) {
    let found = decode(line + "\r\n", .jsonl)
    #expect(found.samples == want ?? [])
    #expect(found.codes == (want == nil ? ["bad-shape"] : []))
  }

  @Test func `differences add up, for k6 and for Vector's incremental counters`() {
    let text = """
      {"type":"Metric","data":{"name":"orders","type":"counter","contains":"default"},"metric":"orders"}
      {"metric":"orders","type":"Point","data":{"time":"2026-01-15T14:30:00Z","value":2,"tags":{"status":"200"}}}
      {"metric":"orders","type":"Point","data":{"time":"2026-01-15T14:30:01Z","value":3,"tags":{"status":"200"}}}
      {"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-15T14:30:01Z","value":12.5,"tags":null}}
      {"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-15T14:30:01Z","value":7.5,"tags":null}}
      {"metric":"vus","type":"Point","data":{"time":"2026-01-15T14:30:01Z","value":9,"tags":null}}
      {"name":"hits","kind":"incremental","counter":{"value":4}}
      {"name":"hits","kind":"incremental","counter":{"value":4}}
      """
    let found = decode(text)
    #expect(found.format == .jsonl)
    #expect(
      found.samples == [
        "orders{status=\"200\"} 2.0 1768487400000", "orders{status=\"200\"} 5.0 1768487401000",
        "http_req_duration 12.5 1768487401000", "http_req_duration_count 1.0 1768487401000",
        "http_req_duration_sum 12.5 1768487401000", "http_req_duration 7.5 1768487401000",
        "http_req_duration_count 2.0 1768487401000", "http_req_duration_sum 20.0 1768487401000",
        "vus 9.0 1768487401000", "hits 4.0", "hits 8.0",
      ])
  }

  @Test func `reads changes`() {
    let line =
      "{\"ts\":\"2026-01-15T14:25:00Z\",\"change\":{\"service\":\"checkout\",\"kind\":\"docker-compose\",\"version\":\"v2\",\"previous_version\":\"v1\",\"summary\":\"s\",\"link\":\"l\"}}"
    let found = decode(line)
    #expect(
      found.changes == [
        ChangeEvent(
          time: Timestamp(milliseconds: 1_768_487_100_000), service: "checkout",
          kind: "docker-compose", version: "v2", previousVersion: "v1", summary: "s", link: "l")
      ])
    #expect(found.samples == [])
  }

  @Test func `nesting has a limit`() {
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    let found = decode("{\"a\":1,\"b\":\(deep)}\n{\"z\":2}", .jsonl)
    #expect(found.codes == ["nested-too-deeply"])
    #expect(found.samples == ["z 2.0"])
    let objects = String(repeating: "{\"a\":", count: 30) + "1" + String(repeating: "}", count: 30)
    #expect(decode(objects, .jsonl).samples.count == 1)
  }
}
