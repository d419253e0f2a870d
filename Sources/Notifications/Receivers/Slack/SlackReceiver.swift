import Incidents
import Model

/// Posts to a Slack incoming webhook.
///
/// Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and the limits of
/// its block types (header 150 characters, section 3000).
struct SlackReceiver: HTTPReceiver {
  let target: HTTPTarget

  func post(_ delivery: Delivery) -> HTTPPost? {
    HTTPPost(body: Self.body(delivery))
  }

  static func body(_ delivery: Delivery) -> String {
    let notice = delivery.notice
    var json = JSONWriter()
    json.object { json in
      // What a phone shows before the message is opened.
      json.field("text", escaped(delivery.message.title))
      json.key("attachments")
      json.array { json in
        json.object { json in
          json.field("color", notice.colour)
          json.field("fallback", delivery.message.title)
          json.key("blocks")
          json.array { json in blocks(delivery, &json) }
        }
      }
    }
    return json.text
  }

  private static func blocks(_ delivery: Delivery, _ json: inout JSONWriter) {
    block("header", "plain_text", delivery.message.title.cut(toCharacters: 150), &json)
    if !delivery.message.text.isEmpty {
      // Escaping makes a text longer: it is cut before and after.
      let text = escaped(delivery.message.text.cut(toCharacters: 2800))
      block("section", "mrkdwn", text.cut(toCharacters: 3000), &json)
    }
    let links = delivery.notice.links.filter { $0.url.utf8.count <= 3000 }.prefix(5)
    guard !links.isEmpty else { return }
    json.object { json in
      json.field("type", "actions")
      json.key("elements")
      json.array { json in
        for link in links {
          json.object { json in
            json.field("type", "button")
            json.key("text")
            text("plain_text", link.name.cut(toCharacters: 75), &json)
            json.field("url", link.url)
          }
        }
      }
    }
  }

  private static func block(
    _ type: String, _ kind: String, _ words: String, _ json: inout JSONWriter
  ) {
    json.object { json in
      json.field("type", type)
      json.key("text")
      text(kind, words, &json)
    }
  }

  private static func text(_ kind: String, _ words: String, _ json: inout JSONWriter) {
    json.object { json in
      json.field("type", kind)
      json.field("text", words)
    }
  }

  /// The three characters that Slack gives a meaning.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

extension Notice {
  /// A colour for the eye: green when it is over, else by severity.
  var colour: String {
    if stage.isFinal { return incident.ending == .vanished ? "#6b7280" : "#15803d" }
    return switch incident.severity {
    case .critical: "#b91c1c"
    case .high: "#c2410c"
    case .medium: "#a16207"
    case .low: "#1d4ed8"
    }
  }
}
