import Analysis
import ArgumentParser
import Incidents
import Model
import Reports
import Rules
import Storage

/// `tocsin capacity`: what is left of each service's resources, and for how long.
struct CapacityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capacity",
    abstract: "Headroom, trend and time to exhaustion per service and resource.",
    discussion: """
      Reads recordings or, with --store, what was kept around the incidents of a store: there is \
      nothing of the time between them.
      """)

  @Argument(help: ArgumentHelp("Recordings, plain or compressed.", valueName: "file"))
  var files: [String] = []

  @Option(name: .long, help: ArgumentHelp("Review a store instead.", valueName: "file"))
  var store: String?

  @Option(
    name: .customLong("event-load"),
    help: ArgumentHelp("Load of the next event beside the highest seen.", valueName: "factor"))
  var eventLoad = 2.0

  @Option(
    name: .long, help: ArgumentHelp("Share in use to stay below.", valueName: "percent"))
  var target: ShareArgument?

  @Option(name: .long, help: ArgumentHelp("Write a page to this HTML file.", valueName: "file"))
  var report: String?

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if !eventLoad.isFinite || eventLoad <= 0 {
      throw ValidationError("--event-load wants a positive factor")
    }
    if (store == nil) == (files.isEmpty && input.logs.isEmpty) {
      throw ValidationError("say either recordings or --store")
    }
  }

  func run() throws {
    try reporting {
      if let report { try ReportWriter.checkPlaces([report]) }
      let set = try rules.loadIfThere()
      let context = IncidentContext(catalogue: set.catalogue, settings: set.incidents)
      var options = Capacity.Options()
      options.eventLoad = eventLoad
      if let target { options.target = target.share }
      guard let capacity = try review(context, options) else { return }
      let out = ResultOutput()
      switch output.output {
      case .json: for line in capacity.jsonLines() { try out.write(line + "\n") }
      case .human: try out.write(CapacityText(style: output.style).text(capacity))
      }
      try out.flush()
      if let report { try ReportWriter(path: report).write([CapacityHTML.render(capacity)]) }
    }
  }

  private func review(_ context: IncidentContext, _ options: Capacity.Options) throws -> Capacity? {
    if let store {
      let opened = try Store.open(path: store, mode: .readOnly)
      let evidence = try opened.incidents().map { try opened.evidence(of: $0.id) }
      guard let capacity = Capacity(evidence: evidence, options: options) else {
        throw CommandFailure.unusable("error: \(store) keeps no series of any incident")
      }
      return capacity
    }
    let side = try RecordedSide(files, input)
    guard let span = side.span else { return nil }
    return Capacity(
      MetricReader(store: side.store, context: context), span: span, options: options)
  }
}
