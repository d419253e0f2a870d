public import Model

/// One thing a responder can do now.
public struct NextStep: Hashable, Sendable, Codable {
  /// The kinds of mitigation, in the order in which they should be tried.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Undo the change under suspicion.
    case rollback
    /// Give the short resource more room.
    case scale
    /// Move to a healthy replica, zone or provider.
    case failover
    /// Repair the cause in place.
    case hotfix
    /// Look closer before acting.
    case investigate
  }

  /// What kind of mitigation.
  public var kind: Kind
  /// The service it is for.
  public var service: String
  /// What to do and why, in one sentence.
  public var text: String
  /// Shell commands, ready to run; may be empty.
  ///
  /// `<…>` marks what the evidence does not say and a person must fill in.
  public var commands: [String]
  /// What operators allow to be run for this step, on request; nil for nothing.
  public var hook: Hook?
  /// The playbook it comes from; nil for general advice.
  public var playbook: String?

  /// A program with its arguments; no shell looks at them.
  public struct Hook: Hashable, Sendable, Codable {
    /// The program's path, then one element for each argument.
    public var arguments: [String]
    /// How long it may take, in milliseconds.
    public var timeLimit: Milliseconds

    /// A program to run.
    public init(arguments: [String], timeLimit: Milliseconds) {
      self.arguments = arguments
      self.timeLimit = timeLimit
    }
  }

  /// A step with its commands.
  public init(_ kind: Kind, service: String, text: String, commands: [String] = []) {
    self.kind = kind
    self.service = service
    self.text = text
    self.commands = commands
  }
}
