import HTTPTypes
import Testing

@testable import API

@Suite struct IncidentAPITests {
  private static let alert = """
    [{"labels":{"alertname":"DiskFull","service":"db","empty":""},
      "annotations":{"summary":"full"},"startsAt":"2026-01-15T14:20:00.123456789Z",
      "endsAt":"2026-01-15T14:40:00Z","generatorURL":"http://prometheus/graph"}]
    """

  @Test("an alert that Prometheus sends opens an incident, which people take and resolve")
  func life() async throws {
    try await withServer { (_, client) async throws in
      #expect(try await client.post("/api/v2/alerts", Self.alert).status == 200)
      let list = try await client.get("/api/v1/incidents?state=ongoing")
      let id = try #require(list.json("data.0.id"))
      #expect(list.json("data.0.services") == #"["db"]"#)
      #expect(list.json("data.0.title") == "Alert DiskFull fired for db: full")
      // Sent again, it is the same alert.
      _ = try await client.post("/api/v2/alerts", Self.alert)
      #expect(try await client.get("/api/v1/incidents").json("data.1") == nil)

      let taken = try await client.post("/api/v1/incidents/\(id)/acknowledge", "")
      #expect(taken.json("state") == "acknowledged")
      let again = try await client.post("/api/v1/incidents/\(id)/acknowledge", "")
      #expect(again.status == 409)
      let noted = try await client.post("/api/v1/incidents/\(id)/note", "looking at <db>")
      #expect(noted.text.contains("looking at <db>"))
      let curled = try await client.post(
        "/api/v1/incidents/\(id)/note", "{\"text\":\"told by curl\"}")
      #expect(curled.text.contains("\"told by curl"))
      #expect(try await client.post("/api/v1/incidents/\(id)/note", "").status == 400)
      #expect(try await client.get("/api/v1/incidents/\(id)/report").status == 200)
      #expect(try await client.get("/api/v1/incidents/\(id)/report?format=pdf").status == 400)
      #expect(try await client.get("/api/v1/incidents/none").status == 404)
    }
  }

  @Test("an alert whose end has passed is over")
  func over() async throws {
    try await withServer { (_, client) async throws in
      _ = try await client.post("/api/v2/alerts", Self.alert)
      let ended = Self.alert.replacing("14:40:00Z", with: "14:29:00Z")
      #expect(try await client.post("/api/v2/alerts", ended).status == 200)
      let list = try await client.get("/api/v1/incidents")
      #expect(list.json("data.0.state") == "monitoring")
    }
  }

  @Test(
    "what is no list of alerts is refused",
    arguments: ["", "{}", "[{}]", #"[{"labels":{}}]"#, #"[{"labels":{"a":"b"},"endsAt":"soon"}]"#])
  func refused(body: String) async throws {
    try await withServer { (_, client) async throws in
      #expect(try await client.post("/api/v2/alerts", body).status == 400)
      #expect(try await client.get("/api/v1/incidents").json("data") == "[]")
    }
  }

  @Test(
    "a change may be told as in a stream, or alone",
    arguments: [
      (#"{"ts":1768487390,"change":{"service":"a","kind":"kubernetes"}}"#, 200),
      (#"{"service":"a","kind":"kubernetes","version":"2"}"#, 200),
      (#"{"kind":"kubernetes"}"#, 400), ("", 400), ("{", 400),
    ])
  func change(body: String, status: Int) async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.post("/api/v1/changes", body)
      #expect(answer.status == status, "\(answer.text)")
    }
  }

  @Test("events are streamed with their kinds, and comments keep the stream alive")
  func events() async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.get("/api/v1/events")
      #expect(answer.headers[.contentType] == "text/event-stream")
      #expect(answer.text == "retry: 2000\n\nevent: incident.opened\ndata: {\"v\":1}\n\n:\n\n")
    }
  }

  @Test("a reload that fails says why and changes nothing")
  func reload() async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.post("/-/reload", "")
      #expect(answer.status == 400)
      #expect(answer.text.contains("rte"))
      #expect(answer.text.contains("nothing was changed"))
    }
  }
}
