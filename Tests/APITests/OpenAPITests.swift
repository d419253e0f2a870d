import Foundation
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
      // A route that is not there answers without a body.
      #expect(answer.status != 404 || answer.json("errorType") == "not_found", "\(path)")
      #expect(answer.status < 500 || path == "/-/ready", "\(path): \(answer.text)")
    }
  }
}
