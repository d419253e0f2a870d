/// What a detector says of one sample.
public struct Verdict: Hashable, Sendable {
  /// The way in which a sample is unusual.
  public enum Channel: String, Sendable, Codable, CaseIterable {
    /// Nothing unusual.
    case none
    /// A short jump away from the expected value.
    case spike
    /// A lasting move to another level.
    case levelShift
    /// No variation where there always was some.
    case flatLine
    /// More scatter than usual.
    case variance
    /// A slow move in one direction.
    case drift
  }

  /// What the value should have been; nil during warm-up.
  public var expected: Double?
  /// Lower end of the normal band.
  public var lower: Double?
  /// Upper end of the normal band.
  public var upper: Double?
  /// How unusual: 0 normal, 1 at the edge of the band, above 1 beyond it; 0 during warm-up.
  public var score: Double
  /// In what way.
  public var channel: Channel
  /// True when the sample should alert at the detector's sensitivity.
  public var isAnomalous: Bool
  /// The detector has just taken a lasting shift as the new normal.
  public var adapted: Bool
  /// How much news there is in this sample, 0…1; at `Detector.alarmThreshold` an alarm begins.
  ///
  /// What has been reported already is no news, so it falls back during an alarm.
  public var news: Double
  /// Mean time between samples as unusual as the most unusual one of the present anomaly, in
  /// milliseconds; nil when there is none, or none that the series' tails could judge.
  public var recurrence: Double?
  /// Time of the first sample of the present anomaly, in milliseconds since the epoch.
  public var since: Int64?

  /// A verdict of warm-up: nothing is known yet.
  public static let learning = Verdict(
    expected: nil, lower: nil, upper: nil, score: 0, channel: .none, isAnomalous: false,
    adapted: false)

  /// A verdict with everything known.
  public init(
    expected: Double?, lower: Double?, upper: Double?, score: Double, channel: Channel,
    isAnomalous: Bool, adapted: Bool, news: Double = 0, recurrence: Double? = nil,
    since: Int64? = nil
  ) {
    self.expected = expected
    self.lower = lower
    self.upper = upper
    self.score = score
    self.channel = channel
    self.isAnomalous = isAnomalous
    self.adapted = adapted
    self.news = news
    self.recurrence = recurrence
    self.since = since
  }
}
