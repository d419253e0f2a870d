import Foundation
import Model
import Testing

@testable import Notifications

private func send(
  to server: SMTPServer, _ encryption: EmailConfiguration.Encryption, host: String = "localhost",
  login: Bool = true, trusted: Bool = true, timeout: Milliseconds = 20_000
) async throws -> DeliveryAnswer {
  let configuration = EmailConfiguration(
    host: host, port: server.port, encryption: encryption,
    authorityFile: trusted ? try TestCertificate.file() : nil, user: login ? "ann" : nil,
    password: login ? Secret(literal: "s3cr3t-pw") : nil, from: "tocsin@example.org",
    to: ["a@example.org", "b@example.org"], timeout: timeout)
  return await EmailReceiver(configuration: configuration, secrets: SecretBox().reader)
    .deliver(delivery())
}

@Suite(.timeLimit(.minutes(2)))
struct `Mail over a socket` {
  @Test func `with STARTTLS nothing but the greeting is readable on the way`() async throws {
    let server = try await SMTPServer(.init(tls: try TestCertificate.serverContext()))
    #expect(try await send(to: server, .startTLS) == .delivered)
    let mail = try #require(server.mails.first)
    #expect(mail.isEncrypted && mail.login == "|ann|s3cr3t-pw")
    #expect(mail.from == "MAIL FROM:<tocsin@example.org>")
    #expect(mail.to == ["RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>"])
    #expect(mail.text.contains("Message-ID: <k1@example.org>"))
    let body = try #require(mail.text.components(separatedBy: "\n\n").last)
    let text = Data(base64Encoded: body.replacingOccurrences(of: "\n", with: ""))
    #expect(text.map { String(decoding: $0, as: UTF8.self) }?.contains("Do next:") == true)
    #expect(!server.plainText.contains("AUTH PLAIN") && !server.plainText.contains("MAIL"))
    try await server.close()
  }

  @Test func `with TLS from the start, and AUTH LOGIN`() async throws {
    let server = try await SMTPServer(
      .init(tls: try TestCertificate.serverContext(), isImplicit: true, methods: "LOGIN"))
    #expect(try await send(to: server, .implicit) == .delivered)
    #expect(server.mails.first?.login == "|ann|s3cr3t-pw")
    try await server.close()
  }

  @Test func `to an address instead of a name`() async throws {
    let server = try await SMTPServer(
      .init(tls: try TestCertificate.serverContext(), isImplicit: true))
    #expect(try await send(to: server, .implicit, host: "127.0.0.1") == .delivered)
    try await server.close()
  }

  @Test func `without TLS on the machine itself`() async throws {
    let server = try await SMTPServer()
    #expect(try await send(to: server, .none, host: "127.0.0.1") == .delivered)
    #expect(server.mails.count == 1)
    try await server.close()
  }

  @Test func `a password does not leave the machine unencrypted`() async {
    let configuration = EmailConfiguration(
      host: "mail.example.org", encryption: .none, user: "ann",
      password: Secret(literal: "s3cr3t-pw"), from: "a@example.org", to: ["b@example.org"])
    let answer = await EmailReceiver(configuration: configuration, secrets: SecretBox().reader)
      .deliver(delivery())
    #expect(answer == .rejected(because: "a password is not sent unencrypted over the network"))
  }

  @Test func `a server without STARTTLS gets nothing`() async throws {
    let server = try await SMTPServer()
    let answer = try await send(to: server, .startTLS)
    #expect(answer.reason?.contains("offers no STARTTLS") == true)
    #expect(server.mails == [] && !server.plainText.contains("AUTH"))
    try await server.close()
  }

  @Test func `a server that nobody vouches for gets nothing`() async throws {
    let server = try await SMTPServer(.init(tls: try TestCertificate.serverContext()))
    #expect(
      try await send(to: server, .startTLS, trusted: false)
        == .retry(because: "the certificate or the TLS handshake was not acceptable"))
    #expect(server.mails == [])
    try await server.close()
  }

  @Test func `what is slipped in before the encryption ends the talk`() async throws {
    let server = try await SMTPServer(
      .init(tls: try TestCertificate.serverContext(), injection: "250 mail\r\n250 AUTH PLAIN"))
    #expect(
      try await send(to: server, .startTLS)
        == .retry(because: "the server sent something before the encryption began"))
    try await server.close()
  }

  @Test func `a password that the server echoes is not repeated`() async throws {
    let server = try await SMTPServer(
      .init(
        tls: try TestCertificate.serverContext(), isImplicit: true,
        replies: ["AUTH": "535 bad password s3cr3t-pw"]))
    #expect(
      try await send(to: server, .implicit)
        == .retry(because: "sign-in answered 535 bad password ***"))
    try await server.close()
  }

  @Test func `a server that is silent is left`() async throws {
    let server = try await SMTPServer(.init(isSilent: true))
    #expect(
      try await send(to: server, .none, host: "127.0.0.1", timeout: 100)
        == .retry(because: "no answer in time"))
    try await server.close()
  }

  @Test func `nobody listening is tried again`() async throws {
    let server = try await SMTPServer()
    try await server.close()
    #expect(
      try await send(to: server, .none, host: "127.0.0.1")
        == .retry(because: "nobody listens there, or the network does not lead there"))
  }
}
