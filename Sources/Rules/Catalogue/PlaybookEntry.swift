public import Model

/// A way out of trouble that operators wrote down, and the evidence that calls for it.
///
///     playbooks:
///       - name: pool of the orders database
///         match: {service: orders-db, signal: saturation, change: [docker-compose]}
///         steps:
///           - kind: rollback
///             text: Put {previous} of {service} back
///             commands: ["./deploy.sh {service} {previous}"]
///           - kind: scale
///             text: Double the pool
///             run: [/usr/local/bin/pool, --double, "{service}"]
///             time_limit: 30s
///
/// `{service}`, `{incident}`, `{kind}`, `{version}` and `{previous}` stand for what the incident and
/// its suspected change say. In `commands` they are quoted for the shell; `run` knows no shell, and
/// each element is one argument.
public struct PlaybookEntry: Hashable, Sendable {
  /// What must hold for the entry to apply; a part that is left out always holds.
  public struct Match: Hashable, Sendable {
    /// One of these services is in trouble or suspected.
    public var services: [String] = []
    /// An alert of such a name fires or fired, anchored at both ends.
    public var alert: LabelMatcher?
    /// An alert speaks of one of these signals: `errors`, `latency`, `traffic`, `availability`,
    /// `saturation`, `other`.
    public var signals: [String] = []
    /// A change of one of these kinds is suspected.
    public var changes: [String] = []
    /// The incident is at least this grave.
    public var severity: Severity?

    /// Everything matches.
    public init() {}
  }

  /// One thing to do.
  public struct Step: Hashable, Sendable {
    /// `rollback`, `scale`, `failover`, `hotfix` or `investigate`.
    public var kind: String
    /// What to do, for people.
    public var text: String
    /// Commands for a person's shell; may be empty.
    public var commands: [String] = []
    /// A program and its arguments, which the operator allows to be run on request; nil for none.
    public var run: [String]?
    /// How long the program may take, in milliseconds.
    public var timeLimit: Milliseconds = 60_000

    /// A step without commands.
    public init(kind: String, text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// What people call it.
  public var name: String
  /// When it applies.
  public var match: Match
  /// What to do, in order; at least one.
  public var steps: [Step]

  /// An entry.
  public init(name: String, match: Match, steps: [Step]) {
    self.name = name
    self.match = match
    self.steps = steps
  }

  /// The words that may stand in braces.
  public static let placeholders = ["service", "incident", "kind", "version", "previous"]
}
