import ArgumentParser
import Incidents
import Model
import Reports
import Storage

extension IncidentCommands {
  /// How fast trouble is found and ended: `tocsin incident stats`.
  struct Statistics: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stats",
      abstract: "Time to detect, to acknowledge (MTTA) and to resolve (MTTR), over a period.",
      discussion: """
        Lengths of time are means; the worst tenth is the length that nine in ten incidents do not \
        pass. An incident whose data vanished has no time to resolve.
        """)

    @Option(name: .long, help: ArgumentHelp("Opened at or after.", valueName: "time"))
    var since: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Opened before; default: now.", valueName: "time"))
    var until: TimeArgument?

    @Option(
      name: .long,
      help: ArgumentHelp("Opened within this long before the end.", valueName: "length"))
    var last: DurationArgument?

    @Option(name: .long, help: "Only incidents of this service.")
    var service: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      guard since == nil || last == nil else {
        throw ValidationError("name --since or --last, not both")
      }
    }

    func run() throws {
      try reporting {
        let end = until?.time ?? wallClock()
        var filter = IncidentFilter()
        filter.since = since?.time ?? last.map { end - $0.milliseconds }
        filter.until = end
        filter.service = service
        let statistics = IncidentStatistics(
          of: try store.open(.readOnly).incidents(filter), since: filter.since, until: end)
        let out = ResultOutput()
        try out.write(
          output.output == .json
            ? statistics.json + "\n" : StatisticsText(style: output.style).table(statistics))
        try out.flush()
      }
    }
  }
}
