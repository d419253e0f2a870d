import Engine
import Hummingbird
import Model
import Rules

/// Rules and their alerts, as Prometheus answers them.
///
/// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#rules
struct RuleRoutes: Sendable {
  let backend: any Backend

  func add(to router: some RouterMethods<APIContext>) {
    router.get("/api/v1/rules") { request, _ in try await rules(request) }
    router.get("/api/v1/alerts") { _, _ in try await alerts() }
  }

  private func alerts() async throws -> Response {
    let groups = try await backend.read { tocsin in tocsin.groupStatus() }
    return .success { json in
      json.object { json in
        json.key("alerts")
        json.array { json in
          for alert in groups.flatMap(\.rules).flatMap(\.alerts) { json.alert(alert) }
        }
      }
    }
  }

  private func rules(_ request: Request) async throws -> Response {
    let filter = try RuleFilter(try await Parameters(of: request))
    let groups = try await backend.read { tocsin in tocsin.groupStatus() }
    return .success { json in
      json.object { json in
        json.key("groups")
        json.array { json in
          for group in groups.compactMap(filter.apply) {
            json.group(group, withAlerts: !filter.excludesAlerts)
          }
        }
      }
    }
  }
}

/// Which rules a request asks for.
private struct RuleFilter {
  var excludesAlerts = false
  private var wantsAlerting = true
  private var wantsRecording = true
  private var names: Set<String>
  private var groups: Set<String>
  private var files: Set<String>

  init(_ parameters: Parameters) throws(APIError) {
    switch parameters["type"]?.lowercased() ?? "" {
    case "": break
    case "alert": wantsRecording = false
    case "record": wantsAlerting = false
    case let type:
      throw .badParameter("type", "not supported value \(quoted(type))")
    }
    excludesAlerts = parameters["exclude_alerts"] == "true"
    names = Set(parameters.all("rule_name[]"))
    groups = Set(parameters.all("rule_group[]"))
    files = Set(parameters.all("file[]"))
  }

  private var isByName: Bool { !names.isEmpty || !wantsAlerting || !wantsRecording }

  /// What is left of a group; nil when nothing is.
  func apply(_ group: GroupStatus) -> GroupStatus? {
    guard groups.isEmpty || groups.contains(group.name),
      files.isEmpty || files.contains(group.file ?? "")
    else { return nil }
    var group = group
    group.rules.removeAll { status in
      !(status.rule.isAlert ? wantsAlerting : wantsRecording)
        || !(names.isEmpty || names.contains(status.rule.name))
    }
    return group.rules.isEmpty && isByName ? nil : group
  }
}

extension JSONWriter {
  fileprivate mutating func group(_ group: GroupStatus, withAlerts: Bool) {
    object { json in
      json.field("name", group.name)
      json.field("file", group.file ?? "")
      json.key("rules")
      json.array { json in
        for rule in group.rules {
          json.rule(rule, lastEvaluation: group.lastEvaluation, withAlerts: withAlerts)
        }
      }
      json.field("interval", Double(group.interval) / 1000)
      json.field("limit", group.limit)
      json.field("evaluationTime", Double(group.evaluationNanoseconds) / 1e9)
      json.lastEvaluation(group.lastEvaluation)
    }
  }

  private mutating func rule(
    _ status: RuleStatus, lastEvaluation: Timestamp?, withAlerts: Bool
  ) {
    let rule = status.rule
    object { json in
      if rule.isAlert { json.field("state", status.state.rawValue) }
      json.field("name", rule.name)
      json.field("query", "\(rule.expression)")
      if rule.isAlert {
        json.field("duration", Double(rule.timing.hold) / 1000)
        json.field("keepFiringFor", Double(rule.timing.keepFiring) / 1000)
      }
      json.field("labels", rule.plainLabels)
      if rule.isAlert {
        json.field("annotations", Labels(templates: rule.annotations))
        json.key("alerts")
        json.array { json in
          for alert in withAlerts ? status.alerts : [] { json.alert(alert) }
        }
      }
      json.field("health", status.health.rawValue)
      if let error = status.lastError { json.field("lastError", error) }
      json.field("evaluationTime", Double(status.evaluationNanoseconds) / 1e9)
      json.lastEvaluation(lastEvaluation)
      json.field("type", rule.isAlert ? "alerting" : "recording")
      if let kind = rule.nativeKind { json.field("kind", kind) }
    }
  }

  /// Prometheus writes the year 1 where nothing was evaluated yet.
  private mutating func lastEvaluation(_ time: Timestamp?) {
    field("lastEvaluation", time?.description ?? "0001-01-01T00:00:00Z")
  }

  fileprivate mutating func alert(_ alert: ActiveAlert) {
    object { json in
      json.field("labels", alert.labels)
      json.field("annotations", alert.annotations)
      json.field("state", alert.state.rawValue)
      json.field("activeAt", alert.activeSince)
      if let since = alert.keepFiringSince { json.field("keepFiringSince", since) }
      json.field("value", PrometheusNumber.scientific(alert.value))
    }
  }
}

extension Rule {
  /// Labels with their templates unexpanded; those of a recording rule.
  fileprivate var plainLabels: Labels {
    if case .recording(_, let labels) = kind { return labels }
    return Labels(templates: labels)
  }

  /// The kind of a rule that Prometheus does not have.
  fileprivate var nativeKind: String? {
    switch kind {
    case .threshold: "threshold"
    case .baseline: "baseline"
    case .recording, .alert: nil
    }
  }
}

extension Labels {
  fileprivate init(templates: [LabelTemplate]) {
    self.init(templates.map { Label($0.name, $0.template.text) })
  }
}
