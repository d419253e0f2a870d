import LoadTests
import Testing

/// The same three requests to /a (10, 20, 30 ms, the last failed) and one to /b (40 ms), as each tool
/// writes them.
private let k6Table = """
  metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata
  vus,1768487400,5.000000,,,,,,,,,,,,,,,,
  http_reqs,1768487400,1.000000,,,,true,,GET,/a,,,,200,,,/a,,
  http_req_duration,1768487400,10.000000,,,,true,,GET,/a,,,,200,,,/a,,
  http_req_duration,1768487400,20.000000,,,,true,,GET,/a,,,,200,,,/a,,
  http_req_duration,1768487401,30.000000,,,,false,,GET,/a,,,,500,,,/a,,
  http_req_duration,1768487401,40.000000,,,,true,,GET,/b,,,,200,,,/b,,
  """

private let k6Lines = """
  {"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","thresholds":[]},"metric":"http_req_duration"}
  {"metric":"vus","type":"Point","data":{"time":"2026-01-15T14:30:00.5Z","value":5,"tags":null}}
  {"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-15T14:30:00.123456789+00:00","value":10,"tags":{"name":"/a","method":"GET","status":"200","expected_response":"true"}}}
  {"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-15T14:30:00Z","value":20,"tags":{"name":"/a","method":"GET","status":"200"}}}
  {"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-15T14:30:01Z","value":30,"tags":{"name":"/a","method":"GET","status":"500"}}}
  {"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-15T14:30:01Z","value":40,"tags":{"name":"/b","method":"GET","status":"200"}}}
  """

private let jmeter = """
  timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,bytes,grpThreads,allThreads,Latency,Connect
  1768487400000,10,GET /a,200,OK,t-1,true,10,5,5,9,1
  1768487400100,20,GET /a,200,"OK, fine",t-1,true,10,5,5,9,1
  1768487401000,30,GET /a,500,Server Error,t-1,false,10,5,5,9,1
  1768487401100,40,GET /b,200,OK,t-1,true,10,5,5,9,1
  """

private let gatling = """
  RUN\tshop.Simulation\tshop\t1768487400000\t \t3.9.5
  USER\tshoppers\tSTART\t1768487400000
  REQUEST\t\tGET /a\t1768487400000\t1768487400010\tOK\t\u{20}
  REQUEST\t\tGET /a\t1768487400100\t1768487400120\tOK\t\u{20}
  REQUEST\t\tGET /a\t1768487401000\t1768487401030\tKO\tstatus 500
  REQUEST\t\tGET /b\t1768487401100\t1768487401140\tOK\t\u{20}
  USER\tshoppers\tEND\t1768487402000
  """

private let vegetaLines = """
  {"attack":"","seq":0,"code":200,"timestamp":"2026-01-15T14:30:00Z","latency":10000000,"bytes_out":0,"bytes_in":3,"error":"","body":null,"method":"GET","url":"/a","headers":{"Date":["x"]}}
  {"attack":"","seq":1,"code":200,"timestamp":"2026-01-15T14:30:00Z","latency":20000000,"bytes_out":0,"bytes_in":3,"error":"","body":null,"method":"GET","url":"/a","headers":null}
  {"attack":"","seq":2,"code":500,"timestamp":"2026-01-15T14:30:01Z","latency":30000000,"bytes_out":0,"bytes_in":3,"error":"500 Server Error","body":null,"method":"GET","url":"/a","headers":null}
  {"attack":"","seq":3,"code":200,"timestamp":"2026-01-15T14:30:01Z","latency":40000000,"bytes_out":0,"bytes_in":3,"error":"","body":null,"method":"GET","url":"/b","headers":null}
  """

private let vegetaTable = """
  1768487400000000000,200,10000000,0,3,,,,0,GET,/a,
  1768487400000000000,200,20000000,0,3,,,,1,GET,/a,
  1768487401000000000,500,30000000,0,3,500 Server Error,,,2,GET,/a,
  1768487401000000000,200,40000000,0,3,,,,3,GET,/b,
  """

@Suite struct FormatTests {
  private func read(_ text: String) throws -> LoadTest {
    var reader = LoadTestReader()
    try reader.read(Array(text.utf8), named: "run")
    return try #require(reader.test())
  }

