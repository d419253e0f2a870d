import API
import ArgumentParser
import Foundation
import Model
import Sources

/// How a live run is reached; over the environment (`TOCSIN_…`), over the configuration file.
struct LiveOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Answer HTTP on this address: the sidecar.", valueName: "host:port"))
  var listen: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Scrape this page of metrics; may be repeated.", valueName: "url"))
  var scrape: [String] = []

  @Option(name: .long, help: ArgumentHelp("YAML configuration file.", valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How long queries can look back; default 6h with --listen, else what rules need.",
      valueName: "duration"))
  var retention: DurationArgument?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How often the engine's state is saved beside the store; default 5s.", valueName: "duration"))
  var checkpointInterval: DurationArgument?

  @Flag(
    name: .customLong("take-over"),
    help:
      "Take the store over from the process that runs with it; no tick is lost, none comes twice.")
  var takesOver = false

  @Flag(name: .customLong("print-config"), help: "Print the configuration in force, and end.")
  var printConfig = false

  /// The configuration in force.
  ///
  /// - Throws: `CommandFailure` when one of the layers is wrong.
  func configuration(rules: RuleOptions, run: RunOptions) throws -> LiveConfiguration {
    let layer = EnvironmentLayer.ofThisProcess
    let file = config ?? layer["CONFIG"]
    var found = try file.map { try LiveConfiguration(file: $0) } ?? LiveConfiguration()
    found.file = file
    if let listen {
      guard let address = ServerConfiguration.Address(listen) else {
        throw ValidationError("expected HOST:PORT for --listen, found \(quoted(listen))")
      }
      found.listen = address
    } else if let text = layer["LISTEN"] {
      guard let address = ServerConfiguration.Address(text) else {
        throw CommandFailure.unusable(
          "error: expected HOST:PORT for TOCSIN_LISTEN, found \(quoted(text))")
      }
      found.listen = address
    }
    found.rules = !rules.rules.isEmpty ? rules.rules : layer.list("RULES") ?? found.rules
    let named = rules.features.features
    found.features = try !named.isEmpty ? named : layer.features() ?? found.features
    found.store = run.store ?? layer["STORE"] ?? found.store
    if let interval = try run.timing.interval?.milliseconds ?? layer.duration("INTERVAL") {
      found.interval = interval
    }
    if let lateness = try run.timing.lateness?.milliseconds ?? layer.duration("LATENESS") {
      found.lateness = lateness
    }
    if let retention = try retention?.milliseconds ?? layer.duration("RETENTION") {
      found.retention = retention
    }
    for url in scrape {
      let target = ScrapeConfiguration(url: url)
      do throws(ScrapeError) {
        _ = try ScrapeTarget(target)
      } catch {
        throw CommandFailure.unusable("error: --scrape: \(error.message)")
      }
      found.scrape.append(target)
    }
    if let interval = try checkpointInterval?.milliseconds ?? layer.duration("CHECKPOINT_INTERVAL")
    {
      found.checkpointInterval = max(1, interval)
    }
    found.seriesMax = run.maxSeries ?? found.seriesMax
    try found.check()
    return found
  }

  /// Prints the configuration as YAML, secrets masked.
  func print(_ configuration: LiveConfiguration) throws {
    let out = ResultOutput()
    try out.write(configuration.yaml)
    try out.flush()
  }
}

/// The variables `TOCSIN_…` of the environment.
struct EnvironmentLayer {
  private let variables: [String: String]

  /// The variables that this process was started with.
  static let ofThisProcess = EnvironmentLayer(ProcessInfo.processInfo.environment)

  /// How results are written; nil when it is not set.
  var output: OutputOptions.Form? { self["OUTPUT"].flatMap(OutputOptions.Form.init) }

  /// From which severity on a run fails; nil when it is not set.
  var failOn: Severity? { self["FAIL_ON"].flatMap(Severity.init(rawValue:)) }

  /// What goes to standard error; nil when it is not set.
  var logLevel: LogLevel? { self["LOG_LEVEL"].flatMap(LogLevel.init) }

  /// Refuses values that name nothing, of the variables that all commands look at.
  func check() throws {
    if let text = self["OUTPUT"], output == nil {
      throw Self.wrong("OUTPUT", text, OutputOptions.Form.allCases.map(\.rawValue))
    }
    if let text = self["FAIL_ON"], failOn == nil {
      throw Self.wrong("FAIL_ON", text, Severity.allCases.map(\.rawValue))
    }
    if let text = self["LOG_LEVEL"], logLevel == nil {
      throw Self.wrong("LOG_LEVEL", text, LogLevel.allCases.map(\.rawValue))
    }
  }

  private static func wrong(_ name: String, _ text: String, _ known: [String]) -> CommandFailure {
    .unusable(
      "error: expected \(known.joined(separator: ", ")) for TOCSIN_\(name), found \(quoted(text))")
  }

  init(_ variables: [String: String]) {
    self.variables = variables
  }

  /// The variable `TOCSIN_NAME`; nil when it is not set or empty.
  subscript(name: String) -> String? {
    variables["TOCSIN_\(name)"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A list, its elements between colons as in PATH; nil when it is not set.
  func list(_ name: String) -> [String]? {
    self[name]?.split(separator: ":").map(String.init)
  }

  /// What `TOCSIN_ENABLE_FEATURE` turns on; nil when it is not set.
  func features() throws -> [Feature]? {
    guard let text = self["ENABLE_FEATURE"] else { return nil }
    guard let list = FeatureList(argument: text) else {
      throw CommandFailure.unusable(
        "error: expected names of features between commas for TOCSIN_ENABLE_FEATURE, found "
          + quoted(text))
    }
    return list.features
  }

  /// A length of time in ms; nil when it is not set.
  func duration(_ name: String) throws -> Milliseconds? {
    guard let text = self[name] else { return nil }
    guard let duration = DurationArgument(argument: text) else {
      throw CommandFailure.unusable(
        "error: expected a duration such as 30s for TOCSIN_\(name), found \(quoted(text))")
    }
    guard duration.milliseconds > 0 || name == "LATENESS" || name == "RETENTION" else {
      throw CommandFailure.unusable(
        "error: expected a length of time above 0 for TOCSIN_\(name), found \(quoted(text))")
    }
    return duration.milliseconds
  }
}
