import Incidents
import Model

/// Posts an adaptive card to a workflow of Microsoft Teams.
///
/// Source: https://adaptivecards.io/explorer and "Create incoming webhooks with Workflows for
/// Microsoft Teams"; a message may have 28 KB.
struct TeamsReceiver: HTTPReceiver {
  let target: HTTPTarget
  /// Bytes of text that leave room for the card around them.
  private static let textBytesMax = 12_000

  func post(_ delivery: Delivery) -> HTTPPost? {
    HTTPPost(body: Self.body(delivery))
  }

  static func body(_ delivery: Delivery) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("type", "message")
      json.key("attachments")
      json.array { json in
        json.object { json in
          json.field("contentType", "application/vnd.microsoft.card.adaptive")
          json.key("content")
          json.object { json in card(delivery, &json) }
        }
      }
    }
    return json.text
  }

  private static func card(_ delivery: Delivery, _ json: inout JSONWriter) {
    json.field("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
    json.field("type", "AdaptiveCard")
    json.field("version", "1.4")
    json.field("fallbackText", delivery.message.title)
    json.key("body")
    json.array { json in
      json.object { json in
        json.field("type", "TextBlock")
        json.field("text", delivery.message.title)
        json.field("size", "large")
        json.field("weight", "bolder")
        json.field("color", delivery.notice.cardColour)
        json.field("wrap", true)
      }
      var startsParagraph = true
      let text = delivery.message.text.cut(toBytes: textBytesMax)
      // A card joins lines, so that each is a block of its own.
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.isEmpty {
          startsParagraph = true
          continue
        }
        json.object { json in
          json.field("type", "TextBlock")
          json.field("text", String(line))
          if line.hasPrefix("    ") { json.field("fontType", "monospace") }
          json.field("spacing", startsParagraph ? "medium" : "none")
          json.field("wrap", true)
        }
        startsParagraph = false
      }
    }
    guard !delivery.notice.links.isEmpty else { return }
    json.key("actions")
    json.array { json in
      for link in delivery.notice.links.prefix(5) {
        json.object { json in
          json.field("type", "Action.OpenUrl")
          json.field("title", link.name)
          json.field("url", link.url)
        }
      }
    }
  }
}

extension Notice {
  fileprivate var cardColour: String {
    if stage.isFinal { return incident.ending == .vanished ? "default" : "good" }
    return switch incident.severity {
    case .critical, .high: "attention"
    case .medium: "warning"
    case .low: "accent"
    }
  }
}
