import HTTPTypes
import Testing

@testable import API

@Suite struct SilenceAPITests {
  @Test("silences are listed, made, shown and ended under Alertmanager's paths")
  func life() async throws {
    try await withServer { (backend, client) async throws in
      #expect(try await client.get("/api/v2/silences").text == "[]")
      let made = try await client.post("/api/v2/silences", "{\"matchers\":[]}")
      #expect(made.status == 200 && made.json("silenceID") == "s1")
      #expect(try await client.get("/api/v2/silence/s1").json("id") == "s1")
      #expect(try await client.get("/api/v2/silence/s2").status == 404)
      #expect(try await client.post("/api/v2/silences", "").status == 400)
      #expect(
        await backend.silenceRequests == [
          .list, .create("{\"matchers\":[]}"), .show("s1"), .show("s2"), .create(""),
        ])
    }
  }

  @Test("who may only read makes no silence")
  func roles() async throws {
    var access = AccessList()
    access.tokens = [AccessList.Token(name: "grafana", role: .read, text: "look")]
    try await withServer(access: access) { (backend, client) async throws in
      #expect(
        try await client.post("/api/v2/silences", "{}", [.authorization: "Bearer look"]).status
          == 403)
      #expect(await backend.silenceRequests == [])
    }
  }
}
