import ArgumentParser
import Engine
import Evaluation
import Model
import Rules

/// `tocsin test`: rule unit tests, in the format of `promtool test rules`.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run rule unit tests: Prometheus' test files, and incident_test for incidents.",
    discussion: "Exits with 2 when an expectation is not met, with 65 when a file is unusable.")

  @Argument(help: ArgumentHelp("Unit-test files.", valueName: "file"))
  var files: [String]

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "Run only tests in whose name it matches somewhere; may be repeated.", valueName: "regex"))
  var names: [String] = []

  @Option(name: .long, help: ArgumentHelp("Write JUnit XML to this file.", valueName: "file"))
  var junit: String?

  @OptionGroup var features: FeatureOptions
  @OptionGroup var output: OutputOptions

  /// What happened so far.
  private struct Tally {
    var passed = 0
    var failed = 0
    var unusable = 0
    var junit = JUnitReport()
  }

  func run() throws {
    try reporting {
      let chosen = try names.map(pattern)
      let isChosen = { (name: String) in
        chosen.isEmpty || chosen.contains { $0.firstMatch(in: name) != nil }
      }
      if let junit { try ReportWriter.checkPlaces([junit]) }
      let out = ResultOutput()
      var tally = Tally()
      for file in files { try test(file, isChosen, out, &tally) }
      try out.write(summary(tally))
      try out.flush()
      if let junit {
        try ReportWriter(path: junit).write([tally.junit.text])
      }
      if tally.unusable > 0 { throw ExitStatus.unusable }
      if tally.failed > 0 { throw ExitStatus.findings }
    }
  }

  private func pattern(_ text: String) throws -> Pattern {
    do {
      return try Pattern(text)
    } catch {
      throw ValidationError("--run \(quoted(text)) is no regular expression: \(error.message)")
    }
  }

  private func test(
    _ file: String, _ isChosen: (String) -> Bool, _ out: ResultOutput, _ tally: inout Tally
  ) throws {
    var options = EngineOptions()
    options.evaluation = features.evaluation
    let loaded = UnitTestSuite.load(file, from: .disk, options: options)
    let level: Diagnostic.Level = loaded.suite == nil ? .error : .warning
    for diagnostic in loaded.diagnostics where diagnostic.level == level {
      StandardError.write(diagnostic.description)
    }
    guard let suite = loaded.suite else {
      tally.unusable += 1
      let errors = loaded.diagnostics.filter { $0.level == .error }
      tally.junit.add(file: file, unusable: errors.map(\.description).joined(separator: "\n"))
      return
    }
    let outcomes = suite.run(where: isChosen)
    tally.junit.add(file: file, outcomes)
    for outcome in outcomes {
      tally.passed += outcome.isPassed ? 1 : 0
      tally.failed += outcome.isPassed ? 0 : 1
      try out.write(output.output == .json ? json(outcome, file) : text(outcome))
    }
  }

  // MARK: Words

  /// Nothing for a test that passed.
  private func text(_ outcome: UnitTestOutcome) -> String {
    guard !outcome.isPassed else { return "" }
    let failures = outcome.failures.map(\.description).joined(separator: "\n")
    return "FAILED \(outcome.name) (\(outcome.location))\n\(failures)\n\n"
  }

  private func summary(_ tally: Tally) -> String {
    guard output.output == .human else {
      var json = JSONWriter()
      json.object { json in
        json.field("v", 1)
        json.field("event", "test.summary")
        json.field("passed", tally.passed)
        json.field("failed", tally.failed)
        json.field("unusableFiles", tally.unusable)
      }
      return json.text + "\n"
    }
    let unusable = tally.unusable == 0 ? "" : ", \(counted(tally.unusable, "file")) unusable"
    return "\(tally.passed) passed, \(tally.failed) failed\(unusable)\n"
  }

  private func json(_ outcome: UnitTestOutcome, _ file: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", "test")
      json.field("file", file)
      json.field("test", outcome.name)
      json.field("line", outcome.location.line)
      json.field("passed", outcome.isPassed)
      json.field("checks", outcome.checks)
      json.key("failures")
      json.array { json in
        for failure in outcome.failures {
          json.object { json in
            json.field("file", failure.location.file)
            json.field("line", failure.location.line)
            json.field("column", failure.location.column)
            json.field("subject", failure.subject)
            json.field("message", failure.message)
            json.field("expected", failure.lines.filter { $0.mark == .expected }.map(\.text))
            json.field("got", failure.lines.filter { $0.mark == .got }.map(\.text))
          }
        }
      }
    }
    return json.text + "\n"
  }
}
