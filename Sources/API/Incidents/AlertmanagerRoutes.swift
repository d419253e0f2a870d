import Engine
import Exposition
import Foundation
import Hummingbird
import Model
import NIOCore

/// `/api/v2/alerts`: what Prometheus sends to an Alertmanager, and what tools ask one for, so that Tocsin
/// can stand in its place.
///
/// Source: https://github.com/prometheus/alertmanager/blob/v0.27.0/api/v2/openapi.yaml
struct AlertmanagerRoutes: Sendable {
  let backend: any Backend
  let limits: ServerLimits
  let build: BuildInfo

  func addReading(to router: some RouterMethods<APIContext>) {
    router.get("/api/v2/status") { _, _ in status() }
    for (path, form) in [
      ("/api/v2/alerts", AlertQuery.Form.list), ("/api/v2/alerts/groups", .groups),
    ] {
      router.get(RouterPath(path)) { request, _ in
        let query = try AlertQuery(form, try await Parameters(of: request))
        return try await Response.alertmanager { try await backend.alerts(query) }
      }
    }
    router.get("/api/v2/receivers") { _, _ in
      let names = try await backend.receivers()
      var json = JSONWriter()
      json.array { json in
        for name in names { json.object { $0.field("name", name) } }
      }
      return Response.json(json.text)
    }
  }

  func addWriting(to router: some RouterMethods<APIContext>) {
    router.post("/api/v2/alerts") { request, _ in
      let body = try await limits.body(of: request)
      try await backend.take(foreign: try Self.alerts(in: body))
      return Response(status: .ok)
    }
  }

  private func status() -> Response {
    var json = JSONWriter()
    json.object { json in
      json.key("cluster")
      json.object { json in
        json.field("status", "disabled")
        json.key("peers")
        json.array { _ in }
      }
      json.key("config")
      json.object { $0.field("original", "") }
      json.field("uptime", build.startTime)
      json.key("versionInfo")
      json.object { json in
        json.field("version", build.version)
        for name in ["revision", "branch", "buildUser", "buildDate", "goVersion"] {
          json.field(name, "")
        }
      }
    }
    return .json(json.text)
  }

  private struct Posted: Decodable {
    var labels: [String: String]
    var annotations: [String: String]?
    var startsAt: String?
    var endsAt: String?
  }

  static func alerts(in body: [UInt8]) throws(APIError) -> [ForeignAlert] {
    let posted: [Posted]
    do {
      posted = try JSONDecoder().decode([Posted].self, from: Data(body))
    } catch {
      throw APIError(.badData, "expected a list of alerts, each with labels: \(error)")
    }
    var alerts: [ForeignAlert] = []
    for (index, alert) in posted.enumerated() {
      guard !alert.labels.values.allSatisfy(\.isEmpty) else {
        throw APIError(.badData, "alert \(index) has no labels")
      }
      alerts.append(
        ForeignAlert(
          labels: Labels(alert.labels.filter { !$0.value.isEmpty }),
          annotations: Labels(alert.annotations ?? [:]),
          startsAt: try time(alert.startsAt), endsAt: try time(alert.endsAt)))
    }
    return alerts
  }

  /// A moment; nil where Go's zero time says that there is none.
  private static func time(_ text: String?) throws(APIError) -> Timestamp? {
    guard let text, !text.hasPrefix("0001-") else { return nil }
    guard let time = Timestamp(reading: text) else {
      throw APIError(.badData, "expected a time, found \(quoted(text))")
    }
    return time
  }
}
