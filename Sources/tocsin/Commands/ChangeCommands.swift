import ArgumentParser
import Model
import Storage

/// `tocsin change`: deploys, migrations, scalings and rollbacks in the store.
struct ChangeCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change", abstract: "Record what was done to a service.",
    subcommands: [Add.self, List.self])

  /// Records a change: `tocsin change add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Record a deploy, migration, scaling, flag or rollback.")

    @Option(name: .long, help: "The service, as the catalogue names it.")
    var service: String
    @Option(
      name: .long,
      help:
        "How: kubernetes, docker-compose, blue-green, vercel, prisma, sql-migration, scale, feature-flag, …"
    )
    var kind: String
    @Option(name: .long, help: "What is there now.")
    var version: String?
    @Option(name: .long, help: "What was there before.")
    var previous: String?
    @Option(name: .long, help: "One line for people.")
    var summary: String?
    @Option(name: .long, help: "Where to read more.")
    var link: String?
    @Option(name: .long, help: ArgumentHelp("When; default: now.", valueName: "time"))
    var at: TimeArgument?
    @OptionGroup var store: StoreOptions

    func validate() throws {
      for (name, text) in [("--service", service), ("--kind", kind)] where text.isEmpty {
        throw ValidationError("expected a name for \(name), found \"\"")
      }
    }

    func run() throws {
      try reporting {
        let change = ChangeEvent(
          time: at?.time ?? wallClock(), service: service, kind: kind, version: version,
          previousVersion: previous, summary: summary, link: link)
        let isNew = try store.open(.create).add(change)
        let out = ResultOutput()
        try out.write(
          "\(change.id)  \(change.time)  \(service)  \(kind)\(isNew ? "" : "  (known)")\n")
        try out.flush()
      }
    }
  }

  /// Lists changes: `tocsin change list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The recorded changes, oldest first.")

    @OptionGroup var store: StoreOptions

    func run() throws {
      try reporting {
        let out = ResultOutput()
        for change in try store.open(.readOnly).changes() {
          let versions = [change.previousVersion, change.version].compactMap(\.self)
          try out.write(
            "\(change.id)  \(change.time)  \(change.service)  \(change.kind)  "
              + versions.joined(separator: " → ") + "  \(change.summary ?? "")\n")
        }
        try out.flush()
      }
    }
  }
}
