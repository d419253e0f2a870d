import AsyncHTTPClient
import Foundation
import Model
import NIOCore
import NIOHTTP1
import NIOSSL

/// An endpoint with the means to ask it: reveals its secrets for each request and hides them again in
/// everything that is said about the outcome.
struct HTTPTarget: Sendable {
  let endpoint: HTTPEndpoint
  let transport: HTTPTransport
  let secrets: SecretReader

  init(_ endpoint: HTTPEndpoint, _ transport: HTTPTransport, _ secrets: @escaping SecretReader) {
    self.endpoint = endpoint
    self.transport = transport
    self.secrets = secrets
  }

  /// Sends a request and judges the reply; `now` is for a `Retry-After` that names a date.
  func send(_ post: HTTPPost, now: Timestamp = Timestamp(milliseconds: 0)) async -> DeliveryAnswer {
    var redactor = Redactor()
    let request: HTTPClientRequest
    do throws(SecretError) {
      request = try self.request(for: post, &redactor)
    } catch {
      return .retry(because: error.description)
    }
    do throws(TransportFailure) {
      let reply = try await transport.send(request, timeout: endpoint.timeout)
      return Self.answer(to: reply, now: now, redactor)
    } catch {
      return .retry(because: error.description)
    }
  }

  private func request(
    for post: HTTPPost, _ redactor: inout Redactor
  ) throws(SecretError) -> HTTPClientRequest {
    let url = try endpoint.url.reveal(secrets)
    redactor.hide(address: url)
    var request = HTTPClientRequest(url: Self.join(url, post.path))
    request.method = post.method == .put ? .PUT : .POST
    for value in post.hidden { redactor.hide(value) }
    request.headers.add(name: "content-type", value: post.contentType)
    request.headers.add(name: "user-agent", value: "tocsin")
    switch endpoint.authorization {
    case .bearer(let token):
      let token = try token.reveal(secrets)
      redactor.hide(token)
      request.headers.add(name: "authorization", value: "Bearer \(token)")
    case .basic(let user, let password):
      let password = try password.reveal(secrets)
      redactor.hide(password)
      let pair = Data("\(user):\(password)".utf8).base64EncodedString()
      request.headers.add(name: "authorization", value: "Basic \(pair)")
    case nil: break
    }
    for (name, value) in endpoint.headers.sorted(by: { $0.key < $1.key }) {
      let value = try value.reveal(secrets)
      redactor.hide(value)
      request.headers.replaceOrAdd(name: name, value: value)
    }
    for header in post.headers {
      request.headers.replaceOrAdd(name: header.name, value: header.value)
    }
    if let file = endpoint.authorityFile {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(file)
      request.tlsConfiguration = tls
    }
    request.body = .bytes(ByteBuffer(string: post.body))
    return request
  }

  /// `path` below the path of `url`, whose query stays behind it.
  static func join(_ url: String, _ path: String) -> String {
    guard !path.isEmpty else { return url }
    let cut = url.firstIndex(of: "?") ?? url.endIndex
    var base = url[..<cut]
    while base.last == "/" { base.removeLast() }
    return base + path + url[cut...]
  }

  /// What a status code means for a message.
  static func answer(
    to reply: HTTPReply, now: Timestamp, _ redactor: Redactor = Redactor()
  ) -> DeliveryAnswer {
    let words = redactor.clean(excerpt(of: reply.body))
    let reason = "answered \(reply.status)" + (words.isEmpty ? "" : ": \(words)")
    switch reply.status {
    case 200..<300: return .delivered
    case 300..<400:
      return .rejected(because: "answered \(reply.status): redirects are not followed")
    case 408, 425, 429, 500...:
      return .retry(
        after: reply.retryAfter.flatMap { RetryAfter.parse($0, now: now) }, because: reason)
    default: return .rejected(because: reason)
    }
  }

  /// The beginning of a body on one line.
  private static func excerpt(of body: String) -> String {
    let line = body.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 200 ? line.prefix(200) + "…" : line
  }
}
