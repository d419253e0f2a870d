/// How bad an incident is, and with it how soon somebody must respond.
///
/// The ladder of the incident practice; compares from `low` up to `critical`.
public enum Severity: String, CaseIterable, Comparable, Sendable, Codable {
  /// Cosmetic, or a workaround exists: next business day.
  case low
  /// A minor feature broken, under 10 % of users: within four hours.
  case medium
  /// A major feature broken, 10–50 % of users: within one hour.
  case high
  /// Down, data loss, breach, or over 50 % of users: at once.
  case critical

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    case .critical: 3
    }
  }

  /// The milder level is the smaller.
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  /// One level milder; `low` stays `low`.
  public var milder: Severity { Self.allCases[max(0, rank - 1)] }
}
