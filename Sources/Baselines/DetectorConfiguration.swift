/// What a `baseline:` rule says of its detectors.
///
/// The defaults are meant for every series.
public struct DetectorConfiguration: Hashable, Sendable {
  /// The side on which a deviation matters.
  public enum Direction: String, Hashable, Sendable, Codable, CaseIterable {
    /// Only values above the expected one.
    case above
    /// Only values below the expected one.
    case below
    /// Either side.
    case both
  }

  /// The period with which the series repeats itself.
  public enum Season: Hashable, Sendable, Codable {
    /// Time of day and hour of week, each taken up once it has proved to predict better.
    case auto
    /// No repetition.
    case none
    /// Time of day (UTC).
    case daily
    /// Hour of week (UTC).
    case weekly
    /// A period of so many milliseconds, counted from the epoch; more than 0.
    case period(Int64)
  }

  /// The side on which a deviation matters.
  public var direction: Direction
  /// From 1 (only the gross) to 5 (everything); values outside are held at the ends.
  public var sensitivity: Int
  /// The period with which the series repeats itself.
  public var season: Season
  /// Practical significance, in the unit of the series: a smaller absolute change never alerts.
  public var minimum: Double
  /// No alert before this much of the series was seen, in milliseconds; nil derives it.
  public var learn: Int64?

  /// A configuration; what is left out has the rule file's default.
  public init(
    direction: Direction = .both, sensitivity: Int = 3, season: Season = .auto,
    minimum: Double = 0, learn: Int64? = nil
  ) {
    self.direction = direction
    self.sensitivity = min(max(sensitivity, 1), 5)
    self.season = season
    self.minimum = minimum
    self.learn = learn
  }
}
