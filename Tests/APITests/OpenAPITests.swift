import Foundation
import Hummingbird
import Testing

@testable import API

@Suite struct OpenAPITests {
  @Test("the document is JSON and names every endpoint once")
  func document() async throws {
    try await withServer { (_, client) async throws in
      let answer = try await client.get("/api/v1/openapi.json")
      #expect(answer.status == 200)
      #expect(answer.json("openapi") == "3.0.3")
      #expect(answer.json("info.version") == "1.2.3")
      let names = Endpoint.all.map { "\($0.method) \($0.path)" }
      #expect(Set(names).count == names.count)
    }
  }

  @Test("every endpoint of the document is answered", arguments: Endpoint.all.indices)
  func answered(index: Int) async throws {
    let endpoint = Endpoint.all[index]
    let path = endpoint.path.replacing("{job}", with: "j").replacing("{name}", with: "job")
      .replacing("{id}", with: "none").replacing("{item}", with: "none")
    try await withServer { (_, client) async throws in
      let answer =
        endpoint.method == "get" ? try await client.get(path) : try await client.post(path, "")
      #expect(answer.status != 405 && !answer.text.contains("nothing is at"), "\(path)")
      #expect(answer.status < 500 || path == "/-/ready", "\(path): \(answer.text)")
    }
  }

  @Test("HEAD is answered as GET without its body; other methods and paths are said to be wrong")
  func otherMethods() async throws {
    try await withServer { (_, client) async throws in
      for path in ["/api/v1/incidents", "/", "/-/healthy", "/metrics"] {
        let (get, head) = (try await client.get(path), try await client.send(path, .head))
        #expect(get.status == head.status && head.text.isEmpty, "\(path)")
        #expect(head.headers[.contentType] == get.headers[.contentType])
      }
      let missing = try await client.get("/api/v1/nosuch")
      #expect(missing.status == 404 && missing.json("errorType") == "not_found")
      #expect(missing.json("error") == "nothing is at \"/api/v1/nosuch\"")
      let deleted = try await client.send("/api/v1/incidents/x", .delete)
      #expect(deleted.status == 405 && deleted.json("errorType") == "method_not_allowed")
      #expect(deleted.headers[.allow] == "GET, HEAD")
      let fetched = try await client.get("/api/v1/ingest")
      #expect(fetched.status == 405 && fetched.headers[.allow] == "POST")
    }
  }
}
