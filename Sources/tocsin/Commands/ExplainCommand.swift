import ArgumentParser
import Engine
import Incidents
import Model
import Reports
import Rules
import Sources

/// `tocsin explain`: why an alert did, or did not, fire.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Why did this alert (not) fire: every sub-expression's value, the state, the severity.")

  @Argument(help: "The alert's name.")
  var alert: String

  @Argument(help: ArgumentHelp("Recordings, plain or compressed.", valueName: "file"))
  var files: [String]

  @Option(name: .long, help: ArgumentHelp("The moment to explain.", valueName: "time"))
  var at: TimeArgument

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try reporting {
      var options = EngineOptions()
      options.until = at.time
      options.retention = .max
      var tocsin = Tocsin(rules: try rules.load(), options: options)
      let recording = try Recording(files, input)
      while let delivery = try recording.next() { _ = tocsin.ingest(delivery.batch) }
      _ = tocsin.finish()
      let found = tocsin.explain(alert, at: at.time)
      guard !found.isEmpty else { throw unknown(tocsin.alertNames) }
      let out = ResultOutput()
      for explanation in found { try out.write(text(explanation)) }
      let text = IncidentText(style: output.style)
      for incident in tocsin.book.openIncidents
      where incident.alerts.contains(where: { $0.alert == alert }) {
        try out.write(
          "\n" + text.head(incident, at: at.time) + "\n" + text.factors(incident.factors))
      }
      try out.flush()
    }
  }

  private func unknown(_ names: [String]) -> CommandFailure {
    let hint = suggestion(for: alert, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    return .unusable("error: no alert is called \"\(alert)\"\(hint)")
  }

  private func text(_ explanation: Explanation) -> String {
    var out = "\(explanation.alert) (\(explanation.group), \(explanation.location))\n"
    out += "at \(explanation.tick)\n\n"
    for reason in explanation.reasons { out += "  \(reason)\n" }
    out += "\n"
    for step in explanation.steps {
      let indent = String(repeating: "  ", count: step.depth + 1)
      out += "\(indent)\(step.expression)\n"
      if let failure = step.failure { out += "\(indent)  failed: \(failure)\n" }
      if step.count == 0, step.failure == nil { out += "\(indent)  no element\n" }
      for element in step.elements {
        out += "\(indent)  \(element.labels.isEmpty ? "" : element.labels + "  ")\(element.value)\n"
      }
      if step.count > step.elements.count {
        out += "\(indent)  and \(step.count - step.elements.count) more\n"
      }
    }
    return out
  }
}
