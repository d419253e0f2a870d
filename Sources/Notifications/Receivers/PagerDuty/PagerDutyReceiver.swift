import Incidents
import Model

/// Triggers, acknowledges and resolves: one incident there for one here, by its id.
///
/// Source: https://developer.pagerduty.com/docs/events-api-v2/trigger-events
struct PagerDutyReceiver: HTTPReceiver {
  let configuration: PagerDutyConfiguration
  let target: HTTPTarget

  func post(_ delivery: Delivery) throws(SecretError) -> HTTPPost? {
    guard let action = delivery.notice.stage.pagerDutyAction else { return nil }
    let key = try configuration.routingKey.reveal(target.secrets)
    return HTTPPost(
      path: "/v2/enqueue", body: Self.body(delivery, action: action, routingKey: key), hidden: [key]
    )
  }

  static func body(_ delivery: Delivery, action: String, routingKey: String) -> String {
    let incident = delivery.notice.incident
    var json = JSONWriter()
    json.object { json in
      json.field("routing_key", routingKey)
      json.field("event_action", action)
      json.field("dedup_key", "tocsin-\(incident.id)")
      guard action == "trigger" else { return }
      json.field("client", "Tocsin")
      json.field("client_url", delivery.notice.links.first { $0.name == "incident" }?.url)
      json.key("payload")
      json.object { json in
        json.field("summary", delivery.message.title.cut(toBytes: 1024))
        json.field("source", incident.services.first ?? "tocsin")
        json.field("severity", incident.severity.pagerDutyName)
        json.field("timestamp", delivery.notice.time)
        json.field("component", incident.services.first)
        json.field("class", incident.alerts.first?.alert)
        json.key("custom_details")
        json.object { json in
          json.field("text", delivery.message.text)
          json.field("services", incident.services)
          json.field("stage", delivery.notice.stage.rawValue)
        }
      }
      json.key("links")
      json.array { json in
        for link in delivery.notice.links {
          json.object { json in
            json.field("href", link.url)
            json.field("text", link.name)
          }
        }
      }
    }
    return json.text
  }
}

extension Stage {
  /// A briefing is for people who are not paged.
  fileprivate var pagerDutyAction: String? {
    switch self {
    case .opened, .reopened, .severity, .escalated, .updated, .reminder: "trigger"
    case .acknowledged: "acknowledge"
    case .merged, .resolved: "resolve"
    case .briefing: nil
    }
  }
}

extension Severity {
  fileprivate var pagerDutyName: String {
    switch self {
    case .critical: "critical"
    case .high: "error"
    case .medium: "warning"
    case .low: "info"
    }
  }
}
