public import Model

/// What came of one test.
public struct UnitTestOutcome: Sendable {
  /// The test's name, `unnamed#2` for one without.
  public var name: String
  /// Where the test begins.
  public var location: SourceLocation
  /// Expectations that were compared.
  public var checks = 0
  /// What was not as expected: alerts and incidents by time, then queries in the order of the file.
  public var failures: [UnitTestFailure] = []

  init(name: String, location: SourceLocation) {
    self.name = name
    self.location = location
  }

  /// True when all was as expected.
  public var isPassed: Bool { failures.isEmpty }
}

/// An expectation that was not met, or a rule that failed.
public struct UnitTestFailure: Sendable {
  /// One line of a difference.
  public struct Line: Hashable, Sendable {
    /// Whose line it is.
    public enum Mark: String, Sendable {
      /// Expected and not there.
      case expected = "-"
      /// There and not expected.
      case got = "+"
      /// As expected, or the head of lines that are not.
      case both = " "
    }

    /// Whose line it is.
    public var mark: Mark
    /// An alert, a sample or an incident.
    public var text: String
  }

  /// Where the expectation, or the rule, stands.
  public var location: SourceLocation
  /// What was looked at: `alert DiskFull at 5m`.
  public var subject: String
  /// Why there is nothing to compare; nil when there is.
  public var message: String?
  /// All that was expected and all that came.
  public var lines: [Line] = []

  init(location: SourceLocation, subject: String, message: String? = nil, lines: [Line] = []) {
    self.location = location
    self.subject = subject
    self.message = message
    self.lines = lines
  }
}

extension UnitTestFailure: CustomStringConvertible {
  /// The place and the subject, and below them the difference line by line.
  public var description: String {
    if let message { return "\(location): \(subject): \(message)" }
    let head = "\(location): \(subject): not as expected (- expected, + got)"
    return ([head] + lines.map { "    \($0.mark.rawValue) \($0.text)" }).joined(separator: "\n")
  }
}
