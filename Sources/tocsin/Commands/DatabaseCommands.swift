import ArgumentParser
import Model
import Storage

/// `tocsin db`: the care of the store, by the practice it preaches.
struct DatabaseCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db",
    abstract: "Look after the store: migrations, backups, checks, retention.",
    discussion: """
      Migrations, rollbacks and restores back the file up first and say where. All of it works while \
      another process has the store open.
      """,
    subcommands: [
      Status.self, Migrate.self, Backup.self, Verify.self, Restore.self, Rollback.self, Prune.self,
    ])

  /// Runs a command on the store's file and prints its lines.
  ///
  /// - Throws: 65 where the file is the wrong one, 1 where the work failed.
  fileprivate static func run(
    _ options: StoreOptions, _ body: (StoreFile, ResultOutput) throws -> Void
  ) throws {
    try reporting {
      let out = ResultOutput()
      do {
        try body(StoreFile(options.store), out)
      } catch let error as StorageError {
        try out.flush()
        switch error.code {
        case .missing, .notADatabase, .notAStore, .empty, .newerSchema, .noSuchVersion, .badBackup,
          .exists:
          throw CommandFailure.unusable("error: \(error)")
        default: throw error
        }
      }
      try out.flush()
    }
  }

  /// What the file is: `tocsin db status`.
  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status",
      abstract: "Schema of the file and of this program, what would be migrated, and the size.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      try DatabaseCommands.run(store) { file, out in
        let status = try file.status()
        try out.write(output.output == .json ? json(status, file) : text(status, file))
      }
    }

    private func text(_ status: SchemaStatus, _ file: StoreFile) -> String {
      let verdict =
        status.isEmpty
        ? "nothing was ever stored in it: the next run or `tocsin db migrate` makes it a store"
        : status.isUsable
          ? "usable"
          : status.oldestProgram > status.programVersion
            ? "needs a newer version of this program" : "to be migrated: run `tocsin db migrate`"
      var out = """
        file      \(status.path), \(file.size) bytes
        schema    \(status.fileVersion) (this program has \(status.programVersion)): \(verdict)

        """
      for step in status.applied { out += "applied   \(step.version)  \(step.name)\n" }
      for step in status.pending { out += "pending   \(step.version)  \(step.name)\n" }
      return out
    }

    private func json(_ status: SchemaStatus, _ file: StoreFile) -> String {
      var json = JSONWriter()
      json.object { json in
        json.field("file", status.path)
        json.field("bytes", file.size)
        json.field("schema", status.fileVersion)
        json.field("program_schema", status.programVersion)
        json.field("usable", status.isUsable)
        for (name, steps) in [("applied", status.applied), ("pending", status.pending)] {
          json.key(name)
          json.array { json in
            for step in steps {
              json.object { json in
                json.field("version", step.version)
                json.field("name", step.name)
              }
            }
          }
        }
      }
      return json.text + "\n"
    }
  }

  /// To this program's schema: `tocsin db migrate`.
  struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "migrate",
      abstract: "Take the file to this program's schema, after a backup, in one transaction.")

    @Flag(
      name: .customLong("dry-run"),
      help: "Rehearse on a copy, check the result, print the SQL; the file is not touched.")
    var dryRun = false

    @OptionGroup var store: StoreOptions

    func run() throws {
      try DatabaseCommands.run(store) { file, out in
        let before = try file.status()
        guard !before.isUsable || !before.pending.isEmpty else {
          return try out.write("nothing to do: schema \(before.fileVersion)\n")
        }
        guard dryRun else {
          let backup = try file.migrate()
          let after = try file.status()
          try out.write(
            before.isEmpty
              ? "made a store of schema \(after.fileVersion)\n"
              : "migrated from schema \(before.fileVersion) to \(after.fileVersion)\n")
          if let backup { try out.write("backup    \(backup)\n") }
          return
        }
        try rehearse(file, out)
      }
    }

    private func rehearse(_ file: StoreFile, _ out: ResultOutput) throws {
      let plan = try file.migrationPlan()
      try out.write("would migrate from schema \(plan.from) to \(plan.to)\n")
      for step in plan.steps { try out.write("step      \(step.version)  \(step.name)\n") }
      if let backup = plan.backup { try out.write("backup    \(backup)\n") }
      for (table, rows) in plan.rowCountsBefore.sorted(by: { $0.key < $1.key }) {
        let after = plan.outcome.rowCounts[table].map(String.init) ?? "gone"
        try out.write("rows      \(table): \(rows) before, \(after) after\n")
      }
      for statement in plan.statements { try out.write("\n\(statement);\n") }
      guard !plan.outcome.isSound else { return }
      for problem in plan.outcome.problems { StandardError.write("error: \(problem)") }
      throw ExitStatus.findings
    }
  }

  /// A copy of the file in use: `tocsin db backup`.
  struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup",
      abstract: "Copy the store while it is in use, and check the copy.")

    @Argument(
      help: ArgumentHelp(
        "Where to; default: beside the store, named by the time.", valueName: "file"))
    var destination: String?

    @OptionGroup var store: StoreOptions

    func run() throws {
      try DatabaseCommands.run(store) { file, out in
        let stamp = wallClock().description.filter { $0 != ":" && $0 != "-" }
        let path = destination ?? "\(store.store).\(stamp).backup"
        let found = try file.backup(to: path)
        let incidents = counted(found.rowCounts["incidents"] ?? 0, "incident")
        try out.write("\(path)  schema \(found.schemaVersion), \(incidents), verified\n")
      }
    }
  }

  /// Every page, key and row: `tocsin db verify`.
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check every page, foreign key and row of a store or a backup.",
      discussion: "Exits with 2 when something is wrong.")

    @Argument(help: ArgumentHelp("A file other than --store.", valueName: "file"))
    var file: String?

    @OptionGroup var store: StoreOptions

    func run() throws {
      var options = store
      options.store = file ?? store.store
      try DatabaseCommands.run(options) { file, out in
        let found = try file.verify()
        for (table, rows) in found.rowCounts.sorted(by: { $0.key < $1.key }) {
          try out.write("\(table)  \(rows)\n")
        }
        for problem in found.problems { StandardError.write("error: \(problem)") }
        guard found.isSound else {
          try out.flush()
          throw ExitStatus.findings
        }
        try out.write("sound, schema \(found.schemaVersion)\n")
      }
    }
  }

  /// A backup in the place of the file: `tocsin db restore`.
  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Put a backup in place of the store; what was there is kept beside it.")

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var backup: String

    @OptionGroup var store: StoreOptions

    func run() throws {
      try DatabaseCommands.run(store) { file, out in
        let kept = try file.restore(from: backup)
        try out.write("restored  \(backup)\n")
        if let kept { try out.write("before    \(kept)\n") }
      }
    }
  }

  /// Back to an older schema: `tocsin db rollback`.
  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rollback",
      abstract: "Take the file down to an older schema, after a backup.",
      discussion: "The way down is stored in the file: an older program can undo a newer one.")

    @Option(
      name: .long, help: ArgumentHelp("Schema to go to; default: one down.", valueName: "version"))
    var to: Int?

    @OptionGroup var store: StoreOptions

    func run() throws {
      try DatabaseCommands.run(store) { file, out in
        let before = try file.status()
        let backup = try file.rollback(to: to ?? before.fileVersion - 1)
        guard let backup else {
          return try out.write("nothing to do: schema \(before.fileVersion)\n")
        }
        let after = try file.status()
        try out.write(
          "rolled back from schema \(before.fileVersion) to \(after.fileVersion)\n"
            + "backup    \(backup)\n")
      }
    }
  }

  /// Retention: `tocsin db prune`.
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prune",
      abstract: "Remove incidents that ended long ago, and give the room back.",
      discussion: "Incidents with an open action item that a person wrote or confirmed stay.")

    @Option(
      name: .long, help: ArgumentHelp("Keep what ended within this time.", valueName: "length"))
    var keep: DurationArgument

    @Flag(name: .customLong("dry-run"), help: "Only say what would go.")
    var dryRun = false

    @OptionGroup var store: StoreOptions

    func run() throws {
      try DatabaseCommands.run(store) { file, out in
        let pruning = try file.prune(
          before: wallClock() - keep.milliseconds, isRehearsal: dryRun)
        let parts = [
          counted(pruning.incidents, "incident"),
          counted(pruning.changes, "change"),
          counted(pruning.messages, "message"),
        ]
        try out.write(
          "\(dryRun ? "would remove" : "removed") \(parts.joined(separator: ", "))\n")
        if pruning.keptForActionItems > 0 {
          let kept = counted(pruning.keptForActionItems, "incident")
          try out.write("kept \(kept) for open action items\n")
        }
        guard !dryRun else { return }
        let (before, after) = try file.vacuum()
        try out.write("\(before) bytes before, \(after) after\n")
      }
    }
  }
}
