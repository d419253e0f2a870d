public import Model

/// How a log is read.
public struct LogOptions: Sendable {
  /// Path for diagnostics; nil for an input without a name.
  public var file: String?
  /// The service that writes the log, whatever its lines say; nil: as they say.
  public var service: String?
  /// Where the clock stands by which times without a zone were written.
  public var zone = TimeZoneRule.utc
  /// Distance of samples, in milliseconds.
  public var step: Milliseconds = 15_000
  /// How much of a log is seen before anything in it is called new or surging, in milliseconds.
  public var learning: Milliseconds = 600_000
  /// Known values that must not leave the log, beside those that are told by name or shape.
  public var mask = SecretMask()
  /// Bounds on everything.
  public var limits = LogLimits()

  /// The defaults.
  public init(
    file: String? = nil, service: String? = nil, mask: SecretMask = SecretMask(),
    zone: TimeZoneRule = .utc
  ) {
    self.zone = zone
    self.file = file
    self.service = service
    self.mask = mask
  }
}

/// How much of a log is kept; all on by default, per log.
public struct LogLimits: Sendable, Hashable {
  /// Bytes of one line that are looked at.
  public var lineBytesMax = 1 << 16
  /// Bytes of a line from which its pattern is made.
  public var messageBytesMax = 2048
  /// Words of a line from which its pattern is made.
  public var wordsMax = 32
  /// Bytes of a pattern's text.
  public var patternBytesMax = 160
  /// Bytes of a sample line.
  public var sampleBytesMax = 300
  /// Patterns that have a name at a time; the idle ones make room.
  public var patternsMax = 500
  /// Wordings remembered, by which lines find their pattern fast.
  public var wordingsMax = 8192
  /// Places remembered in which words may vary.
  public var placesMax = 65_536
  /// Different words in one place that make it a variable.
  public var wordsInPlaceMax = 8
  /// Patterns with variable words.
  public var widePatternsMax = 256
  /// Series of lines.
  public var seriesMax = 1000
  /// Services told apart in one log.
  public var servicesMax = 64
  /// Members of a JSON object or pairs of a logfmt line that are looked at.
  public var fieldsMax = 256
  /// Nesting of JSON.
  public var depthMax = 8
  /// Findings of one step, the gravest first.
  public var findingsPerStepMax = 10
  /// Patterns remembered as known after they made room.
  public var knownPatternsMax = 16_384
  /// Steps written in a silence of the log; a longer one is left empty.
  public var silentStepsMax = 240
  /// How long a pattern is idle before it may make room, in milliseconds.
  public var idleMax: Milliseconds = 3_600_000

  /// The defaults.
  public init() {}
}
