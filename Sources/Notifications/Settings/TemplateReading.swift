import Incidents
import Model
import Rules

/// Reads the words that a receiver has of its own.
///
///     templates:
///       opened: {title: "{{ .Severity }} {{ .Title }}", text: "{{ range .News }}{{ .Text }}{{ end }}"}
enum TemplateReading {
  static func templates(
    _ node: SettingsNode?, _ settings: inout SettingsReader
  ) -> MessageTemplates {
    var templates = MessageTemplates()
    let fields = settings.fields(node, "templates", known: Stage.allCases.map(\.rawValue))
    for stage in Stage.allCases {
      guard let node = fields[stage.rawValue], var words = templates[stage] else { continue }
      let parts = settings.fields(node, stage.rawValue, known: ["title", "text"])
      if let title = template(parts["title"], "title", stage, &settings) { words.title = title }
      if let text = template(parts["text"], "text", stage, &settings) { words.text = text }
      templates[stage] = words
    }
    return templates
  }

  /// A template that parses and can be expanded over an example; else nil, and reported.
  private static func template(
    _ node: SettingsNode?, _ what: String, _ stage: Stage, _ settings: inout SettingsReader
  ) -> Template? {
    guard let node, let text = settings.text(node, what) else { return nil }
    do throws(TemplateError) {
      let template = try Template(text, variables: .none)
      _ = try template.result(in: NoticeFacts.context(of: example(stage)))
      return template
    } catch {
      settings.error("bad-template", "\(what) of \(stage.rawValue): \(error.message)", at: node)
      return nil
    }
  }

  /// A notice in which every list has an element, so that a slip in any part shows.
  private static func example(_ stage: Stage) -> Notice {
    let time = Timestamp(milliseconds: 1_768_487_400_000)
    var incident = Incident(
      id: "0123456789abcdef", title: "checkout in trouble", services: ["checkout"],
      severity: .critical, start: time, openedAt: time)
    let firing = AlertTransition(
      time: time, kind: .firing, group: "shop", alert: "ErrorRatioHigh",
      labels: ["alertname": "ErrorRatioHigh"], value: 0.4, activeSince: time)
    incident.alerts = [AlertRecord(firing: firing, service: "checkout")]
    incident.factors = [SeverityFactor(.declared, .critical, because: "the rule says critical")]
    incident.suspects = [
      Suspect(.metric(service: "db", metric: "connections"), rank: 1, score: 1, because: ["rose"])
    ]
    incident.nextSteps = [
      NextStep(.rollback, service: "checkout", text: "undo the deploy", commands: ["undo"])
    ]
    let news = IncidentEvent(
      incident: incident.id, sequence: 0, time: time, kind: .opened, text: "opened")
    return Notice(
      stage: stage, time: time, incident: incident, news: [news], previousSeverity: .high,
      links: [.init(name: "incident", url: "https://tocsin.example")])
  }
}
