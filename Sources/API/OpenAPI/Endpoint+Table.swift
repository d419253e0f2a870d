extension Endpoint {
  private static let query = Parameter(
    name: "query", summary: "PromQL expression.", isRequired: true)
  private static let match = Parameter(
    name: "match[]", summary: "Series selector; may be repeated.")
  private static let start = Parameter(name: "start", summary: "RFC 3339 or Unix seconds.")
  private static let end = Parameter(name: "end", summary: "RFC 3339 or Unix seconds.")
  private static let limit = Parameter(name: "limit", summary: "Most elements; 0 is no limit.")

  /// Everything that the server answers, but for its pages.
  static let all =
    asked.flatMap { [$0, $0.asForm] } + queries + status + incidents + alertmanager + pushes
    + health

  private static let timeout = Parameter(
    name: "timeout", summary: "Duration or seconds; never beyond the server's limit.")
  private static let lookback = Parameter(
    name: "lookback_delta", summary: "How long a sample stands for its series.")

  /// What a form asks as well.
  private static let asked: [Endpoint] = [
    Endpoint(
      method: "get", path: "/api/v1/query", summary: "The value of an expression at one moment.",
      role: .read,
      parameters: [
        query, Parameter(name: "time", summary: "Default: now."), timeout, lookback, limit,
      ]),
    Endpoint(
      method: "get", path: "/api/v1/query_range",
      summary: "The values of an expression at evenly spaced moments.", role: .read,
      parameters: [
        query, Parameter(name: "start", summary: start.summary, isRequired: true),
        Parameter(name: "end", summary: end.summary, isRequired: true),
        Parameter(name: "step", summary: "Duration or seconds.", isRequired: true), timeout,
        lookback, limit,
      ]),
    Endpoint(
      method: "get", path: "/api/v1/format_query", summary: "An expression, printed in order.",
      role: .read, parameters: [query]),
    Endpoint(
      method: "get", path: "/api/v1/query_exemplars",
      summary: "Exemplars of series: none are kept.", role: .read, parameters: [query, start, end]),
    Endpoint(
      method: "get", path: "/api/v1/series", summary: "Label sets of series.", role: .read,
      parameters: [
        Parameter(name: "match[]", summary: match.summary, isRequired: true), start, end, limit,
      ]),
    Endpoint(
      method: "get", path: "/api/v1/labels", summary: "Names of labels.", role: .read,
      parameters: [match, start, end, limit]),
  ]

  private static let queries: [Endpoint] = [
    Endpoint(
      method: "get", path: "/api/v1/label/{name}/values", summary: "Values of a label.",
      role: .read, parameters: [match, start, end, limit]),
    Endpoint(
      method: "get", path: "/api/v1/metadata", summary: "Types, units and help of metrics.",
      role: .read, parameters: [Parameter(name: "metric", summary: "Only this metric."), limit]),
  ]

  private static let status: [Endpoint] = [
    Endpoint(
      method: "get", path: "/api/v1/rules", summary: "Rule groups with states and health.",
      role: .read,
      parameters: [
        Parameter(name: "type", summary: "Only these.", words: ["alert", "record"]),
        Parameter(name: "rule_name[]", summary: "Only rules of this name; may be repeated."),
        Parameter(name: "rule_group[]", summary: "Only this group; may be repeated."),
        Parameter(name: "file[]", summary: "Only rules of this file; may be repeated."),
        Parameter(
          name: "exclude_alerts", summary: "Leaves the alerts out.", words: ["true", "false"]),
      ]),
    Endpoint(
      method: "get", path: "/api/v1/alerts", summary: "Pending and firing alerts.", role: .read),
    Endpoint(
      method: "get", path: "/api/v1/targets", summary: "What is scraped, and how it goes.",
      role: .read),
    Endpoint(
      method: "get", path: "/api/v1/alertmanagers", summary: "In the form of Prometheus; none.",
      role: .read),
    Endpoint(
      method: "get", path: "/api/v1/status/flags", summary: "In the form of Prometheus; empty.",
      role: .read),
    Endpoint(
      method: "get", path: "/api/v1/status/buildinfo", summary: "What program this is.",
      role: .read),
    Endpoint(
      method: "get", path: "/api/v1/status/runtimeinfo", summary: "How it runs.", role: .read),
    Endpoint(
      method: "get", path: "/api/v1/status/config",
      summary: "The configuration in force, secrets masked.", role: .read),
    Endpoint(
      method: "get", path: "/api/v1/status/tsdb", summary: "Series held.", role: .read),
    Endpoint(
      method: "get", path: "/metrics", summary: "The program's own metrics.", role: .read,
      answer: "text/plain"),
  ]

  private static let incidents: [Endpoint] = [
    Endpoint(
      method: "get", path: "/api/v1/incidents", summary: "Incidents, newest first.", role: .read,
      parameters: [
        Parameter(name: "state", summary: "Default: all.", words: ["all", "ongoing"]),
        Parameter(
          name: "severity", summary: "This peak and above.",
          words: ["critical", "high", "medium", "low"]),
        Parameter(name: "service", summary: "Only incidents of this service."), limit,
      ]),
    Endpoint(
      method: "get", path: "/api/v1/incidents/{id}", summary: "One incident.", role: .read),
    Endpoint(
      method: "get", path: "/api/v1/incidents/{id}/report",
      summary: "The report of an incident.", role: .read,
      parameters: [
        Parameter(name: "format", summary: "Default: markdown.", words: ["markdown", "html"])
      ], answer: "text/markdown"),
    Endpoint(
      method: "post", path: "/api/v1/incidents/{id}/acknowledge", summary: "Take an incident.",
      role: .operator),
    Endpoint(
      method: "post", path: "/api/v1/incidents/{id}/note",
      summary: "Write into an incident's timeline.", role: .operator, body: "text/plain"),
    Endpoint(
      method: "post", path: "/api/v1/incidents/{id}/actions",
      summary: "Add an action item: text, owner, due.", role: .operator, body: "application/json"),
    Endpoint(
      method: "post", path: "/api/v1/incidents/{id}/actions/{item}",
      summary: "Tick an action item, drop it, open it again.", role: .operator,
      body: "application/json"),
    Endpoint(
      method: "post", path: "/api/v1/incidents/{id}/resolve", summary: "Declare it over.",
      role: .operator),
    Endpoint(
      method: "get", path: "/api/v1/changes", summary: "Changes of the last 30 days.",
      role: .read),
    Endpoint(
      method: "post", path: "/api/v1/changes", summary: "Tell of a change.", role: .write,
      body: "application/json", answer: nil),
    Endpoint(
      method: "get", path: "/api/v1/events",
      summary: "What happens from now on, as server-sent events.", role: .read,
      answer: "text/event-stream"),
  ]

  private static let filter = Parameter(
    name: "filter", summary: "A matcher such as team=\"db\"; may be repeated.")
  private static let flags = ["active", "silenced", "inhibited"].map {
    Parameter(name: $0, summary: "With those that are.", words: ["true", "false"])
  }
  private static let receiver = Parameter(
    name: "receiver", summary: "Only those of receivers that this expression fits.")

  private static let alertmanager: [Endpoint] = [
    Endpoint(
      method: "get", path: "/api/v2/status", summary: "Status as an Alertmanager tells it.",
      role: .read),
    Endpoint(
      method: "get", path: "/api/v2/receivers", summary: "Who may be told of incidents.",
      role: .read),
    Endpoint(
      method: "get", path: "/api/v2/alerts", summary: "Alerts that fire.", role: .read,
      parameters: flags + [filter, receiver]),
    Endpoint(
      method: "get", path: "/api/v2/alerts/groups",
      summary: "Alerts that fire, by receiver and incident.", role: .read,
      parameters: flags + [filter, receiver]),
    Endpoint(
      method: "post", path: "/api/v2/alerts",
      summary: "Alerts that a Prometheus evaluated.", role: .write, body: "application/json",
      answer: nil),
    Endpoint(
      method: "get", path: "/api/v2/silences", summary: "Silences, as an Alertmanager tells them.",
      role: .read, parameters: [filter]),
    Endpoint(
      method: "get", path: "/api/v2/silence/{id}", summary: "One silence.", role: .read),
    Endpoint(
      method: "delete", path: "/api/v2/silence/{id}", summary: "Ends a silence.",
      role: .operator),
    Endpoint(
      method: "post", path: "/api/v2/silences", summary: "Make a silence, or replace one.",
      role: .operator, body: "application/json"),
  ]

  private static let pushes: [Endpoint] = [
    Endpoint(
      method: "post", path: "/api/v1/write", summary: "Prometheus remote write 1.0 and 2.0.",
      role: .write, body: "application/x-protobuf", answer: nil, status: 204),
    Endpoint(
      method: "post", path: "/v1/metrics", summary: "OTLP metrics, protobuf or JSON.",
      role: .write, body: "application/json"),
    Endpoint(
      method: "post", path: "/api/v1/otlp/v1/metrics",
      summary: "OTLP metrics, where Prometheus takes them.", role: .write,
      body: "application/json"),
    Endpoint(
      method: "post", path: "/write", summary: "Influx line protocol.", role: .write,
      parameters: [Parameter(name: "precision", summary: "Default: ns.", words: timeUnits)],
      body: "text/plain", answer: nil, status: 204),
    Endpoint(
      method: "post", path: "/api/v2/write", summary: "Influx line protocol, version 2.",
      role: .write,
      parameters: [Parameter(name: "precision", summary: "Default: ns.", words: timeUnits)],
      body: "text/plain", answer: nil, status: 204),
    Endpoint(
      method: "post", path: "/api/v1/ingest",
      summary: "JSON lines, Prometheus text or any other line format.", role: .write,
      body: "application/x-ndjson", answer: nil),
    pushed, pushed.by("put"),
  ]

  private static let pushed = Endpoint(
    method: "post", path: "/metrics/job/{job}", summary: "Prometheus text of a job.",
    role: .write, body: "text/plain", answer: nil)

  private static let timeUnits = ["ns", "us", "ms", "s"]

  private static let reload = Endpoint(
    method: "post", path: "/-/reload", summary: "Read rules and configuration again.",
    role: .operator, answer: "text/plain")

  private static let health: [Endpoint] = [
    Endpoint(
      method: "get", path: "/-/healthy", summary: "Whether it lives.", answer: "text/plain"),
    Endpoint(method: "get", path: "/-/ready", summary: "Whether it serves.", answer: "text/plain"),
    reload, reload.by("put"),
    Endpoint(
      method: "get", path: "/api/v1/openapi.json", summary: "This document.", role: .read),
  ]
}
