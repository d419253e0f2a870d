import Exposition
import Model
import Testing

struct CSVTests {
  @Test(arguments: [
    ("1,abc", "in:3:3: warning: expected a number, found \"abc\""),
    ("1", "in:3:1: warning: expected 2 columns instead of 1, found \"1\""),
    ("1,2,3", "in:3:1: warning: expected 2 columns instead of 3, found \"1,2,3\""),
    ("soon,2", "in:3:1: warning: expected a time, found \"soon\""),
    ("\"1,2", "in:3:1: warning: expected a closing double quote, found \"\\\"1,2\""),
    ("\"1\"x,2", "in:3:4: warning: expected a separator after the quotes, found \"x,2\""),
  ])
  func `a bad row is reported with its place and skipped`(_ row: String, _ want: String) {
    let found = decode("time,cpu\n1,5\n\(row)\n3,6\n", .csv)
    #expect(found.reports == [want])
    #expect(found.samples == ["cpu 5.0 1000", "cpu 6.0 3000"])
  }

  @Test func `a column that repeats makes the header bad`() {
    let found = decode("time,cpu,cpu\n", .csv)
    #expect(found.reports == ["in:1:10: warning: expected each column once, found \"cpu\""])
  }

  @Test func `reads long tables`() {
    let text = """
      timestamp,metric,value,host,region
      2026-01-15 14:30:00,cpu,0.5,a,"eu, ""west\"""
      2026-01-15 14:30:00,mem,,a,
      2026-01-15 14:30:15,cpu,NaN,b,

      timestamp,metric,value,host,region
      2026-01-15 14:30:30,cpu,0.75,b,
      """
    let found = decode(text)
    #expect(found.reports == [])
    #expect(
      found.samples == [
        "cpu{host=\"a\", region=\"eu, \\\"west\\\"\"} 0.5 1768487400000",
        "cpu{host=\"b\"} nan 1768487415000", "cpu{host=\"b\"} 0.75 1768487430000",
      ])
  }

  @Test func `reads wide tables, where texts are labels`() {
    let text = "ts;host;cpu;Requests/s;empty\r\n1768487400;a;0.5;-3;\r\n1768487415;b;;4;\r\n"
    let found = decode(text)
    #expect(found.format == .csv)
    #expect(
      found.samples == [
        "cpu{host=\"a\"} 0.5 1768487400000",
        "{__name__=\"Requests/s\", host=\"a\"} -3.0 1768487400000",
        "{__name__=\"Requests/s\", host=\"b\"} 4.0 1768487415000",
      ])
  }

  @Test func `a mapping says what guessing cannot know`() throws {
    var options = DecoderOptions()
    options.csv = try CSVMapping("time=when,value=latency+size,labels=code")
    let text = "when,code,latency,size,extra\n1768487400,200,12,3,99\n"
    let found = decode([Array(text.utf8)], options)
    #expect(found.format == .csv)
    #expect(
      found.samples == [
        "latency{code=\"200\"} 12.0 1768487400000", "size{code=\"200\"} 3.0 1768487400000",
      ])
  }

  @Test(arguments: [
    ("when=x", "unknown key \"when\" in --csv, want time, metric, value or labels"),
    (
      "tim=x",
      "unknown key \"tim\" in --csv, want time, metric, value or labels; did you mean \"time\"?"
    ),
    ("time", "expected key=column in --csv, found \"time\""),
    ("time=a", "--csv names no value column"),
  ])
  func `a wrong mapping is explained`(_ text: String, _ want: String) {
    let error = #expect(throws: Diagnostic.self) { _ = try CSVMapping(text) }
    #expect(error?.message == want)
  }

  @Test func `a mapped column that is missing is named`() throws {
    var options = DecoderOptions(format: .csv)
    options.csv = CSVMapping(time: "when", values: ["v"])
    let found = decode([Array("time,v\n".utf8)], options)
    #expect(found.reports.first?.contains("expected a column \"when\", as --csv names") == true)
  }

  @Test func `reads JMeter's results`() {
    let text = """
      timeStamp,elapsed,label,responseCode,success,bytes,allThreads,Latency
      1768487400000,120,GET /,200,true,512,10,100
      1768487400500,80,GET /,500,false,128,11,70
      """
    let found = decode(text)
    #expect(
      found.samples == [
        "jmeter_requests_total{label=\"GET /\"} 1.0 1768487400000",
        "jmeter_errors_total{label=\"GET /\"} 0.0 1768487400000",
        "jmeter_response_time_milliseconds{label=\"GET /\"} 120.0 1768487400000",
        "jmeter_response_time_milliseconds_sum{label=\"GET /\"} 120.0 1768487400000",
        "jmeter_latency_milliseconds{label=\"GET /\"} 100.0 1768487400000",
        "jmeter_received_bytes_total{label=\"GET /\"} 512.0 1768487400000",
        "jmeter_threads 10.0 1768487400000",
        "jmeter_requests_total{label=\"GET /\"} 2.0 1768487400500",
        "jmeter_errors_total{label=\"GET /\"} 1.0 1768487400500",
        "jmeter_response_time_milliseconds{label=\"GET /\"} 80.0 1768487400500",
        "jmeter_response_time_milliseconds_sum{label=\"GET /\"} 200.0 1768487400500",
        "jmeter_latency_milliseconds{label=\"GET /\"} 70.0 1768487400500",
        "jmeter_received_bytes_total{label=\"GET /\"} 640.0 1768487400500",
        "jmeter_threads 11.0 1768487400500",
      ])
  }

  @Test func `reads Locust's history`() {
    let text = """
      Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,99.9%,Total Request Count,Total Failure Count
      1768487400,5,GET,/cart,2.5,0.1,12,N/A,50,2
      1768487400,5,,Aggregated,3,0.1,13,99,60,2
      """
    let found = decode(text)
    #expect(found.reports == [])
    #expect(found.samples.count == 13)
    #expect(found.samples.first == "locust_users{name=\"/cart\", type=\"GET\"} 5.0 1768487400000")
    #expect(
      found.samples.last
        == "locust_response_time_milliseconds{name=\"Aggregated\", quantile=\"0.999\"} 99.0 1768487400000"
    )
  }

  @Test func `reads k6's table`() {
    let text = """
      metric_name,timestamp,metric_value,check,status,extra_tags,metadata
      http_reqs,1768487400,1.000000,,200,tier=gold&zone=b,
      http_reqs,1768487400,1.000000,,200,tier=gold&zone=b,
      http_req_duration,1768487400,12.5,,200,,
      vus,1768487401,3,,,,
      """
    let found = decode(text)
    #expect(
      found.samples == [
        "http_reqs{status=\"200\", tier=\"gold\", zone=\"b\"} 1.0 1768487400000",
        "http_reqs{status=\"200\", tier=\"gold\", zone=\"b\"} 2.0 1768487400000",
        "http_req_duration{status=\"200\"} 12.5 1768487400000",
        "http_req_duration_count{status=\"200\"} 1.0 1768487400000",
        "http_req_duration_sum{status=\"200\"} 12.5 1768487400000", "vus 3.0 1768487401000",
      ])
  }
}
