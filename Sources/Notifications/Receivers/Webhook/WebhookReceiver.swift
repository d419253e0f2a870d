import Crypto
import Foundation
import Incidents
import Model

/// Posts a message with the whole event: the JSON that standard output has, and the words.
///
/// `Idempotency-Key` tells repeats. With a key, `X-Tocsin-Signature` is `sha256=` and the HMAC-SHA256
/// of the body in hexadecimal digits.
struct WebhookReceiver: HTTPReceiver {
  let configuration: WebhookConfiguration
  let target: HTTPTarget

  func post(_ delivery: Delivery) throws(SecretError) -> HTTPPost? {
    let body = Self.body(delivery)
    var post = HTTPPost(headers: [("idempotency-key", delivery.key)], body: body)
    if let key = try configuration.signingKey?.reveal(target.secrets) {
      post.headers.append(("x-tocsin-signature", "sha256=" + Self.signature(of: body, key: key)))
      post.hidden = [key]
    }
    return post
  }

  /// The message as JSON; commands get the same on standard input.
  static func body(_ delivery: Delivery) -> String {
    let notice = delivery.notice
    var json = JSONWriter()
    json.object { json in
      json.field("v", EventJSON.version)
      json.field("stage", notice.stage.rawValue)
      json.field("key", delivery.key)
      json.field("receiver", delivery.receiver)
      json.field("at", notice.time)
      json.field("title", delivery.message.title)
      json.field("text", delivery.message.text)
      json.field("severity", notice.incident.severity.rawValue)
      json.field("previous_severity", notice.previousSeverity?.rawValue)
      json.field("escalations", notice.escalations)
      json.field("alert_count", notice.alertCount)
      json.key("links")
      json.array { json in
        for link in notice.links {
          json.object { json in
            json.field("name", link.name)
            json.field("url", link.url)
          }
        }
      }
    }
    // The event is a whole JSON object already.
    return json.text.dropLast() + ",\"event\":" + EventJSON.line(notice.change) + "}"
  }

  static func signature(of body: String, key: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Data(body.utf8), using: SymmetricKey(data: Data(key.utf8)))
    return code.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

extension Notice {
  /// The change of the incident that this tells, as the stream of events has it.
  var change: IncidentChange {
    let kind: IncidentChange.Kind =
      switch stage {
      case .opened: .opened
      case .reopened: .reopened
      case .resolved: .resolved
      case .severity: .severity
      case .escalated, .acknowledged, .updated, .reminder, .briefing, .merged: .updated
      }
    return IncidentChange(kind: kind, time: time, incident: incident, events: news)
  }
}
