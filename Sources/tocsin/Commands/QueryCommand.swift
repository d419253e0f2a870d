import API
import ArgumentParser
import Evaluation
import Exposition
import Model
import PromQL
import Sources

/// `tocsin query`: one PromQL expression over recorded input.
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Evaluate one PromQL expression over recorded metrics.",
    discussion: """
      Without a time the expression is evaluated at the newest sample. With --start and --end it is \
      evaluated every --step. --output json prints what Prometheus' HTTP API would.
      """)

  /// Most points of a series; the limit, and the words for it, are those of Prometheus' API.
  static let pointsMax: Int64 = 11_000

  @Argument(help: "The expression.")
  var expression: String

  @Argument(
    help: ArgumentHelp("Recordings, plain or compressed; - is standard input.", valueName: "file"))
  var files: [String] = []

  @Option(name: .long, help: ArgumentHelp("Moment: RFC 3339 or Unix seconds.", valueName: "time"))
  var at: TimeArgument?

  @Option(name: .long, help: ArgumentHelp("First moment of a range.", valueName: "time"))
  var start: TimeArgument?

  @Option(name: .long, help: ArgumentHelp("Last moment of a range.", valueName: "time"))
  var end: TimeArgument?

  @Option(
    name: .long, help: ArgumentHelp("Distance of the moments of a range.", valueName: "duration"))
  var step = DurationArgument(milliseconds: 60_000)

  @Option(
    name: .customLong("name-validation"),
    help: ArgumentHelp(
      "Names that label_replace and its like may give to labels: utf8 (all) or, as in Prometheus 2, legacy.",
      valueName: "scheme"))
  var nameValidation = LabelNames.utf8

  @OptionGroup var features: FeatureOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if files.isEmpty && input.logs.isEmpty {
      throw ValidationError("name a recording, or a log with --logs")
    }
    if (start == nil) != (end == nil) {
      throw ValidationError("--start and --end belong together")
    }
    if let start, let end, end.time < start.time {
      throw ValidationError("--end is before --start")
    }
    if step.milliseconds <= 0 { throw ValidationError("--step must be longer than 0") }
    if let start, let end, (end.time - start.time) / step.milliseconds > Self.pointsMax {
      throw ValidationError(
        "exceeded maximum resolution of 11,000 points per timeseries. "
          + "Try decreasing the query resolution (--step)")
    }
  }

  func run() throws {
    try reporting {
      var options = features.evaluation
      options.labelNames = nameValidation == .legacy ? .legacy : .utf8
      let parsed = try parse(options)
      let store = SeriesStore(
        retention: .max, labelsTypeAndUnit: options.typeAndUnitLabels)
      try Recording(files, input).read { store.ingest($0.batch) }
      let result = try evaluate(parsed, QueryEngine(store: store, options: options))
      let text =
        output.output == .json
        ? QueryJSON.text(result, query: expression, at: moment(store)) + "\n"
        : QueryTable.text(result)
      for annotation in result.annotations where output.output == .human {
        StandardError.write(annotation.description(in: expression))
      }
      let out = ResultOutput()
      try out.write(text)
      try out.flush()
    }
  }

  /// The moment of an instant query: what was asked for, or the newest sample's time.
  private func moment(_ store: SeriesStore) -> Timestamp {
    at?.time ?? Timestamp(milliseconds: max(store.newestTime, 0))
  }

  private func parse(_ options: EvaluationOptions) throws -> Expression {
    do throws(ParseErrors) {
      return try Expression(parsing: expression, options: options.language)
    } catch {
      let words = error.errors.map { $0.diagnostic(in: expression, at: nil).description }
      throw CommandFailure.unusable(words.joined(separator: "\n"))
    }
  }

  private func evaluate(_ parsed: Expression, _ engine: QueryEngine) throws -> QueryResult {
    do throws(EvaluationError) {
      if let start, let end {
        return try engine.range(
          parsed, start: start.time, end: end.time, step: step.milliseconds)
      }
      return try engine.instant(parsed, at: moment(engine.store))
    } catch {
      throw CommandFailure(status: ExitStatus.failure, message: "error: \(error.message)")
    }
  }
}

/// The name validation scheme, as Prometheus calls it.
enum LabelNames: String, ExpressibleByArgument, CaseIterable {
  case utf8, legacy
}
