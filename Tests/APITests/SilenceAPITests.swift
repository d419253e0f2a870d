import HTTPTypes
import Testing

@testable import API

@Suite struct SilenceAPITests {
  @Test("silences are listed, made, shown and ended under Alertmanager's paths")
  func life() async throws {
    try await withServer { (backend, client) async throws in
      #expect(try await client.get("/api/v2/silences").text == "[]")
      let found = try await client.get(
        "/api/v2/silences?filter=team%3D%22db%22&filter=env%21%3Ddev&silenced=true")
      #expect(found.status == 200)
      let made = try await client.post("/api/v2/silences", "{\"matchers\":[]}")
      #expect(made.status == 200 && made.json("silenceID") == "s1")
      #expect(try await client.get("/api/v2/silence/s1").json("id") == "s1")
      #expect(try await client.get("/api/v2/silence/s2").status == 404)
      #expect(try await client.post("/api/v2/silences", "").status == 400)
      #expect(
        await backend.silenceRequests == [
          .list(matching: []), .list(matching: ["team=\"db\"", "env!=dev"]),
          .create("{\"matchers\":[]}"), .show("s1"), .show("s2"), .create(""),
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

  @Test("alerts are listed, grouped and filtered under Alertmanager's paths")
  func alerts() async throws {
    try await withServer { (backend, client) async throws in
      let all = AlertQuery(.groups)
      var some = AlertQuery(.list)
      some.matchers = ["team=\"db\""]
      some.receiver = "chat|page"
      (some.showsActive, some.showsSilenced, some.showsInhibited) = (true, false, false)
      #expect(try await client.get("/api/v2/alerts/groups").text == "[]")
      let path =
        "/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=true"
        + "&filter=team%3D%22db%22&receiver=chat%7Cpage"
      #expect(try await client.get(path).status == 200)
      #expect(try await client.get("/api/v2/alerts?active=perhaps").status == 400)
      #expect(try await client.get("/api/v2/alerts?filter=bad").json("errorType") == "bad_data")
      #expect(await backend.alertQueries.prefix(2) == [all, some])
      let names = try await client.get("/api/v2/receivers")
      #expect(names.text == #"[{"name":"chat"},{"name":"page"}]"#)
    }
  }
}
