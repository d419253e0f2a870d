public import Model

/// A program of this machine that is run for each message.
public struct CommandConfiguration: Hashable, Sendable {
  /// The program's path and its arguments; no shell reads them.
  public var arguments: [String]
  /// How long it may run, in ms.
  public var timeout: Milliseconds

  /// A command; half a minute by default.
  ///
  /// - Precondition: `arguments` is not empty.
  public init(arguments: [String], timeout: Milliseconds = 30_000) {
    precondition(!arguments.isEmpty, "a command needs a program")
    self.arguments = arguments
    self.timeout = timeout
  }
}
