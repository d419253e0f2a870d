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

  @Argument(
    help: ArgumentHelp(
      "The alert's name, unless --why-not gives it; then recordings, plain or compressed.",
      valueName: "alert-and-files"))
  var words: [String]

  @Option(name: .long, help: ArgumentHelp("The moment to explain.", valueName: "time"))
  var at: TimeArgument?

  @Option(
    name: .customLong("why-not"),
    help: ArgumentHelp(
      "Why this alert is silent: every operand, its samples, the clause that blocks.",
      valueName: "alert@time"))
  var whyNot: AlertMoment?

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (whyNot == nil) == (at == nil) {
      throw ValidationError("say either ALERT FILE… --at TIME or --why-not ALERT@TIME FILE…")
    }
    if words.count < (whyNot == nil ? 2 : 1) { throw ValidationError("a recording is missing") }
  }

  func run() throws {
    try reporting {
      if let whyNot { return try deny(whyNot) }
      guard let at else { return }
      let tocsin = try replayed(Array(words.dropFirst()), until: at.time)
      let found = tocsin.explain(words[0], at: at.time)
      guard !found.isEmpty else { throw unknown(words[0], tocsin.alertNames) }
      let out = ResultOutput()
      if output.output == .json {
        for explanation in found { try out.write(explanation.jsonLine() + "\n") }
        return try out.flush()
      }
      for explanation in found { try out.write(text(explanation)) }
      let text = IncidentText(style: output.style)
      for incident in tocsin.book.openIncidents
      where incident.alerts.contains(where: { $0.alert == words[0] }) {
        try out.write(
          "\n" + text.head(incident, at: at.time) + "\n" + text.factors(incident.factors))
      }
      try out.flush()
    }
  }

  /// Says why an alert is silent at a moment.
  private func deny(_ moment: AlertMoment) throws {
    let tocsin = try replayed(words, until: moment.time)
    let found = tocsin.whyNot(moment.alert, at: moment.time)
    guard !found.isEmpty else { throw unknown(moment.alert, tocsin.alertNames) }
    let out = ResultOutput()
    for answer in found {
      try out.write(output.output == .json ? answer.jsonLine() + "\n" : WhyNotText.text(answer))
    }
    try out.flush()
  }

  /// An engine that has seen the recordings up to a moment, and kept all of it.
  private func replayed(_ files: [String], until time: Timestamp) throws -> Tocsin {
    var options = EngineOptions.replay
    options.until = time
    options.retention = .max
    options.evaluation = rules.features.evaluation
    var tocsin = Tocsin(rules: try rules.load(), options: options)
    let recording = try Recording(files, input)
    while let delivery = try recording.next() { _ = tocsin.ingest(delivery.batch) }
    _ = tocsin.finish()
    return tocsin
  }

  private func unknown(_ alert: String, _ names: [String]) -> CommandFailure {
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

/// An alert and a moment: `HighLatency@2026-01-15T14:30:00Z`.
struct AlertMoment: ExpressibleByArgument {
  var alert: String
  var time: Timestamp

  init?(argument: String) {
    guard let at = argument.lastIndex(of: "@"), at > argument.startIndex,
      let moment = TimeArgument(argument: String(argument[argument.index(after: at)...]))
    else { return nil }
    alert = String(argument[..<at])
    time = moment.time
  }
}
