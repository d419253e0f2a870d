public import ArgumentParser
public import Exposition
import Foundation
import Logs
public import Model
import Sources

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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A log whose lines become series and evidence, or SERVICE=FILE; may be repeated.",
      valueName: "file"))
  var logs: [LogArgument] = []

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

/// A log of the command line: `FILE`, or `SERVICE=FILE` where its lines do not say who wrote them.
struct LogArgument: ExpressibleByArgument {
  var path: String
  var service: String?

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = argument
    if let equals = argument.firstIndex(of: "="), !argument[..<equals].contains("/") {
      service = String(argument[..<equals])
      path = String(argument[argument.index(after: equals)...])
    }
    if path.isEmpty || service?.isEmpty == true { return nil }
  }

  /// The log with this process's own secrets masked in it.
  var input: LogInput {
    LogInput(
      path: path, options: LogOptions(service: service, mask: .ofThisProcess))
  }
}

extension SecretMask {
  /// A mask of the values of this process's own secrets: variables with the name of a secret.
  static var ofThisProcess: SecretMask {
    SecretMask(
      values: ProcessInfo.processInfo.environment.filter { isSecret(name: $0.key) }.map(\.value))
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
