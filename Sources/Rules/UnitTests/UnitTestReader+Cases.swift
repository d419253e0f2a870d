import Model
import PromQL
import Yams

extension UnitTestReader {
  // MARK: Alerts

  /// Reads an entry of `alert_rule_test`.
  mutating func alertCase(_ node: Node) -> UnitTest.AlertCase? {
    let fields = yaml.fields(
      node, "an alert test", known: ["eval_time", "alertname", "exp_alerts"])
    let name = fields["alertname"].flatMap { yaml.text($0, "alertname") } ?? ""
    guard !name.isEmpty else {
      yaml.error("no-alertname", "an alert test needs 'alertname'", at: node)
      return nil
    }
    let alerts = yaml.list(fields["exp_alerts"], "exp_alerts").map { alert($0, name) }
    return UnitTest.AlertCase(
      location: yaml.location(node), time: time(fields["eval_time"]), name: name, wanted: alerts)
  }

  private mutating func alert(_ node: Node, _ name: String) -> UnitTest.Alert {
    let fields = yaml.fields(node, "an alert", known: ["exp_labels", "exp_annotations"])
    var labels = labels(fields["exp_labels"], "exp_labels")
    labels["alertname"] = name
    return UnitTest.Alert(
      labels: labels, annotations: self.labels(fields["exp_annotations"], "exp_annotations"))
  }

  // MARK: Queries

  /// Reads an entry of `promql_expr_test`.
  mutating func queryCase(_ node: Node) -> UnitTest.QueryCase? {
    let fields = yaml.fields(
      node, "a query test", known: ["expr", "eval_time", "exp_samples"])
    let samples = yaml.list(fields["exp_samples"], "exp_samples").compactMap { sample($0) }
    guard
      let (expression, source) = rules.expression(
        fields["expr"], missing: "a query test needs 'expr'", at: node)
    else { return nil }
    return UnitTest.QueryCase(
      location: yaml.location(node), time: time(fields["eval_time"]), text: source.text,
      expression: expression, wanted: samples)
  }

  private mutating func sample(_ node: Node) -> UnitTest.Sample? {
    let fields = yaml.fields(node, "a sample", known: ["labels", "value", "histogram"])
    var sample = UnitTest.Sample(labels: .empty, value: float(fields["value"]) ?? 0)
    if let node = fields["labels"], let text = yaml.text(node, "labels"), !text.isEmpty {
      let labels = notation(of: node) { () throws(NotationError) in try Labels(seriesKey: text) }
      guard let labels else { return nil }
      sample.labels = labels
    }
    if let node = fields["histogram"], let text = yaml.text(node, "histogram"), !text.isEmpty {
      sample.histogram = notation(of: node) { () throws(NotationError) in
        try NativeHistogram(notation: text)
      }
    }
    return sample
  }

  /// A float as YAML writes it, `.inf` and `.nan` included; as in promtool, NaN is a text.
  private mutating func float(_ node: Node?) -> Double? {
    if case .scalar(let scalar)? = node, scalar.style == .plain {
      switch scalar.string {
      case ".nan", ".NaN", ".NAN": return .nan
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
      case "-.inf", "-.Inf", "-.INF": return -.infinity
      case let word where ["nan", "inf", "+inf", "-inf"].contains(word.lowercased()):
        yaml.error(
          "bad-number",
          "expected a number for value, found \(quoted(word)); YAML writes .nan and .inf",
          at: .scalar(scalar))
        return nil
      default: break
      }
    }
    return yaml.number(node, "value")
  }

  // MARK: Incidents

  /// Reads an entry of `incident_test`.
  mutating func incidentCase(_ node: Node) -> UnitTest.IncidentCase {
    let fields = yaml.fields(node, "an incident test", known: ["eval_time", "exp_incidents"])
    let incidents = yaml.list(fields["exp_incidents"], "exp_incidents").map { incident($0) }
    return UnitTest.IncidentCase(
      location: yaml.location(node), time: time(fields["eval_time"]), wanted: incidents)
  }

  private mutating func incident(_ node: Node) -> UnitTest.Incident {
    let fields = yaml.fields(
      node, "an incident", known: ["severity", "services", "state", "title"])
    var incident = UnitTest.Incident()
    if fields.isEmpty {
      yaml.error(
        "empty-incident", "an incident needs 'severity', 'services', 'state' or 'title'", at: node)
    }
    incident.severity = choice(
      fields["severity"], "severity", among: Severity.allCases.map(\.rawValue)
    ).flatMap(Severity.init)
    incident.state = choice(
      fields["state"], "state", among: ["open", "acknowledged", "monitoring", "resolved"])
    if let services = fields["services"] {
      incident.services = yaml.list(services, "services")
        .compactMap { yaml.text($0, "a service") }.sorted()
    }
    incident.title = fields["title"].flatMap { yaml.text($0, "title") }
    return incident
  }

  private mutating func choice(
    _ node: Node?, _ what: String, among known: [String]
  ) -> String? {
    guard let node, let text = yaml.text(node, what) else { return nil }
    if known.contains(text) { return text }
    yaml.error(
      "bad-value",
      "unknown \(what) \(quoted(text)), want one of \(known.joined(separator: ", "))", at: node)
    return nil
  }

  // MARK: Times

  private mutating func time(_ node: Node?) -> Milliseconds {
    yaml.duration(node, "eval_time") ?? 0
  }
}
