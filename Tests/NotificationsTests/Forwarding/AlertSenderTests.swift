import Foundation
import Model
import Testing

@testable import Notifications

private func payload(_ number: Int) -> AlertPayload {
  AlertPayload(
    labels: ["alertname": "A", "n": "\(number)"], startsAt: at(0), endsAt: at(4),
    generatorURL: "http://t/graph")
}

private func sender(_ url: String, _ limits: NotificationLimits, _ log: LogBook) -> (
  AlertSender, HTTPTransport
) {
  let transport = HTTPTransport()
  let configuration = AlertmanagerConfiguration(
    endpoint: HTTPEndpoint(url: Secret(literal: url)))
  let sender = AlertSender(
    configuration, over: transport, secrets: SecretBox().reader, limits: limits, logger: log.logger)
  return (sender, transport)
}

@Suite(.timeLimit(.minutes(2)))
struct `Sending of alerts` {
  @Test func `goes in order and in bounded requests`() async throws {
    let server = try await HTTPServer()
    let (sender, transport) = sender(server.url + "/am/", NotificationLimits(), LogBook())
    sender.offer((0..<100).map(payload))
    let task = Task { await sender.run() }
    while sender.counts.delivered < 100 { await Task.yield() }
    sender.offer([payload(100)])
    while sender.counts.delivered < 101 { await Task.yield() }
    task.cancel()
    await task.value
    await transport.shutdown()
    #expect(
      server.requests.map(\.path) == [
        "/am/api/v2/alerts", "/am/api/v2/alerts", "/am/api/v2/alerts",
      ])
    let numbers = try server.requests.flatMap { request -> [String] in
      let list = try JSONSerialization.jsonObject(with: Data(request.body.utf8))
      let alerts = try #require(list as? [[String: Any]])
      return alerts.compactMap { ($0["labels"] as? [String: String])?["n"] }
    }
    #expect(numbers == (0...100).map(String.init))
    try await server.close()
  }

  @Test func `drops the oldest of a full queue and counts them`() async throws {
    let server = try await HTTPServer()
    var limits = NotificationLimits()
    limits.forwardedAlertsMax = 10
    let (sender, transport) = sender(server.url, limits, LogBook())
    sender.offer((0..<25).map(payload))
    #expect(sender.counts.dropped == 15 && sender.counts.waiting == 10)
    let task = Task { await sender.run() }
    while sender.counts.delivered < 10 { await Task.yield() }
    task.cancel()
    await task.value
    await transport.shutdown()
    #expect(server.requests.first?.body.contains(#""n":"15""#) == true)
    #expect(server.requests.first?.body.contains(#""n":"14""#) == false)
    try await server.close()
  }

  @Test func `a failure is counted and said, and the next one goes out`() async throws {
    let server = try await HTTPServer { number, _ in .status(number == 0 ? 503 : 200) }
    let log = LogBook()
    let (sender, transport) = sender(server.url, NotificationLimits(), log)
    let task = Task { await sender.run() }
    sender.offer([payload(1)])
    while sender.counts.failed < 1 { await Task.yield() }
    sender.offer([payload(2)])
    while sender.counts.delivered < 1 { await Task.yield() }
    task.cancel()
    await task.value
    await transport.shutdown()
    #expect(log.text.contains("warning alerts not delivered count=1 reason=answered 503"))
    try await server.close()
  }
}
