import Analysis
import ArgumentParser
import Engine
import Evaluation
import Foundation
import Model
import Reports
import Rules
import Sources

/// `tocsin backtest`: how well rules find trouble that people have labelled.
struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Precision, recall and delay of each rule against labelled windows; better settings.",
    discussion: """
      Labels are CSV with a header (start,end and, where known, alert,service), a JSON array or JSON \
      lines of the same. For rules with a bound, bounds × for × hysteresis are tried.
      """)

  @Argument(help: ArgumentHelp("Recordings, plain or compressed.", valueName: "file"))
  var files: [String]

  @Option(name: .long, help: ArgumentHelp("The labelled windows.", valueName: "file"))
  var labels: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a page, or by the ending .svg the curve of each rule; may be repeated.",
      valueName: "file"))
  var report: [String] = []

  @OptionGroup var rules: RuleOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var timing: TimingOptions

  func validate() throws {
    try ReportWriter.checkEndings(report, known: [".html", ".htm", ".svg"])
  }

  func run() throws {
    try reporting {
      try ReportWriter.checkPlaces(report)
      let windows = try LabelFile.read(labels)
      let set = try rules.load()
      let engine = timing.engine(rules.features)
      var rehearsal = Rehearsal(set, engine)
      let store = SeriesStore(
        retention: .max, labelsTypeAndUnit: engine.evaluation.typeAndUnitLabels)
      try Recording(files, input).read { delivery in
        rehearsal.take(delivery.batch)
        store.ingest(delivery.batch)
      }
      rehearsal.finish()
      guard let start = rehearsal.start else {
        throw CommandFailure.unusable("error: the recording holds no sample")
      }
      let backtest = Backtest(
        set, outcome: rehearsal.outcome, windows: windows, store: store,
        interval: engine.interval,
        span: start...max(start, Timestamp(milliseconds: store.newestTime)))
      try write(backtest)
    }
  }

  private func write(_ backtest: Backtest) throws {
    let out = ResultOutput()
    switch output.output {
    case .json: for line in backtest.jsonLines() { try out.write(line + "\n") }
    case .human: try out.write(BacktestText(style: output.style).text(backtest))
    }
    try out.flush()
    for path in report {
      let texts =
        path.hasSuffix(".svg")
        ? backtest.results.compactMap(BacktestHTML.curve) : [BacktestHTML.render(backtest)]
      try ReportWriter(path: path).write(texts)
    }
  }
}