  @Test(arguments: [
    (LoadTest.Tool.k6, k6Table), (.k6, k6Lines), (.jmeter, jmeter), (.gatling, gatling),
    (.vegeta, vegetaLines), (.vegeta, vegetaTable),
  ])
  func `every tool's requests are the same requests`(tool: LoadTest.Tool, text: String) throws {
    let test = try read(text)
    #expect(test.tool == tool && test.badLines == 0)
    #expect(test.endpoints.map(\.name) == ["GET /a", "GET /b"])
    let a = test.endpoints[0]
    #expect(a.requests == 3 && a.failures == 1)
    #expect(abs(a.latencies.percentile(0.5) - 20) < 0.1, "\(a.latencies.percentile(0.5))")
    #expect(abs(a.latencies.percentile(1) - 30) < 0.15)
    #expect(abs(a.latencies.mean - 20) < 1e-6)
    #expect(abs(test.endpoints[1].latencies.percentile(0.01) - 40) < 0.2)
    #expect(test.whole.requests == 4)
  }

  @Test func `Locust's percentiles and its history`() throws {
    var reader = LoadTestReader()
    let stats = """
      Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%
      GET,/a,1000,10,12,13,5,90,3,25,0.25,12,14,15,16,20,25,40,60,90,90,90
      ,Aggregated,1000,10,12,13,5,90,3,25,0.25,12,14,15,16,20,25,40,60,90,90,90
      """
    let history = """
      Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size
      1768487400,0,,Aggregated,0.000000,0.000000,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0,0,0,0.0,0,0,0
      1768487401,8,GET,/a,20.0,0.2,12,14,15,16,20,25,40,60,90,90,90,20,0,12,13,5,90,3
      1768487401,8,,Aggregated,20.0,0.2,12,14,15,16,20,25,40,60,90,90,90,20,0,12,13,5,90,3
      """
    try reader.read(Array(stats.utf8), named: "run_stats.csv")
    try reader.read(Array(history.utf8), named: "run_stats_history.csv")
    let test = try #require(reader.test())
    #expect(test.endpoints.map(\.name) == ["GET /a"] && test.badLines == 0)
    let a = test.endpoints[0]
    #expect(a.requests == 1000 && a.failures == 10 && a.stretches.count == 1)
    #expect(abs(a.latencies.percentile(0.5) - 12) < 0.1)
    #expect(abs(a.latencies.percentile(0.95) - 25) < 0.2)
    #expect(test.moments.last?.users == 8 && test.moments.last?.rate == 20)
  }

  @Test func `wrk2's spectrum`() throws {
    let test = try read(
      """
      Running 30s test @ http://127.0.0.1:8080/
        Latency Distribution (HdrHistogram - Recorded Latency)
       50.000%    1.00ms
        Detailed Percentile spectrum:
             Value   Percentile   TotalCount 1/(1-Percentile)

             0.500     0.000000            1         1.00
             1.000     0.500000          500         2.00
             2.000     0.900000          900        10.00
             5.000     1.000000         1000          inf
      #[Mean    =        1.100, StdDeviation   =        0.400]
        1000 requests in 30.00s, 1.00MB read
        Non-2xx or 3xx responses: 20
      """)
    let whole = test.whole
    #expect(test.tool == .wrk2 && whole.requests == 1000 && whole.failures == 20)
    #expect(abs(whole.latencies.percentile(0.5) - 1) < 0.01)
    #expect(abs(whole.latencies.percentile(0.9) - 2) < 0.02)
    #expect(abs(whole.latencies.percentile(0.99) - 5) < 0.05)
  }

  @Test func `bad lines are counted, the good ones around them kept`() throws {
    let test = try read(jmeter + "\nabc,def\n1768487402000,50,GET /b,200,OK,t,true,1,1,1,1,1\n")
    #expect(test.badLines == 1 && test.endpoints[1].requests == 2)
  }

  @Test func `what no tool wrote is refused, and so are two tools in one run`() throws {
    #expect(throws: LoadTestReader.Failure.unknownFormat(file: "x")) {
      var reader = LoadTestReader()
      try reader.read(Array("a,b\n1,2\n".utf8), named: "x")
    }
    #expect(throws: LoadTestReader.Failure.self) {
      var reader = LoadTestReader()
      try reader.read(Array(jmeter.utf8), named: "a")
      try reader.read(Array(k6Table.utf8), named: "b")
    }
    #expect(throws: LoadTestReader.Failure.unknownFormat(file: "e")) {
      var reader = LoadTestReader()
      try reader.read([], named: "e")
    }
  }
}
