/// Bounds on what the store takes in; every one is on by default.
public struct StoreLimits: Hashable, Sendable {
  /// Series held at once.
  public var series = 2_000_000
  /// Series up to which none is forgotten, however long ago its last sample was.
  public var seriesNeverForgotten = 16_384
  /// Spellings of series remembered, those of series that no rule selects included.
  public var spellings = 4_000_000
  /// Labels of one series.
  public var labelsPerSeries = 128
  /// Bytes of one series' spelling: all names and values together.
  public var spellingBytes = 64 << 10

  /// The default limits.
  public init() {}
}

/// What happened to the samples of all batches so far.
public struct StoreCounts: Hashable, Sendable {
  /// Samples stored.
  public var stored = 0
  /// Samples of series that no rule selects.
  public var unselected = 0
  /// Samples older than the newest of their series that found their place all the same.
  public var reordered = 0
  /// Samples that came after their ticks were evaluated, or too late for their place; dropped.
  public var late = 0
  /// Samples with the time and value of one that is there; dropped.
  public var duplicate = 0
  /// Samples with the time but another value than the one that is there; the first one stays.
  public var conflicting = 0
  /// Samples of new series beyond a limit; dropped.
  public var overLimit = 0
  /// Samples whose series could not be read; dropped.
  public var malformed = 0
  /// Series that were refused because of a limit, counted once for each spelling seen.
  public var seriesRefused = 0

  /// Nothing happened yet.
  public init() {}
}
