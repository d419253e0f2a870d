public import ArgumentParser
public import Exposition
public import Model

/// How the input is read.
struct InputOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Input format: auto, prometheus, openmetrics, influx, jsonl, csv or graphite.",
      valueName: "format"))
  var format = InputFormat.auto

  @Option(
    name: .long,
    help: ArgumentHelp("Unit of Influx timestamps: ns, us, ms or s.", valueName: "unit"))
  var precision = TimeUnit.nanoseconds

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Which CSV columns mean what: 'time=…,value=…,labels=…'.", valueName: "mapping"))
  var csv: String?

  @Flag(name: .long, help: "A bad line ends the run instead of being skipped.")
  var strict = false

  /// How every input is decoded.
  func decoder() throws -> DecoderOptions {
    var options = DecoderOptions(format: format)
    options.precision = precision
    options.isStrict = strict
    if let csv {
      do throws(Diagnostic) {
        options.csv = try CSVMapping(csv)
      } catch {
        throw ValidationError(error.message)
      }
    }
    return options
  }
}

extension InputFormat: ExpressibleByArgument {}

extension TimeUnit: ExpressibleByArgument {
  /// Reads `ns`, `us`, `ms` or `s`.
  public init?(argument: String) {
    switch argument {
    case "ns": self = .nanoseconds
    case "us", "µs", "u": self = .microseconds
    case "ms": self = .milliseconds
    case "s": self = .seconds
    default: return nil
    }
  }
}

extension Severity: ExpressibleByArgument {}
