import Model
import Testing

@testable import Notifications

@Suite(.timeLimit(.minutes(2)))
struct `HTTP to strangers` {
  private func send(
    _ url: String, timeout: Milliseconds = 10_000, authorityFile: String? = nil
  ) async -> DeliveryAnswer {
    let transport = HTTPTransport()
    let target = HTTPTarget(
      HTTPEndpoint(
        url: Secret(literal: url), authorityFile: authorityFile, timeout: timeout), transport,
      SecretBox().reader)
    let answer = await target.send(HTTPPost(body: "{}"), now: at(0))
    await transport.shutdown()
    return answer
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `a redirect is not followed`(status: Int) async throws {
    let inner = try await HTTPServer()
    let target = inner.url + "/admin"
    let server = try await HTTPServer { _, _ in .status(status, headers: [("location", target)]) }
    #expect(
      await send(server.url)
        == .rejected(because: "answered \(status): redirects are not followed"))
    #expect(inner.requests.isEmpty)
    try await inner.close()
    try await server.close()
  }

  @Test func `one who never answers is left`() async throws {
    let server = try await HTTPServer { _, _ in .silence }
    #expect(await send(server.url, timeout: 100) == .retry(because: "no answer in time"))
    try await server.close()
  }

  @Test func `one who answers a byte at a time is left`() async throws {
    let server = try await HTTPServer { _, _ in .trickle }
    #expect(await send(server.url, timeout: 200) == .retry(because: "no answer in time"))
    try await server.close()
  }

  @Test func `of an endless answer only the beginning is read`() async throws {
    let server = try await HTTPServer { _, _ in .flood }
    let answer = await send(server.url)
    #expect(answer.reason?.hasPrefix("answered 500: xxx") == true)
    #expect((answer.reason?.count ?? 0) < 300)
    try await server.close()
  }

  @Test func `one who hangs up may be there again later`() async throws {
    let server = try await HTTPServer { _, _ in .hangUp }
    #expect(
      await send(server.url)
        == .retry(because: "the connection broke"))
    try await server.close()
  }

  @Test func `nobody listening is said, without the address`() async throws {
    let server = try await HTTPServer()
    try await server.close()
    #expect(
      await send(server.url)
        == .retry(because: "nobody listens there, or the network does not lead there"))
  }

  @Test(arguments: ["ftp://127.0.0.1/x", "127.0.0.1", "", "http://"])
  func `what is no URL is said`(url: String) async {
    #expect(await send(url) == .retry(because: "the address is no http or https URL"))
  }

  @Test func `a certificate that nobody vouches for is refused, a named authority trusted`()
    async throws
  {
    let server = try await HTTPServer(tls: try TestCertificate.serverContext())
    let url = "https://localhost:\(server.port)/x"
    #expect(
      await send(url)
        == .retry(because: "the certificate or the TLS handshake was not acceptable"))
    #expect(server.requests.isEmpty)
    #expect(await send(url, authorityFile: try TestCertificate.file()) == .delivered)
    try await server.close()
  }
}
