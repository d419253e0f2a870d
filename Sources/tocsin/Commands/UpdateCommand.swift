import ArgumentParser
import Incidents
import Model
import Storage

extension IncidentCommands {
  /// Drafts an update: `tocsin incident update ID`.
  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "update",
      abstract: "Draft an update for stakeholders, in plain words.",
      discussion: "Nothing is sent: a person reads it, finishes it and passes it on.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String
    @OptionGroup var store: StoreOptions

    func run() throws {
      try reporting {
        let incident = try store.open(.readOnly).incident(id)
        let out = ResultOutput()
        try out.write(StakeholderUpdate(on: incident, at: incident.end ?? wallClock()).text)
        try out.flush()
      }
    }
  }
}
