import Incidents
import Model

/// One alert there for one incident here, with the incident's id as its alias.
///
/// Source: https://docs.opsgenie.com/docs/alert-api
struct OpsgenieReceiver: HTTPReceiver {
  let configuration: OpsgenieConfiguration
  let target: HTTPTarget

  func post(_ delivery: Delivery) throws(SecretError) -> HTTPPost? {
    let notice = delivery.notice
    let alias = "/v2/alerts/tocsin-\(notice.incident.id)"
    let byAlias = "?identifierType=alias"
    var post: HTTPPost
    switch notice.stage {
    case .opened, .reopened: post = HTTPPost(path: "/v2/alerts", body: create(delivery))
    case .severity:
      post = HTTPPost(
        method: .put, path: alias + "/priority" + byAlias,
        body: Self.object("priority", notice.incident.severity.opsgeniePriority))
    case .escalated, .updated, .reminder, .briefing:
      let text = "\(delivery.message.title)\n\(delivery.message.text)".cut(toCharacters: 25_000)
      post = HTTPPost(path: alias + "/notes" + byAlias, body: Self.object("note", text))
    case .acknowledged:
      post = HTTPPost(
        path: alias + "/acknowledge" + byAlias, body: Self.object("note", delivery.message.title))
    case .merged, .resolved:
      post = HTTPPost(
        path: alias + "/close" + byAlias, body: Self.object("note", delivery.message.title))
    }
    let key = try configuration.apiKey.reveal(target.secrets)
    post.headers = [("authorization", "GenieKey \(key)")]
    post.hidden = [key]
    return post
  }

  private func create(_ delivery: Delivery) -> String {
    let incident = delivery.notice.incident
    var json = JSONWriter()
    json.object { json in
      json.field("message", delivery.message.title.cut(toCharacters: 130))
      json.field("alias", "tocsin-\(incident.id)")
      json.field("description", delivery.message.text.cut(toCharacters: 15_000))
      json.field("priority", incident.severity.opsgeniePriority)
      json.field("source", "tocsin")
      json.field("entity", incident.services.first)
      json.field("tags", ["tocsin", incident.severity.rawValue] + incident.services.prefix(10))
      if !configuration.teams.isEmpty {
        json.key("responders")
        json.array { json in
          for team in configuration.teams {
            json.object { json in
              json.field("type", "team")
              json.field("name", team)
            }
          }
        }
      }
      json.key("details")
      json.object { json in
        json.field("id", incident.id)
        // Two alerts of one name may have runbooks of their own; a key stands once.
        var names: Set<String> = ["id"]
        for link in delivery.notice.links where names.insert(link.name).inserted {
          json.field(link.name, link.url)
        }
      }
    }
    return json.text
  }

  private static func object(_ name: String, _ value: String) -> String {
    var json = JSONWriter()
    json.object { $0.field(name, value) }
    return json.text
  }
}

extension Severity {
  fileprivate var opsgeniePriority: String {
    switch self {
    case .critical: "P1"
    case .high: "P2"
    case .medium: "P3"
    case .low: "P5"
    }
  }
}
