import Engine
import Incidents
import Model
import Reports
import Rules

/// Writes effects to standard output as they come.
struct EffectPrinter {
  private let form: OutputOptions.Form
  private let text: IncidentText
  private let output: ResultOutput
  /// What alerts are told with; a reload replaces it.
  var context: IncidentContext
  private var day: Timestamp?

  init(_ options: OutputOptions, _ output: ResultOutput, _ context: IncidentContext) {
    form = options.output
    text = IncidentText(style: options.style)
    self.output = output
    self.context = context
  }

  /// Writes one effect; diagnostics go to standard error.
  mutating func print(_ effect: Effect) throws {
    if case .diagnostic(let diagnostic) = effect {
      StandardError.write(diagnostic.description)
      return
    }
    switch form {
    case .json: try json(effect)
    case .human: try human(effect)
    }
  }

  private func json(_ effect: Effect) throws {
    switch effect {
    case .alert(let transition):
      try output.write(
        EventJSON.line(transition, service: context.service(of: transition.labels)) + "\n")
    case .incident(let change): try output.write(EventJSON.line(change) + "\n")
    case .change(let change): try output.write(EventJSON.line(change) + "\n")
    case .evidence, .diagnostic: break
    }
  }

  /// A person reads what happens to incidents; alerts are told inside of them.
  private mutating func human(_ effect: Effect) throws {
    guard case .incident(let change) = effect else { return }
    for event in change.events where text.tells(event, of: change.incident) {
      let time = text.time(of: event, in: change.incident)
      try output.write(text.dayHeading(of: time, after: day))
      day = time
      try output.write(text.line(event, of: change.incident))
    }
  }

  /// Writes the last event of a run, or the incidents in full.
  func finish(_ summary: RunSummary) throws {
    if form == .json {
      try output.write(EventJSON.line(summary) + "\n")
    } else {
      for incident in summary.incidents {
        try output.write("\n" + text.show(incident, at: summary.end))
      }
      if summary.incidents.isEmpty { try output.write("no incidents\n") }
    }
    try output.flush()
  }
}
