import ArgumentParser
import Engine
import Evaluation
import Model
import Rules

/// The configuration file of commands that judge what ends; it lies under the environment and the
/// flags.
struct LayerOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "YAML configuration file; rules, interval, lateness, limits and enable_features hold here.",
      valueName: "file"))
  var config: String?

  /// Rules and times in force.
  struct Settings {
    /// Rule files, catalogues and folders of them; ./rules when empty.
    let paths: [String]
    /// The engine's options.
    let engine: EngineOptions

    /// The rules of all paths.
    ///
    /// - Throws: `CommandFailure` with every diagnostic when one of them is an error.
    func rules() throws -> RuleSet {
      try RuleOptions.load(paths, language: engine.evaluation.language)
    }
  }

  /// The configuration in force: flags over the environment over the file.
  ///
  /// - Throws: `CommandFailure` when one of the layers is wrong.
  func settings(_ rules: RuleOptions, _ run: RunOptions) throws -> Settings {
    let layer = EnvironmentLayer.ofThisProcess
    let file = config ?? layer["CONFIG"]
    let known = try file.map { try LiveConfiguration(file: $0) }
    let named = rules.features.features
    let features = try !named.isEmpty ? named : layer.features() ?? known?.features ?? []
    var engine = run.timing.engine(rules.features)
    engine.evaluation = Feature.evaluation(features)
    if let interval = try run.timing.interval?.milliseconds ?? layer.duration("INTERVAL")
      ?? known?.interval
    {
      engine.interval = interval
    }
    if let lateness = try run.timing.lateness?.milliseconds ?? layer.duration("LATENESS")
      ?? known?.lateness
    {
      engine.lateness = lateness
    }
    if let series = run.maxSeries ?? known?.seriesMax { engine.limits.series = series }
    return Settings(
      paths: !rules.rules.isEmpty ? rules.rules : layer.list("RULES") ?? known?.rules ?? [],
      engine: engine)
  }
}
