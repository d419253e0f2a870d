import HTTPTypes
import Testing

@testable import API

@Suite struct PrometheusAPITests {
  private static let samples = """
    # TYPE up gauge
    # HELP up Whether it answers.
    up{job="a"} 1 1768487390000
    up{job="b"} 0 1768487390000
    load{host="x y"} 2.5 1768487390000

    """

  @Test("an instant query answers with the vector, its times and values")
  func instant() async throws {
    try await withServer { (_, client) async throws in
      #expect(try await client.post("/api/v1/ingest", Self.samples).status == 200)
      let answer = try await client.get("/api/v1/query?query=up%3D%3D1&time=1768487400.5")
      #expect(answer.status == 200)
      #expect(
        answer.text == #"{"status":"success","data":{"resultType":"vector","result":["#
          + #"{"metric":{"__name__":"up","job":"a"},"value":[1768487400.500,"1"]}]}}"#)
    }
  }

  @Test("a form asks as well as a query string, and plus signs are spaces")
  func form() async throws {
    try await withServer { (_, client) async throws in
      _ = try await client.post("/api/v1/ingest", Self.samples)
      let answer = try await client.post(
        "/api/v1/query", "query=load%7Bhost%3D%22x+y%22%7D&time=2026-01-15T14:30:00Z",
        [.contentType: "application/x-www-form-urlencoded"])
      #expect(answer.json("data.result.0.value") == #"[1768487400,"2.5"]"#)
    }
  }

  @Test(
    "a query has its time, and no more than the server gives",
    arguments: [
      (10, "", 200), (10, "&timeout=5s", 200), (10, "&timeout=0", 503), (0, "", 503),
      (0, "&timeout=1h", 503), (10, "&timeout=soon", 400), (10, "&timeout=-5", 400),
    ])
  func timeouts(seconds: Int, parameter: String, want: Int) async throws {
    var limits = ServerLimits()
    limits.querySeconds = seconds
    try await withServer(limits: limits) { (_, client) async throws in
      for path in ["query?query=1%2B1", "query_range?query=vector(1)&start=0&end=1&step=1"] {
        let answer = try await client.get("/api/v1/" + path + parameter)
        #expect(answer.status == want, "\(answer.text)")
        let kind: String? = want == 503 ? "timeout" : want == 400 ? "bad_data" : nil
        #expect(answer.json("errorType") == kind)
      }
    }
  }

  @Test("an answer has at most so many samples, and lists say that they were cut")
  func bounds() async throws {
    var limits = ServerLimits()
    limits.querySamples = 3
    try await withServer(limits: limits) { (_, client) async throws in
      _ = try await client.post("/api/v1/ingest", Self.samples)
      let range = "/api/v1/query_range?query=load&start=1768487390&step=15s&end=17684874"
      #expect(try await client.get(range + "20").status == 200)
      let refused = try await client.get(range + "35")
      #expect(refused.status == 422 && refused.json("errorType") == "execution")
      for path in ["series?match[]=up", "labels?match[]=up", "label/job/values?match[]=up"] {
        let cut = try await client.get("/api/v1/\(path)&limit=1")
        #expect(cut.json("warnings") == #"["results truncated due to limit"]"#, "\(path)")
        let whole = try await client.get("/api/v1/\(path)&limit=2")
        #expect(whole.status == 200 && whole.json("warnings") == nil, "\(path)")
      }
    }
  }

  @Test("a range query gives a point a step")
  func range() async throws {
    try await withServer { (_, client) async throws in
      _ = try await client.post("/api/v1/ingest", Self.samples)
      let answer = try await client.get(
        "/api/v1/query_range?query=sum(up)&start=1768487390&end=1768487420&step=15s")
      #expect(
        answer.json("data.result.0.values")
          == #"[[1768487390,"1"],[1768487405,"1"],[1768487420,"1"]]"#)
    }
  }

  @Test(
    "what cannot be answered is refused in Prometheus' words",
    arguments: [
      ("query?query=rate(", 400, "bad_data"),
      ("query?query=up&time=soon", 400, "bad_data"),
      ("query?query=rate(up)", 400, "bad_data"),
      ("query_range?query=up&start=2&end=1&step=1", 400, "bad_data"),
      ("query_range?query=up&start=1&end=2&step=0", 400, "bad_data"),
      ("query_range?query=up&start=1&end=2&step=-1", 400, "bad_data"),
      ("query_range?query=up&start=0&end=20000&step=1", 400, "bad_data"),
      ("query_range?query=up[5m]&start=0&end=200&step=1", 400, "bad_data"),
      ("query?query=label_replace(up,%22job%22,%22c%22,%22%22,%22%22)", 422, "execution"),
      ("series?x=1", 400, "bad_data"),
      ("series?match[]=1", 400, "bad_data"),
      ("rules?type=other", 400, "bad_data"),
      ("labels?limit=-1", 400, "bad_data"),
    ])
  func refused(path: String, status: Int, type: String) async throws {
    try await withServer { (_, client) async throws in
      _ = try await client.post("/api/v1/ingest", Self.samples)
      let answer = try await client.get("/api/v1/\(path)&time=1768487400")
      #expect(answer.status == status, "\(answer.text)")
      #expect(answer.json("status") == "error")
      #expect(answer.json("errorType") == type)
      #expect(answer.json("error")?.isEmpty == false)
    }
  }

