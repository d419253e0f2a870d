import ArgumentParser
import Exposition
import Incidents
import Model
import Reports
import Storage

/// `tocsin incident action`: the work that incidents leave behind.
struct ActionCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "action",
    abstract: "Action items: what is still to be done after an incident.",
    discussion: "Open items come again in `incident list` until they are done or dropped.",
    subcommands: [Add.self, Done.self, Drop.self, Assign.self, List.self],
    defaultSubcommand: List.self)

  /// Who does it, and by when.
  struct Assignment: ParsableArguments {
    @Option(name: .long, help: "Person or team that does it.")
    var owner: String?

    @Option(name: .long, help: ArgumentHelp("By when, inclusive.", valueName: "date"))
    var due: DateArgument?
  }

  /// Writes one item to standard output, as `list` would.
  private static func show(_ owned: OwnedActionItem, _ output: OutputOptions) throws {
    let out = ResultOutput()
    try out.write(text([owned], output))
    try out.flush()
  }

  private static func text(_ items: [OwnedActionItem], _ output: OutputOptions) -> String {
    guard output.output == .json else {
      return ActionItemText(style: output.style).list(
        items.map { (incident: $0.incident, item: $0.item) }, at: wallClock())
    }
    return items.map { owned in
      var json = JSONWriter()
      ReportJSON.write(owned.item, of: owned.incident, to: &json)
      return json.text + "\n"
    }.joined()
  }

  /// Adds an item: `tocsin incident action add INCIDENT TEXT`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Add an item to an incident.")

    @Argument(help: "The incident's id, or the beginning of it.")
    var incident: String
    @Argument(help: "What is to be done.")
    var text: String
    @OptionGroup var assignment: Assignment
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      try reporting {
        let store = try store.open(.readWrite)
        let id = try store.incident(incident).id
        let isNew = try store.addActionItem(
          to: id, text: text, owner: assignment.owner, due: assignment.due?.endOfDay)
        let items = try store.actionItems(of: id, onlyOpen: false)
        guard let added = items.first(where: { $0.item.text == text }) else { return }
        if !isNew { StandardError.write("warning: the incident has an item of that text already") }
        try ActionCommands.show(added, output)
      }
    }
  }

  /// Changes an item and shows it.
  private static func change(
    _ id: String, _ store: StoreOptions, _ output: OutputOptions,
    _ body: (inout ActionItem) -> Void
  ) throws {
    try reporting {
      let store = try store.open(.readWrite)
      let item = try store.updateActionItem(id, body)
      let all = try store.actionItems(onlyOpen: false)
      if let owned = all.first(where: { $0.item.id == item.id }) { try show(owned, output) }
    }
  }

  /// Ticks an item: `tocsin incident action done ITEM`.
  struct Done: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "done", abstract: "Tick an item.")

    @Argument(help: "The item's id, or the beginning of it.")
    var item: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws { try ActionCommands.change(item, store, output) { $0.state = .done } }
  }

  /// Decides against an item: `tocsin incident action drop ITEM`.
  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drop", abstract: "Decide against an item.")

    @Argument(help: "The item's id, or the beginning of it.")
    var item: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws { try ActionCommands.change(item, store, output) { $0.state = .dropped } }
  }

  /// Gives an item an owner or a date: `tocsin incident action assign ITEM --owner NAME`.
  struct Assign: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "assign",
      abstract: "Give an item an owner or a date.",
      discussion: "A draft is confirmed by it, a closed item reopened."
    )

    @Argument(help: "The item's id, or the beginning of it.")
    var item: String
    @OptionGroup var assignment: Assignment
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      try ActionCommands.change(item, store, output) { item in
        item.owner = assignment.owner ?? item.owner
        item.due = assignment.due?.endOfDay ?? item.due
        item.state = .open
      }
    }
  }

  /// Lists items: `tocsin incident action list [INCIDENT]`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "The open items, the most urgent first.")

    @Argument(help: "Only items of this incident: its id, or the beginning of it.")
    var incident: String?
    @Flag(name: .long, help: "Done and dropped items too.")
    var all = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      try reporting {
        let items = try store.open(.readOnly).actionItems(of: incident, onlyOpen: !all)
        let out = ResultOutput()
        try out.write(ActionCommands.text(items, output))
        try out.flush()
      }
    }
  }
}

/// A day of the command line, `2026-01-20`, or a moment like any other.
struct DateArgument: ExpressibleByArgument {
  /// The last millisecond of the day in UTC, or the moment itself.
  var endOfDay: Timestamp

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2] {
      let numbers = parts.compactMap { Int($0) }
      guard numbers.count == 3, (1...12).contains(numbers[1]),
        (1...CalendarTime.days(inMonth: numbers[1], of: numbers[0])).contains(numbers[2])
      else { return nil }
      let day = CalendarTime.daysSinceEpoch(
        year: numbers[0], month: numbers[1], day: numbers[2])
      endOfDay = Timestamp(milliseconds: Int64(day + 1) * 86_400_000 - 1)
      return
    }
    guard let time = Timestamp(reading: argument) else { return nil }
    endOfDay = time
  }
}
