import ArgumentParser
import Incidents
import Model
import Reports
import Storage

/// What people do to an incident: it is stored at once and lies over the engine's view.
private func respond(
  _ store: StoreOptions, _ id: String, _ kind: Response.Kind, _ author: String?, text: String = ""
) throws {
  try reporting {
    if kind == .note, !text.contains(where: { !$0.isWhitespace }) {
      throw ValidationError("a note needs a text")
    }
    let store = try store.open(.readWrite)
    let incident = try store.incident(id)
    if kind != .note, incident.state == .resolved {
      let end = incident.end.map { " at \(Moment.full($0))" } ?? ""
      throw CommandFailure.unusable(
        "error: incident \(incident.id) ended\(end); what was learnt since goes into a note")
    }
    _ = try store.add(
      Response(
        incident: incident.id, time: wallClock(), kind: kind, author: author, text: text))
    let out = ResultOutput()
    try out.write("\(incident.id)  \(incident.title)\n")
    try out.flush()
  }
}

extension IncidentCommands {
  /// Takes an incident: `tocsin incident ack ID`.
  struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ack", abstract: "Take an incident: nobody else is called for it.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String
    @Option(name: .long, help: "Who takes it.")
    var by: String?
    @OptionGroup var store: StoreOptions

    func run() throws { try respond(store, id, .acknowledge, by) }
  }

  /// Writes a note: `tocsin incident note ID TEXT`.
  struct Note: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "note", abstract: "Write into an incident's timeline.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String
    @Argument(help: "The note.")
    var text: String
    @Option(name: .long, help: "Who writes it.")
    var by: String?
    @OptionGroup var store: StoreOptions

    func run() throws { try respond(store, id, .note, by, text: text) }
  }

  /// Declares it over: `tocsin incident resolve ID`.
  struct Resolve: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resolve",
      abstract: "Declare an incident over without waiting for its verification.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String
    @Option(name: .long, help: "Who says so.")
    var by: String?
    @OptionGroup var store: StoreOptions

    func run() throws { try respond(store, id, .resolve, by) }
  }
}
