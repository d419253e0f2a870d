public import Model

/// The numbers of the incident practice: when alerts become an incident, how it is graded and ended.
///
/// Plain data, read from the `incidents:` section of `services.yaml`; every default is the written
/// practice's. Lengths of time are in milliseconds and never negative.
///
///     incidents:
///       correlation_window: 10m
///       verification: 5m
///       severity: {users_affected: {critical: 0.5, high: 0.1}}
///       calendar: {timezone: Europe/Berlin, workdays: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}
public struct IncidentSettings: Hashable, Sendable {
  /// Alerts of connected services that start within this time of each other are one incident.
  public var correlationWindow: Milliseconds = 10 * minute
  /// How long everything must be back in band before an incident counts as resolved.
  public var verification: Milliseconds = 5 * minute
  /// How long a lower level must hold before the severity falls to it.
  public var fallHold: Milliseconds = 5 * minute
  /// The same trouble within this time of the end reopens the incident.
  public var watchWindow: Milliseconds = 60 * minute
  /// Labels that group alerts into one incident where no catalogue places them.
  public var groupBy: [String] = ["service", "job", "namespace", "cluster"]
  /// So many changes between firing and resolved within `flapWindow` are called flapping.
  public var flapCount = 3
  /// The time in which `flapCount` changes are looked for.
  public var flapWindow: Milliseconds = 30 * minute
  /// How far before the start of an incident a change is a suspect.
  public var changeWindow: Milliseconds = 60 * minute
  /// How much history around an incident is kept as evidence, before its start and after its end.
  public var evidenceMargin: Milliseconds = 30 * minute
  /// Where one level of severity ends and the next begins.
  public var severity = SeverityCutOffs()
  /// When people are at work, for the response target "next business day".
  public var calendar = WorkCalendar()
  /// How soon somebody must have acknowledged, by level.
  public var response = ResponseTargets()

  /// The defaults.
  public init() {}
}

private let minute: Milliseconds = 60_000

/// Where one level of severity ends and the next begins.
public struct SeverityCutOffs: Hashable, Sendable {
  /// Three steps, read as the practice writes them: `> 50 %` critical, `10–50 %` high, `< 10 %`
  /// medium, nothing at all low.
  public struct Ladder: Hashable, Sendable {
    /// Above this critical; nil when this measure alone never is.
    public var critical: Double?
    /// From here on high; nil when this measure alone never is.
    public var high: Double?
    /// Above this medium; nil when this measure alone never is.
    public var medium: Double?

    /// A ladder of three steps.
    public init(critical: Double?, high: Double?, medium: Double?) {
      self.critical = critical
      self.high = high
      self.medium = medium
    }

    /// The level of `value`; `low` below every step and for NaN.
    public func level(of value: Double) -> Severity {
      if let critical, value > critical { return .critical }
      if let high, value >= high { return .high }
      if let medium, value > medium { return .medium }
      return .low
    }
  }

  /// Share of users in trouble, 0...1.
  public var usersAffected = Ladder(critical: 0.5, high: 0.1, medium: 0)
  /// Share of requests that succeed below which a service counts as down, 0...1.
  public var successCollapse = 0.05
  /// Share of the expected traffic below which it counts as collapsed, 0...1.
  public var trafficCollapse = 0.05
  /// How unusual latency, errors or throughput are: 1 is the edge of the band.
  public var degradation = Ladder(critical: nil, high: 5, medium: 2)
  /// Milliseconds to exhaustion: less than this is medium, anything longer is low.
  public var exhaustionMedium: Milliseconds = 30 * minute
  /// So many impacted services make the scope high, whatever their tier.
  public var manyServices = 5

  /// The defaults: the table of the incident practice.
  public init() {}
}

/// Working days and hours by the clocks of one time zone.
public struct WorkCalendar: Hashable, Sendable {
  /// Whose clocks count, daylight saving time included.
  public var zone = TimeZoneRule.utc
  /// The working days, 0 is Sunday and 6 is Saturday; sorted, at least one.
  public var workdays = [1, 2, 3, 4, 5]
  /// Start of work after midnight; 0 ..< 24 h.
  public var start: Milliseconds = 9 * 60 * minute
  /// End of work after midnight; later than `start`, up to 24 h.
  public var end: Milliseconds = 17 * 60 * minute
  /// Days without work, as days since 1970-01-01 in this calendar; sorted.
  public var holidays: [Int] = []

  /// Monday to Friday, 9 to 17 o'clock, UTC.
  public init() {}

  /// The first moment of work on the next working day after the day of `time`.
  public func nextBusinessDay(after time: Timestamp) -> Timestamp {
    var next = zone.day(of: time) + 1
    // A calendar of holidays alone still ends: a year without a working day is not looked past.
    for _ in 0..<366 where !isWorkday(next) { next += 1 }
    // Beyond what a calendar can name a target says nothing.
    guard next.magnitude < 100_000_000 else { return time }
    return zone.moment(day: next, time: start)
  }

  private func isWorkday(_ day: Int) -> Bool {
    // Day 0, 1970-01-01, was a Thursday.
    let weekday = ((day + 4) % 7 + 7) % 7
    return workdays.contains(weekday) && !holidays.contains(day)
  }
}

/// How soon somebody must have acknowledged an incident; nil means the next business day.
public struct ResponseTargets: Hashable, Sendable {
  /// Immediately.
  public var critical: Milliseconds? = 0
  /// One hour.
  public var high: Milliseconds? = 60 * minute
  /// Four hours.
  public var medium: Milliseconds? = 240 * minute
  /// The next business day.
  public var low: Milliseconds?

  /// The defaults: the table of the incident practice.
  public init() {}

  /// The moment by which an incident of `level` that opened at `time` must be acknowledged.
  public func due(_ level: Severity, from time: Timestamp, in calendar: WorkCalendar) -> Timestamp {
    let target =
      switch level {
      case .critical: critical
      case .high: high
      case .medium: medium
      case .low: low
      }
    return target.map { time + $0 } ?? calendar.nextBusinessDay(after: time)
  }
}
