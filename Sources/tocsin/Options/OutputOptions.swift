import ArgumentParser
import Foundation
import Reports

/// How results are written.
struct OutputOptions: ParsableArguments {
  /// The two kinds of output.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    /// For a person at a terminal.
    case human
    /// One JSON event a line, or one JSON document.
    case json
  }

  @Option(
    name: .customLong("output"),
    help: "human, or json: one event a line; default: TOCSIN_OUTPUT, else human.")
  var form: Form?

  /// How results are written.
  var output: Form { form ?? EnvironmentLayer.ofThisProcess.output ?? .human }

  @Flag(name: .customLong("no-color"), help: "No colour, also on a terminal.")
  var noColor = false

  @Option(
    name: .customLong("log-level"),
    help: ArgumentHelp(
      "What goes to standard error: nothing but errors, warnings too, or info with progress (default).",
      valueName: "level"))
  var logLevel: LogLevel?

  /// Puts the log level in force.
  func validate() throws {
    if let logLevel { StandardError.level = logLevel }
  }

  /// The style of standard output.
  var style: TerminalStyle {
    let isColored = !noColor && isatty(1) == 1 && getenv("NO_COLOR") == nil
    return TerminalStyle(isColored: isColored, width: Self.columns(of: 1))
  }

  /// The style of standard error.
  var errorStyle: TerminalStyle {
    TerminalStyle(isColored: !noColor && isatty(2) == 1, width: Self.columns(of: 2))
  }

  private static func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }
}
