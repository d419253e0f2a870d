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

  @Test("what a form may ask has its parameters in the body")
  func forms() async throws {
    try await withServer { (_, client) async throws in
      let document = try await client.get("/api/v1/openapi.json")
      let data = Data(document.text.utf8)
      let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let paths = try #require(root["paths"] as? [String: [String: [String: Any]]])
      let range = try #require(paths["/api/v1/query_range"]?["post"])
      #expect((range["parameters"] as? [Any])?.isEmpty == true)
      let content = (range["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]]
      let schema = content?["application/x-www-form-urlencoded"]?["schema"] as? [String: Any]
      #expect(schema?["required"] as? [String] == ["query", "start", "end", "step"])
    }
  }

  @Test("every endpoint of the document is answered", arguments: Endpoint.all.indices)
  func answered(index: Int) async throws {
    let endpoint = Endpoint.all[index]
    let path = endpoint.path.replacing("{job}", with: "j").replacing("{name}", with: "job")
      .replacing("{id}", with: "none").replacing("{item}", with: "none")
    try await withServer { (_, client) async throws in
      let method = try #require(HTTPRequest.Method(endpoint.method.uppercased()))
      let answer = try await client.send(path, method)
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
      let silence = try await client.send("/api/v2/silence/x", .put)
      #expect(silence.status == 405 && silence.headers[.allow] == "DELETE, GET, HEAD")
      let query = try await client.send("/api/v1/query", .put)
      #expect(query.status == 405 && query.headers[.allow] == "GET, HEAD, POST")
      let fetched = try await client.get("/api/v1/ingest")
      #expect(fetched.status == 405 && fetched.headers[.allow] == "POST")
    }
  }
}
