import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore

/// A client that asks in one line.
struct Client {
  private let client: any TestClientProtocol

  init(_ client: any TestClientProtocol) { self.client = client }

  /// What came back.
  struct Answer {
    var status: Int
    var headers: HTTPFields
    var text: String

    /// The JSON value at a path such as `data.result.0.value.1`, as text; nil where there is none.
    func json(_ path: String = "") -> String? {
      var value: Any? = try? JSONSerialization.jsonObject(
        with: Data(text.utf8), options: .fragmentsAllowed)
      for part in path.split(separator: ".") {
        if let index = Int(part), let array = value as? [Any] {
          value = array.indices.contains(index) ? array[index] : nil
        } else {
          value = (value as? [String: Any])?[String(part)]
        }
      }
      guard let value else { return nil }
      if let text = value as? String { return text }
      let data = try? JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
      return data.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await send(path, .get, headers, "")
  }

  func post(_ path: String, _ body: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await send(path, .post, headers, body)
  }

  func send(
    _ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields = [:], _ body: String = ""
  ) async throws -> Answer {
    try await client.execute(
      uri: path, method: method, headers: headers, body: ByteBuffer(string: body)
    ) { response in
      Answer(
        status: response.status.code, headers: response.headers,
        text: String(buffer: response.body))
    }
  }
}
