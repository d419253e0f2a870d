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

  @Option(name: .long, help: "human, or json: one event a line.")
  var output = Form.human

  @Flag(name: .customLong("no-color"), help: "No colour, also on a terminal.")
  var noColor = false

  /// The style of standard output.
  var style: TerminalStyle {
    let environment = ProcessInfo.processInfo.environment
    let isColored = !noColor && environment["NO_COLOR"] == nil && isatty(1) == 1
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
