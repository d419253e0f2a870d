import HTTPTypes
import Testing

@testable import API

@Suite struct AccessTests {
  private static let access: AccessList = {
    var list = AccessList()
    list.tokens = [
      AccessList.Token(name: "grafana", role: .read, text: "look"),
      AccessList.Token(name: "agents", role: .write, text: "push"),
      AccessList.Token(name: "ann", role: .operator, text: "do"),
    ]
    return list
  }()

  private static func headers(_ authorization: String) -> HTTPFields {
    authorization.isEmpty ? [:] : [.authorization: authorization]
  }

  @Test(
    "each role may do its part and no more",
    arguments: [
      ("", 401, 401, 401), ("Bearer nothing", 401, 401, 401), ("Bearer", 401, 401, 401),
      ("Bearer look", 200, 403, 403), ("Bearer push", 403, 200, 403),
      ("Bearer do", 200, 200, 404), ("bearer do", 200, 200, 404),
      // grafana:look, ann:do, ann:look
      ("Basic Z3JhZmFuYTpsb29r", 200, 403, 403), ("Basic YW5uOmRv", 200, 200, 404),
      ("Basic YW5uOmxvb2s=", 401, 401, 401), ("Basic ???", 401, 401, 401),
    ])
  func roles(authorization: String, read: Int, write: Int, act: Int) async throws {
    try await withServer(access: Self.access) { (_, client) async throws in
      let headers = Self.headers(authorization)
      #expect(try await client.get("/api/v1/labels", headers).status == read)
      #expect(try await client.post("/api/v1/ingest", "up 1\n", headers).status == write)
      #expect(
        try await client.post("/api/v1/incidents/x/acknowledge", "", headers).status == act)
      #expect(try await client.get("/-/healthy", headers).status == 200)
    }
  }

  @Test("a list that was closed keeps everybody out, even without tokens")
  func closed() async throws {
    var list = AccessList()
    list.isClosed = true
    try await withServer(access: list) { (_, client) async throws in
      #expect(try await client.get("/api/v1/labels").status == 401)
    }
  }

  @Test("a page of another site acts for nobody")
  func otherSites() async throws {
    try await withServer { (_, client) async throws in
      for headers: HTTPFields in [
        [.origin: "https://evil.example"], [.origin: "null"],
        [try #require(HTTPField.Name("Sec-Fetch-Site")): "cross-site"],
        [try #require(HTTPField.Name("Sec-Fetch-Site")): "same-site"],
      ] {
        for path in [
          "/api/v1/incidents/x/acknowledge", "/api/v1/ingest", "/api/v2/alerts", "/api/v2/silences",
          "/api/v1/changes", "/-/reload",
        ] {
          let answer = try await client.post(path, "", headers)
          #expect(answer.status == 403, "\(path)")
        }
      }
    }
  }

  @Test("the server's own pages act, also where the browser hides where they are")
  func ownPages() async throws {
    let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
    try await withServer { (_, client) async throws in
      for headers: HTTPFields in [
        [site: "same-origin"], [site: "none"], [site: "same-origin", .origin: "null"], [:],
      ] {
        #expect(try await client.post("/api/v1/ingest", "up 1\n", headers).status == 200)
      }
    }
  }

  @Test("bodies, pushes and answers have bounds")
  func bounds() async throws {
    var limits = ServerLimits()
    limits.bodyBytes = 100
    try await withServer(limits: limits) { (_, client) async throws in
      let long = String(repeating: "up 1\n", count: 100)
      let answer = try await client.post("/api/v1/ingest", long)
      #expect(answer.status == 413)
      #expect(answer.json("errorType") == "too_large")
    }
    limits.waitingPushes = 0
    try await withServer(limits: limits) { (_, client) async throws in
      let answer = try await client.post("/api/v1/ingest", "up 1\n")
      #expect(answer.status == 429)
      #expect(answer.headers[.retryAfter] == "1")
    }
  }

  @Test("protobuf where text is wanted is refused with what to do")
  func protobufPush() async throws {
    try await withServer { (_, client) async throws in
      let type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily"
      let answer = try await client.post(
        "/metrics/job/batch", "x", [.contentType: type + "; encoding=delimited"])
      #expect(answer.status == 415 && answer.text.contains("expfmt.TypeTextPlain"))
    }
  }

  @Test("bad lines are told, good ones among them are kept")
  func badLines() async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.post("/api/v1/ingest", "up 1\nup{ 2\ndown 3\n")
      #expect(answer.status == 400)
      #expect(answer.text.contains("1 of 3 lines"))
      #expect(
        try await client.get("/api/v1/label/__name__/values").json("data") == #"["down","up"]"#)
    }
  }
}
