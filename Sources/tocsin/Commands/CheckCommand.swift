import ArgumentParser
import Evaluation
import Model
import Rules

/// `tocsin check`: everything that is wrong with rule files and catalogues, at once.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate and lint rule files and service catalogues.",
    discussion: "Exits with 65 when a file has an error; warnings are printed and pass.")

  @Argument(help: ArgumentHelp("Rule files, catalogues or folders of them.", valueName: "path"))
  var paths: [String]

  @Flag(name: .customLong("no-lint"), help: "Only what makes a file unusable.")
  var noLint = false

  @OptionGroup var features: FeatureOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try reporting {
      let loaded = RuleSet.load(
        paths, from: .disk, options: features.evaluation.language)
      var diagnostics = loaded.diagnostics
      if !noLint, let set = loaded.ruleSet { diagnostics += Lint.warnings(in: set.files) }
      let out = ResultOutput()
      for diagnostic in diagnostics {
        try out.write(output.output == .json ? json(diagnostic) : diagnostic.description + "\n")
      }
      let errors = diagnostics.count { $0.level == .error }
      if output.output == .human { try out.write(summary(loaded, errors, diagnostics.count)) }
      try out.flush()
      if errors > 0 { throw ExitStatus.unusable }
    }
  }

  private func summary(_ loaded: RuleSet.Loaded, _ errors: Int, _ all: Int) -> String {
    guard let set = loaded.ruleSet else { return "\(errors) errors, \(all - errors) warnings\n" }
    let rules = set.groups.reduce(0) { $0 + $1.rules.count }
    return "\(rules) rules in \(set.files.count) files, \(set.catalogue.services.count) services: "
      + "0 errors, \(all) warnings\n"
  }

  private func json(_ diagnostic: Diagnostic) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("level", diagnostic.level.rawValue)
      json.field("code", diagnostic.code)
      json.field("message", diagnostic.message)
      json.field("file", diagnostic.location?.file)
      json.field("line", diagnostic.location?.line)
      json.field("column", diagnostic.location?.column)
    }
    return json.text + "\n"
  }
}
