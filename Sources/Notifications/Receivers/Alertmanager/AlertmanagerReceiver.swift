import Incidents
import Model

/// Sends an incident as one alert, named `TocsinIncident`, that ends with the incident.
struct AlertmanagerReceiver: HTTPReceiver {
  let target: HTTPTarget
  /// A firing alert counts as resolved when nothing is heard of it for so long, in ms.
  private static let lifetime: Milliseconds = 24 * 3_600_000

  func post(_ delivery: Delivery) -> HTTPPost? {
    // A briefing changes nothing that an Alertmanager keeps.
    guard delivery.notice.stage != .briefing else { return nil }
    return HTTPPost(path: "/api/v2/alerts", body: AlertPayload.body([Self.payload(delivery)]))
  }

  static func payload(_ delivery: Delivery) -> AlertPayload {
    let incident = delivery.notice.incident
    // What identifies the alert must not change while it fires, as severity and services do.
    let labels: Labels = ["alertname": "TocsinIncident", "incident": incident.id]
    var annotations: Labels = [
      "summary": delivery.message.title, "description": delivery.message.text,
      "severity": incident.severity.rawValue, "services": incident.services.joined(separator: ","),
    ]
    let page = delivery.notice.links.first { $0.name == "incident" }?.url
    annotations["page"] = page
    return AlertPayload(
      labels: labels, annotations: annotations, startsAt: incident.openedAt,
      endsAt: delivery.notice.stage.isFinal
        ? delivery.notice.time : delivery.notice.time + lifetime,
      generatorURL: page ?? "")
  }
}
