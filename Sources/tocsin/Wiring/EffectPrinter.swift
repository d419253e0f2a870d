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
  /// The line that is written; its memory serves all lines.
  private var line = JSONWriter()

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

  private mutating func json(_ effect: Effect) throws {
    line.restart()
    switch effect {
    case .alert(let transition):
      let service = context.service(of: transition.labels)
      EventJSON.write(transition, service: service, to: &line)
    case .incident(let change): EventJSON.write(change, to: &line)
    case .change(let change): EventJSON.write(event: change, to: &line)
    case .evidence, .diagnostic: return
    }
    try output.write(line: line.utf8)
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
