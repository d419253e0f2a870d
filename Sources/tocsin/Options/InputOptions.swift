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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the clock stands of log times without a zone: Europe/Berlin, +01:00; default UTC.",
      valueName: "zone"))
  var logsZone: ZoneArgument?

  /// The logs, with this process's own secrets masked in them.
  var logInputs: [LogInput] { logs.map { $0.input(in: logsZone?.zone ?? .utc) } }

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
  func input(in zone: TimeZoneRule) -> LogInput {
    LogInput(
      path: path, options: LogOptions(service: service, mask: .ofThisProcess, zone: zone))
  }
}

extension SecretMask {
  /// A mask of the values of this process's own secrets: variables with the name of a secret.
  static var ofThisProcess: SecretMask {
    SecretMask(
      values: ProcessInfo.processInfo.environment.filter { isSecret(name: $0.key) }.map(\.value))
  }
}

/// A time zone by its name, or by what it adds to UTC.
struct ZoneArgument: ExpressibleByArgument {
  var zone: TimeZoneRule

  init?(argument: String) {
    if let named = TimeZoneRule.named(argument) ?? Self.offset(argument) {
      zone = named
    } else {
      return nil
    }
  }

  /// `+01:00`, `-0530`, `+2`; nil when it is none.
  private static func offset(_ text: String) -> TimeZoneRule? {
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.count == 1 || digits.count == 2 || digits.count == 4,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits)
    else { return nil }
    let (hours, minutes) = digits.count == 4 ? (number / 100, number % 100) : (number, 0)
    guard hours <= 15, minutes < 60 else { return nil }
    return TimeZoneRule(offset: (sign == "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000)
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