  @Test("series, labels, their values and metadata are listed")
  func listings() async throws {
    try await withServer { (_, client) async throws in
      _ = try await client.post("/api/v1/ingest", Self.samples)
      let cases = [
        ("series?match[]=up", #"[{"__name__":"up","job":"a"},{"__name__":"up","job":"b"}]"#),
        ("series?match[]=up&start=1768487395", "[]"),
        ("series?match[]=up&limit=1", #"[{"__name__":"up","job":"a"}]"#),
        ("labels", #"["__name__","host","job"]"#),
        ("labels?match[]=load", #"["__name__","host"]"#),
        ("label/job/values", #"["a","b"]"#),
        ("label/U__job/values", #"["a","b"]"#),
        ("label/none/values", "[]"),
        (
          "metadata?metric=up", #"{"up":[{"help":"Whether it answers.","type":"gauge","unit":""}]}"#
        ),
      ]
      for (path, want) in cases {
        let answer = try await client.get("/api/v1/\(path)")
        #expect(answer.json("data") == want, "\(path)")
      }
    }
  }

  @Test("rules tell their state, health and alerts as Prometheus does")
  func rules() async throws {
    let rules = """
      groups:
        - name: g
          interval: 10s
          rules:
            - record: jobs
              expr: count(up)
            - alert: Down
              expr: up == 0
              for: 10s
              labels: {severity: high}
              annotations: {summary: "{{ $labels.job }} is down"}
            - alert: Twice
              expr: up
              labels: {job: same}
      """
    try await withServer(rules: rules) { backend, client in
      let before = try await client.get("/api/v1/rules")
      #expect(before.json("data.groups.0.rules.1.health") == "unknown")
      _ = try await client.post("/api/v1/ingest", Self.samples)
      await backend.advance(to: TestBackend.now)
      let answer = try await client.get("/api/v1/rules")
      let group = "data.groups.0"
      #expect(answer.json("\(group).interval") == "10")
      #expect(answer.json("\(group).lastEvaluation") == "2026-01-15T14:30:00Z")
      #expect(answer.json("\(group).rules.0.type") == "recording")
      #expect(answer.json("\(group).rules.0.query") == "count(up)")
      let down = "\(group).rules.1"
      #expect(answer.json("\(down).state") == "firing")
      #expect(answer.json("\(down).duration") == "10")
      #expect(answer.json("\(down).annotations.summary") == "{{ $labels.job }} is down")
      #expect(answer.json("\(down).alerts.0.annotations.summary") == "b is down")
      #expect(answer.json("\(down).alerts.0.activeAt") == "2026-01-15T14:29:50Z")
      #expect(answer.json("\(down).alerts.0.value") == "0e+00")
      #expect(answer.json("\(group).rules.2.health") == "err")
      #expect(answer.json("\(group).rules.2.lastError")?.isEmpty == false)
      let alerts = try await client.get("/api/v1/alerts")
      #expect(alerts.json("data.alerts.0.labels.alertname") == "Down")
      let filtered = try await client.get("/api/v1/rules?type=record")
      #expect(filtered.json("data.groups.0.rules.1") == nil)
    }
  }
}

@Suite struct PrometheusNumberTests {
  @Test(
    "numbers are written as Prometheus writes them",
    arguments: [
      (0, "0", "0e+00"), (-0.0, "-0", "-0e+00"), (1, "1", "1e+00"), (11, "11", "1.1e+01"),
      (0.1, "0.1", "1e-01"), (1e-6, "0.000001", "1e-06"), (1.5e-7, "1.5e-7", "1.5e-07"),
      (123_456.789, "123456.789", "1.23456789e+05"),
      (1e20, "100000000000000000000", "1e+20"), (1e21, "1e+21", "1e+21"),
      (-2.5e300, "-2.5e+300", "-2.5e+300"), (.infinity, "+Inf", "+Inf"),
      (-.infinity, "-Inf", "-Inf"), (.nan, "NaN", "NaN"),
      (.leastNonzeroMagnitude, "5e-324", "5e-324"),
      (9_007_199_254_740_992, "9007199254740992", "9.007199254740992e+15"),
    ] as [(Double, String, String)])
  func texts(value: Double, plain: String, scientific: String) {
    #expect(PrometheusNumber.text(value) == plain)
    #expect(PrometheusNumber.scientific(value) == scientific)
    if value.isFinite { #expect(Double(plain) == value) }
  }
}
