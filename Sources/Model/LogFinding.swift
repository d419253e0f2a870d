/// How grave the writer of a log line thought it.
public enum LogLevel: String, CaseIterable, Sendable, Codable {
  /// `fatal`, `critical`, `emergency`, `alert`, `panic`.
  case fatal
  /// `error`.
  case error
  /// `warning`, `warn`.
  case warning
  /// `info`, `notice`.
  case info
  /// `debug`.
  case debug
  /// `trace`, `verbose`.
  case trace
  /// The line does not say.
  case unknown
}

/// Something that a log began to say, or says far more often than before: evidence for an incident.
///
/// Its texts come from outside; secrets that can be told were masked where the line was read.
public struct LogFinding: Hashable, Sendable, Codable {
  /// What is remarkable.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// No line of this pattern came before.
    case new
    /// Many more lines of it than in the hour before.
    case surging
  }

  /// When it began.
  public var time: Timestamp
  /// The service that wrote it, as the log or the operator names it; nil when neither does.
  public var service: String?
  /// How grave its writer thinks it.
  public var level: LogLevel
  /// The line with what varies taken out: "no connection from the pool after <num>".
  public var pattern: String
  /// What is remarkable.
  public var kind: Kind
  /// Lines of it within `span`.
  public var count: Int
  /// The stretch of time in which `count` lines came, in milliseconds.
  public var span: Milliseconds
  /// Most lines of it in one minute of the hour before; 0 for a new one.
  public var usualMax: Int
  /// One line of it as it was written, secrets masked, shortened.
  public var sample: String

  /// A finding with all that is known of it.
  public init(
    time: Timestamp, service: String?, level: LogLevel, pattern: String, kind: Kind, count: Int,
    span: Milliseconds, usualMax: Int = 0, sample: String
  ) {
    self.time = time
    self.service = service
    self.level = level
    self.pattern = pattern
    self.kind = kind
    self.count = count
    self.span = span
    self.usualMax = usualMax
    self.sample = sample
  }

  /// The same finding made twice has the same id: a hash of time, service, level, pattern and kind.
  public var id: String {
    var hash = StableHash()
    hash.combine(time.milliseconds)
    for text in [service ?? "", level.rawValue, pattern, kind.rawValue] { hash.combine(text) }
    return hash.hexadecimal
  }
}
