import ArgumentParser

/// How much is said on standard error.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  /// What ends the program, or keeps it from its work.
  case error
  /// Also what was left out, and what is doubtful.
  case warning
  /// Also progress.
  case info
}
