import Foundation
import Incidents
import Model
import Testing

@testable import Notifications

/// What a receiver's server was asked.
private func asked(
  _ deliveries: [Delivery], secrets: SecretBox = SecretBox(),
  _ kind: (HTTPEndpoint) throws -> ReceiverSettings.Kind
) async throws -> [HTTPServer.Request] {
  let server = try await HTTPServer()
  let transport = HTTPTransport()
  let kind = try kind(HTTPEndpoint(url: Secret(literal: server.url)))
  let receiver = ReceiverSettings(name: "r", kind: kind)
    .receiver(over: transport, secrets: secrets.reader)
  for delivery in deliveries { #expect(await receiver.deliver(delivery) == .delivered) }
  await transport.shutdown()
  try await server.close()
  return server.requests
}

/// A JSON object, to be looked into by path: `payload.severity`, `attachments.0.color`.
struct JSONView {
  var value: Any

  init(_ text: String) throws {
    value = try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  subscript(_ path: String) -> String? {
    var here: Any? = value
    for part in path.split(separator: ".") {
      if let list = here as? [Any] {
        here = Int(part).flatMap { $0 < list.count ? list[$0] : nil }
      } else {
        here = (here as? [String: Any])?[String(part)]
      }
    }
    return here.map { "\($0)" }
  }
}

private func ended(_ stage: Stage = .resolved) -> Delivery {
  var over = incident()
  (over.state, over.ending, over.end) = (.resolved, .verified, at(5))
  return delivery(stage, over)
}

@Suite(.timeLimit(.minutes(2)))
struct `Receivers over HTTP` {
  @Test func `a webhook gets the event and the words, signed`() async throws {
    let secrets = SecretBox([.environment("KEY"): "key"])
    let requests = try await asked([delivery()], secrets: secrets) {
      .webhook(WebhookConfiguration(endpoint: $0, signingKey: try Secret("${env:KEY}")))
    }
    let request = try #require(requests.first)
    let json = try JSONView(request.body)
    #expect(json["stage"] == "opened" && json["key"] == "k1" && json["receiver"] == "on-call")
    #expect(json["severity"] == "high" && json["previous_severity"] == "medium")
    #expect(json["event.event"] == "incident.opened" && json["event.incident"] == "i1")
    #expect(json["event.alerts.0.alert"] == "ErrorRatioHigh")
    #expect(json["links.0.url"] == "https://tocsin.example/incidents/i1")
    #expect(request.header("content-type") == "application/json")
    #expect(request.header("idempotency-key") == "k1")
    let signature = WebhookReceiver.signature(of: request.body, key: "key")
    #expect(request.header("x-tocsin-signature") == "sha256=\(signature)")
  }

  @Test func `the signature is HMAC-SHA256`() {
    // Test case 2 of RFC 4231.
    #expect(
      WebhookReceiver.signature(of: "what do ya want for nothing?", key: "Jefe")
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test func `Slack gets blocks in colour, with nothing that it would read as its own`()
    async throws
  {
    var odd = incident("i1", .critical)
    odd.title = "<!channel> & more"
    let requests = try await asked([delivery(.opened, odd), ended()]) { .slack($0) }
    let json = try JSONView(requests[0].body)
    #expect(json["text"] == "CRITICAL: &lt;!channel&gt; &amp; more")
    #expect(json["attachments.0.color"] == "#b91c1c")
    #expect(json["attachments.0.blocks.0.text.type"] == "plain_text")
    #expect(json["attachments.0.blocks.1.text.text"]?.contains("Do next:") == true)
    #expect(
      json["attachments.0.blocks.2.elements.0.url"] == "https://tocsin.example/incidents/i1")
    #expect(try JSONView(requests[1].body)["attachments.0.color"] == "#15803d")
  }

  @Test func `Slack's limits are kept`() throws {
    var long = delivery()
    long.message = Message(
      title: String(repeating: "ü", count: 500), text: String(repeating: "<", count: 9000))
    let json = try JSONView(SlackReceiver.body(long))
    #expect((json["attachments.0.blocks.0.text.text"]?.count ?? 0) <= 150)
    #expect((json["attachments.0.blocks.1.text.text"]?.count ?? 0) <= 3000)
  }

  @Test func `Teams gets an adaptive card, a block a line`() async throws {
    let requests = try await asked([delivery()]) { .teams($0) }
    let json = try JSONView(requests[0].body)
    let card = "attachments.0.content."
    #expect(
      json["attachments.0.contentType"] == "application/vnd.microsoft.card.adaptive")
    #expect(json[card + "type"] == "AdaptiveCard" && json[card + "version"] == "1.4")
    #expect(json[card + "body.0.color"] == "attention")
    #expect(json[card + "body.1.text"]?.hasPrefix("Since 00:00 UTC") == true)
    #expect(json[card + "actions.0.url"] == "https://tocsin.example/incidents/i1")
    #expect(requests[0].body.contains(#""fontType":"monospace""#))
    var long = delivery()
    long.message.text = String(repeating: "line\n", count: 20_000)
    #expect(TeamsReceiver.body(long).utf8.count < 400_000)
  }

  @Test func `PagerDuty is triggered, told and resolved under one key`() async throws {
    let secrets = SecretBox([.environment("PD"): "routing-key-1"])
    let deliveries = [
      delivery(.opened), delivery(.acknowledged), delivery(.briefing), ended(),
    ]
    let requests = try await asked(deliveries, secrets: secrets) {
      .pagerDuty(PagerDutyConfiguration(routingKey: try Secret("${env:PD}"), endpoint: $0))
    }
    #expect(requests.map(\.path) == ["/v2/enqueue", "/v2/enqueue", "/v2/enqueue"], "no briefing")
    let bodies = try requests.map { try JSONView($0.body) }
    #expect(bodies.map { $0["event_action"] } == ["trigger", "acknowledge", "resolve"])
    #expect(Set(bodies.map { $0["dedup_key"] }) == ["tocsin-i1"])
    #expect(bodies.allSatisfy { $0["routing_key"] == "routing-key-1" })
    #expect(bodies[0]["payload.severity"] == "error")
    #expect(bodies[0]["payload.source"] == "checkout")
    #expect(bodies[0]["payload.timestamp"] == "2026-01-15T00:05:00Z")
    #expect(bodies[0]["links.0.href"] == "https://tocsin.example/incidents/i1")
    #expect(bodies[2]["payload"] == nil)
  }

  @Test func `Opsgenie is told by the alias of the incident`() async throws {
    let deliveries = [
      delivery(.opened), delivery(.severity), delivery(.escalated), delivery(.acknowledged),
      ended(), ended(.merged),
    ]
    let requests = try await asked(deliveries) {
      .opsgenie(OpsgenieConfiguration(apiKey: Secret(literal: "k"), teams: ["db"], endpoint: $0))
    }
    let by = "?identifierType=alias"
    #expect(
      requests.map { "\($0.method) \($0.path)" } == [
        "POST /v2/alerts", "PUT /v2/alerts/tocsin-i1/priority" + by,
        "POST /v2/alerts/tocsin-i1/notes" + by, "POST /v2/alerts/tocsin-i1/acknowledge" + by,
        "POST /v2/alerts/tocsin-i1/close" + by, "POST /v2/alerts/tocsin-i1/close" + by,
      ])
    #expect(requests.allSatisfy { $0.header("authorization") == "GenieKey k" })
    let json = try JSONView(requests[0].body)
    #expect(json["alias"] == "tocsin-i1" && json["priority"] == "P2")
    #expect((json["message"]?.count ?? 0) <= 130 && json["responders.0.name"] == "db")
    #expect(json["details.id"] == "i1")
    #expect(json["details.incident"] == "https://tocsin.example/incidents/i1")
    let double = delivery(links: [.init(name: "a", url: "u1"), .init(name: "a", url: "u2")])
    let again = try await asked([double]) {
      .opsgenie(OpsgenieConfiguration(apiKey: Secret(literal: "k"), teams: [], endpoint: $0))
    }
    #expect(again[0].body.contains(#""details":{"id":"i1","a":"u1"}"#), "a key stands once")
    #expect(try JSONView(requests[1].body)["priority"] == "P2")
  }

  @Test func `an Alertmanager gets one alert that ends with the incident`() async throws {
    let requests = try await asked([delivery(), ended()]) {
      .alertmanager(AlertmanagerConfiguration(endpoint: $0))
    }
    #expect(requests.map(\.path) == ["/api/v2/alerts", "/api/v2/alerts"])
    let (first, last) = (try JSONView(requests[0].body), try JSONView(requests[1].body))
    #expect(first["0.labels.alertname"] == "TocsinIncident" && first["0.labels.incident"] == "i1")
    #expect(
      last["0.labels.incident"] == "i1" && last["0.labels.severity"] == nil,
      "or the end would be another alert's")
    #expect(
      first["0.endsAt"] == "2026-01-16T00:05:00Z" && last["0.endsAt"] == "2026-01-15T00:05:00Z")
  }

  @Test func `a key that a receiver echoes is not repeated`() async throws {
    let server = try await HTTPServer { _, request in .status(400, body: request.body) }
    let transport = HTTPTransport()
    let configuration = PagerDutyConfiguration(
      routingKey: Secret(literal: "routing-key-1"),
      endpoint: HTTPEndpoint(url: Secret(literal: server.url)))
    let answer = await ReceiverSettings(name: "r", kind: .pagerDuty(configuration))
      .receiver(over: transport, secrets: SecretBox().reader).deliver(delivery())
    await transport.shutdown()
    try await server.close()
    #expect(answer.reason?.contains("***") == true)
    #expect(answer.reason?.contains("routing-key-1") == false)
  }
}
