public import Model
public import PromQL

/// A bound with levels, hysteresis and forecast: `threshold:` of an alert.
public struct ThresholdRule: Sendable {
  /// Which side of the bounds is bad.
  public enum Direction: String, Sendable {
    /// Values above the bounds are bad.
    case above
    /// Values below the bounds are bad.
    case below
  }

  /// A bound and how bad it is to cross it.
  public struct Level: Hashable, Sendable {
    /// Nil for a rule with one number.
    public var severity: Severity?
    /// The bound; a value equal to it has not crossed it.
    public var bound: Double

    /// A level of a rule.
    public init(severity: Severity?, bound: Double) {
      self.severity = severity
      self.bound = bound
    }
  }

  /// A forecast: true when the trend reaches `at` within `within`.
  public struct Exhaustion: Hashable, Sendable {
    /// The value at which the resource is used up.
    public var at: Double
    /// How far ahead one looks; positive.
    public var within: Milliseconds

    /// A forecast.
    public init(at: Double, within: Milliseconds) {
      self.at = at
      self.within = within
    }
  }

  /// The expression that is compared.
  public var of: Expression
  /// Which side is bad.
  public var direction: Direction
  /// From the mildest to the gravest; empty only with `exhausts`.
  public var levels: [Level]
  /// The alert stays true until the value is back beyond this; nil: until it is back beyond the first
  /// level.
  public var clear: Double?
  /// The forecast; nil without one.
  public var exhausts: Exhaustion?

  /// A threshold over `of`.
  public init(
    of: Expression, direction: Direction, levels: [Level], clear: Double? = nil,
    exhausts: Exhaustion? = nil
  ) {
    self.of = of
    self.direction = direction
    self.levels = levels
    self.clear = clear
    self.exhausts = exhausts
  }

  /// True when `value` has crossed `bound`; never for NaN.
  public func isCrossed(_ bound: Double, by value: Double) -> Bool {
    direction == .above ? value > bound : value < bound
  }

  /// True when `value` turns the alert on.
  public func isTrue(_ value: Double) -> Bool {
    levels.first.map { isCrossed($0.bound, by: value) } ?? false
  }

  /// True when `value` lets an alert that is on stay on.
  public func stays(_ value: Double) -> Bool {
    (clear ?? levels.first?.bound).map { isCrossed($0, by: value) } ?? false
  }

  /// How many levels `value` has crossed; 0 when none.
  public func rank(of value: Double) -> Int {
    levels.count { isCrossed($0.bound, by: value) }
  }

  /// The bound and level that `value` is measured against: the gravest one crossed, else the first.
  public func measure(of value: Double) -> AlertTransition.Measure {
    var measure = AlertTransition.Measure()
    let level = levels.last { isCrossed($0.bound, by: value) } ?? levels.first
    measure.threshold = level?.bound ?? exhausts?.at
    measure.comparison = direction == .above ? .above : .below
    measure.level = level?.severity
    return measure
  }

  func combine(into hash: inout StableHash) {
    hash.combine("threshold \(direction.rawValue)")
    for level in levels { hash.combine("\(level.severity?.rawValue ?? "") \(level.bound)") }
    hash.combine("\(clear.map { "\($0)" } ?? "") \(exhausts.map { "\($0.at) \($0.within)" } ?? "")")
  }
}

/// Deviation from what a series normally does: `baseline:` of an alert.
public struct BaselineRule: Sendable {
  /// Which deviations count.
  public enum Direction: String, Sendable, CaseIterable {
    /// Values above the band.
    case above
    /// Values below the band.
    case below
    /// Values outside of the band.
    case both
  }

  /// After which time a series repeats itself.
  public enum Season: Hashable, Sendable {
    /// Found out from the data.
    case auto
    /// It does not.
    case none
    /// A day.
    case daily
    /// A week.
    case weekly
    /// Another time.
    case every(Milliseconds)
  }

  /// The expression whose series are learned.
  public var of: Expression
  /// Which deviations count.
  public var direction = Direction.both
  /// From 1 (only the gross) to 5 (everything).
  public var sensitivity = 3
  /// After which time the series repeat.
  public var season = Season.auto
  /// Smaller absolute changes never alert; at least 0.
  public var minimum = 0.0
  /// No alert before this much of a series was seen; nil: derived from the season.
  public var learn: Milliseconds?

  /// A baseline over `of` with the defaults.
  public init(of: Expression) {
    self.of = of
  }

  func combine(into hash: inout StableHash) {
    hash.combine("baseline \(direction.rawValue) \(sensitivity) \(season) \(minimum)")
    hash.combine(learn ?? -1)
  }
}
