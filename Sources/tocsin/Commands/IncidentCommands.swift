import ArgumentParser
import Foundation
import Incidents
import Model
import Reports
import Rules
import Storage

/// `tocsin incident`: what the store knows of incidents.
struct IncidentCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incident",
    abstract: "List, show and report the incidents of a store.",
    subcommands: [
      List.self, Show.self, ReportCommand.self, Acknowledge.self, Note.self, Resolve.self,
      ActionCommands.self, Statistics.self, Run.self, Update.self,
    ])
}

/// Which store is meant.
struct StoreOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("SQLite file of the incidents.", valueName: "path"))
  var store = "tocsin.sqlite"

  /// Opens the store.
  func open(_ mode: Store.Mode) throws -> Store { try Store.open(path: store, mode: mode) }
}

/// The time by the wall clock.
func wallClock() -> Timestamp {
  Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
}

extension IncidentCommands {
  /// Lists incidents: `tocsin incident list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "One line for each incident, the newest first, and the open action items.")

    @Flag(name: .long, help: "Only incidents that are not resolved.")
    var open = false

    @Option(name: .long, help: ArgumentHelp("Only this severity and above.", valueName: "severity"))
    var severity: Severity?

    @Option(name: .long, help: "Only incidents of this service.")
    var service: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      try reporting {
        let store = try store.open(.readOnly)
        var filter = IncidentFilter()
        filter.isOngoing = open
        filter.atLeast = severity
        filter.service = service
        let incidents = try store.incidents(filter)
        let out = ResultOutput()
        if output.output == .json {
          for incident in incidents {
            try out.write(EventJSON.line(IncidentChange(viewOf: incident)) + "\n")
          }
        } else {
          let text = IncidentText(style: output.style)
          try out.write(text.list(incidents, at: wallClock()))
          let items = try store.openActionItems().map { (incident: $0.incident, item: $0.item) }
          if !items.isEmpty { try out.write("\n" + text.openItems(items, at: wallClock())) }
        }
        try out.flush()
      }
    }
  }

  /// Shows one incident: `tocsin incident show ID`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Factors, timeline, suspects, next steps and action items of one incident.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      try reporting {
        let incident = try store.open(.readOnly).incident(id)
        let out = ResultOutput()
        try out.write(
          output.output == .json
            ? EventJSON.line(IncidentChange(viewOf: incident)) + "\n"
            : IncidentText(style: output.style).show(incident, at: wallClock()))
        try out.flush()
      }
    }
  }

  /// Writes a report: `tocsin incident report ID`.
  struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "The post-mortem draft of a stored incident, as Markdown, HTML or JSON.",
      discussion: "The action items that it proposes are kept in the store, as drafts.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "File to write, by its ending HTML, JSON or Markdown; default: Markdown to standard output.",
        valueName: "file"))
    var report: String?

    @OptionGroup var rules: RuleOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
      if let report { try ReportWriter.checkEndings([report]) }
    }

    func run() throws {
      try reporting {
        if let report { try ReportWriter.checkPlaces([report]) }
        let store = try store.open(.readOnly)
        let incident = try store.incident(id)
        let report = ReportBuilder(context: try context()).report(
          of: incident, at: incident.end ?? wallClock(),
          windows: try store.evidence(of: incident.id),
          changes: try store.changes())
        keepDrafts(of: report)
        guard let path = self.report else {
          let out = ResultOutput()
          try out.write(MarkdownReport.render(report))
          return try out.flush()
        }
        try ReportWriter(path: path).write([report])
      }
    }

    /// Keeps the drafted action items, so that they can be ticked; a store that cannot be written is
    /// reported from all the same.
    private func keepDrafts(of report: Report) {
      do throws(StorageError) {
        let writable = try Store.open(path: store.store, mode: .readWrite)
        try writable.keep(report.actionItems, of: report.incident)
      } catch {
        StandardError.write("warning: the drafted action items were not kept: \(error)")
      }
    }

    /// The catalogue of the rules, where there are any: a stored incident can be reported without.
    private func context() throws -> IncidentContext {
      guard !rules.rules.isEmpty || FileManager.default.fileExists(atPath: "rules") else {
        return IncidentContext()
      }
      let set = try rules.load()
      return IncidentContext(catalogue: set.catalogue, settings: set.incidents)
    }
  }
}

extension IncidentChange {
  /// An incident as it stands, in the shape of an event.
  init(viewOf incident: Incident) {
    self.init(
      kind: .updated, time: incident.events.last?.time ?? incident.openedAt, incident: incident,
      events: Array(incident.events))
  }
}
