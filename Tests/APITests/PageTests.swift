import HTTPTypes
import Testing

@testable import API

@Suite struct PageTests {
  @Test(
    "every page is HTML that may load nothing foreign",
    arguments: ["/", "/rules", "/explore?expr=up&range=3h", "/changes", "/health"])
  func pages(path: String) async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.get(path)
      #expect(answer.status == 200)
      #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
      let policy = try #require(answer.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'"))
      #expect(!policy.contains("script-src 'unsafe"))
      #expect(answer.headers[.xContentTypeOptions] == "nosniff")
    }
  }

  @Test(
    "links as Prometheus writes them lead to the expression box",
    arguments: [
      ("/graph?g0.expr=up%20%3E%201&g0.tab=1", "/explore?expr=up%20%3E%201"),
      (
        "/graph?g0.expr=rate(a%5B5m%5D)&g0.range_input=3h",
        "/explore?expr=rate%28a%5B5m%5D%29&range=3h"
      ),
      ("/graph", "/explore?expr="),
      ("/graph?g0.expr=%0D%0ASet-Cookie", "/explore?expr=%0D%0ASet%2DCookie"),
    ])
  func graph(path: String, want: String) async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.get(path)
      #expect(answer.status == 302 && answer.headers[.location] == want)
    }
  }

  @Test("a button does what it says and leads back to the incident")
  func buttons() async throws {
    try await withServer { (_, client) async throws in
      let alert = #"[{"labels":{"alertname":"X","service":"db"}}]"#
      _ = try await client.post("/api/v2/alerts", alert)
      let id = try #require(try await client.get("/api/v1/incidents").json("data.0.id"))
      let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
      for (action, body) in [("acknowledge", ""), ("acknowledge", ""), ("note", "text=a+%3Cb%3E")] {
        let answer = try await client.post("/incidents/\(id)/\(action)", body, form)
        #expect(answer.status == 303, "\(answer.text)")
        #expect(answer.headers[.location] == "/incidents/\(id)")
      }
      let incident = try await client.get("/api/v1/incidents/\(id)")
      #expect(incident.json("state") == "acknowledged")
      #expect(incident.text.contains("a <b>"))
      #expect(try await client.get("/incidents/\(id)").status == 200)
    }
  }

  @Test("action items are added and ticked by forms and by JSON, and nonsense is refused")
  func items() async throws {
    try await withServer { (_, client) async throws in
      _ = try await client.post(
        "/api/v2/alerts", #"[{"labels":{"alertname":"X","service":"db"}}]"#)
      let id = try #require(try await client.get("/api/v1/incidents").json("data.0.id"))
      let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
      let json: HTTPFields = [.contentType: "application/json"]
      let added = try await client.post(
        "/incidents/\(id)/actions", "text=look+again&owner=ann&due=2026-02-01", form)
      #expect(added.status == 303, "\(added.text)")
      let incident = try await client.get("/api/v1/incidents/\(id)")
      let item = try #require(incident.json("actionItems.0.id"))
      #expect(incident.json("actionItems.0.owner") == "ann")
      #expect(incident.json("actionItems.0.due") == "1769990399999")
      let ticked = try await client.post("/incidents/\(id)/actions/\(item)", "state=done", form)
      #expect(ticked.status == 303, "\(ticked.text)")
      let after = try await client.get("/api/v1/incidents/\(id)")
      #expect(after.json("actionItems.0.state") == "done")
      let reopened = try await client.post(
        "/api/v1/incidents/\(id)/actions/\(item)", #"{"state":"open"}"#, json)
      #expect(reopened.status == 200 && reopened.json("actionItems.0.state") == "open")
      for (path, body, status) in [
        ("actions", "text=", 400), ("actions", "text=a&due=soon", 400),
        ("actions/\(item)", "state=maybe", 400), ("actions/none", "state=done", 409),
      ] {
        let answer = try await client.post("/incidents/\(id)/\(path)", body, form)
        #expect(answer.status == status, "\(path) \(body): \(answer.text)")
      }
    }
  }

  @Test(
    "an incident that nobody knows has no page",
    arguments: ["/incidents/none", "/incidents/%2e%2e"])
  func unknown(path: String) async throws {
    try await withServer { (_, client) async throws in
      #expect(try await client.get(path).status == 404)
    }
  }
}
