import ArgumentParser
import Evaluation
import Model
import Rules

/// `tocsin check`: everything that is wrong with rule files and catalogues, at once.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate and lint rule files, service catalogues and the configuration file.",
    discussion: "Exits with 65 when a file has an error; warnings are printed and pass.")

  @Argument(
    help: ArgumentHelp(
      "Rule files, catalogues or folders of them; configuration files too.", valueName: "path"))
  var paths: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Configuration file to check, with the rules that it names.", valueName: "file"))
  var config: String?

  @Flag(name: .customLong("no-lint"), help: "Only what makes a file unusable.")
  var noLint = false

  @OptionGroup var features: FeatureOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if paths.isEmpty, config == nil {
      throw ValidationError("name rule files or folders, or a configuration file with --config")
    }
  }

  func run() throws {
    try reporting {
      var named = paths.filter { !LiveConfiguration.isConfiguration($0) }
      var diagnostics: [Diagnostic] = []
      for file in paths.filter(LiveConfiguration.isConfiguration) + [config].compactMap(\.self) {
        let (configuration, found) = try LiveConfiguration.checked(file: file)
        diagnostics += found
        named += configuration.rules
      }
      let loaded = RuleSet.load(
        named, from: .disk, options: features.evaluation.language)
      diagnostics += loaded.diagnostics
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
    let found = "\(counted(errors, "error")), \(counted(all - errors, "warning"))\n"
    guard let set = loaded.ruleSet else { return found }
    let rules = set.groups.reduce(0) { $0 + $1.rules.count }
    return "\(counted(rules, "rule")) in \(counted(set.files.count, "file")), "
      + "\(counted(set.catalogue.services.count, "service")): \(found)"
  }

  private func json(_ diagnostic: Diagnostic) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", "check")
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
