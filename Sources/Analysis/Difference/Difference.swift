public import Incidents
public import Model

/// Where two outcomes of one recording differ: what is gained, lost, earlier, later, graded differently.
///
///     let difference = Difference(old: before, new: after)
///     difference.isEmpty  // true when nobody would notice
///
/// Alerts are the same when name and labels are, save labels that only say how grave or whose they
/// are; incidents when they share alerts, or else services, and overlap in time.
public struct Difference: Sendable {
  /// How one thing differs.
  public struct Change<Subject: Sendable>: Sendable {
    /// As it was; nil when it is gained.
    public var old: Subject?
    /// As it is; nil when it is lost.
    public var new: Subject?
    /// By how much it begins later, in ms; negative when earlier, 0 when gained or lost.
    public var startShift: Milliseconds = 0
    /// By how much it ends later, in ms; nil when one of them had no end.
    public var endShift: Milliseconds?
    /// Its grade before and after, when that differs.
    public var grade: Grade?

    /// What kinds of difference there are, in the order they are told.
    public var kinds: [Kind] {
      guard old != nil else { return [.gained] }
      guard new != nil else { return [.lost] }
      var kinds: [Kind] = []
      if startShift < 0 { kinds.append(.earlier) }
      if startShift > 0 { kinds.append(.later) }
      if let endShift, endShift != 0 { kinds.append(endShift < 0 ? .endsEarlier : .endsLater) }
      if grade != nil { kinds.append(.graded) }
      return kinds
    }
  }

  /// A kind of difference.
  public enum Kind: String, Sendable, CaseIterable {
    /// Only the new one has it.
    case gained
    /// Only the old one had it.
    case lost
    /// It begins earlier.
    case earlier
    /// It begins later.
    case later
    /// It ends earlier.
    case endsEarlier = "ends_earlier"
    /// It ends later.
    case endsLater = "ends_later"
    /// It is graded differently.
    case graded
  }

  /// Two grades.
  public struct Grade: Hashable, Sendable {
    /// Before; nil when it had none.
    public var old: String?
    /// After; nil when it has none.
    public var new: String?
  }

  /// Incidents that differ, by time.
  public private(set) var incidents: [Change<Incident>] = []
  /// Alerts that differ, by time.
  public private(set) var alerts: [Change<Outcome.Firing>] = []
  /// Incidents that are alike in both.
  public private(set) var sameIncidents = 0
  /// Alerts that are alike in both.
  public private(set) var sameAlerts = 0

  /// True when there is no difference.
  public var isEmpty: Bool { incidents.isEmpty && alerts.isEmpty }

  /// Labels that say how grave an alert is or who is called, not what it is about.
  static let gradingLabels: Set<String> = ["severity", "priority", "team", "owner", "receiver"]

  /// What of `new` differs from `old`.
  public init(old: Outcome, new: Outcome) {
    compareAlerts(old.firings, new.firings)
    compareIncidents(old.incidents, new.incidents)
  }

  // MARK: Alerts

  private mutating func compareAlerts(_ old: [Outcome.Firing], _ new: [Outcome.Firing]) {
    let before = Dictionary(grouping: old, by: Self.identity)
    let after = Dictionary(grouping: new, by: Self.identity)
    for key in Set(before.keys).union(after.keys) {
      for pair in Self.paired(before[key] ?? [], after[key] ?? []) {
        note(pair.0, pair.1)
      }
    }
    alerts.sort { Self.order($0) < Self.order($1) }
  }

  private mutating func note(_ old: Outcome.Firing?, _ new: Outcome.Firing?) {
    var change = Change(old: old, new: new)
    if let old, let new {
      change.startShift = new.start - old.start
      change.endShift = Self.shift(old.end, new.end)
      if old.severity != new.severity {
        change.grade = Grade(old: old.severity, new: new.severity)
      }
    }
    if change.kinds.isEmpty { sameAlerts += 1 } else { alerts.append(change) }
  }

  private static func identity(_ firing: Outcome.Firing) -> Labels {
    firing.labels.filter { !gradingLabels.contains($0) }
  }

  /// Stretches of one alert that overlap, each once, in order of time; then those left over.
  private static func paired(
    _ old: [Outcome.Firing], _ new: [Outcome.Firing]
  ) -> [(Outcome.Firing?, Outcome.Firing?)] {
    var rest = new
    var pairs: [(Outcome.Firing?, Outcome.Firing?)] = []
    for firing in old {
      let match = rest.firstIndex {
        $0.activeSince <= firing.end ?? .distantFuture
          && firing.activeSince <= $0.end ?? .distantFuture
      }
      pairs.append((firing, match.map { rest.remove(at: $0) }))
    }
    return pairs + rest.map { (nil, $0) }
  }

  private static func order(_ change: Change<Outcome.Firing>) -> (Timestamp, String, Labels) {
    let firing = change.old ?? change.new
    let labels = firing?.labels ?? .empty
    return (firing?.start ?? .distantFuture, firing?.alert ?? "", labels)
  }

  // MARK: Incidents

  private mutating func compareIncidents(_ old: [Incident], _ new: [Incident]) {
    var candidates: [(score: Int, apart: Milliseconds, old: Int, new: Int)] = []
    for (i, a) in old.enumerated() {
      for (j, b) in new.enumerated() {
        guard let score = Self.likeness(a, b) else { continue }
        let apart = a.openedAt - b.openedAt
        candidates.append((score, max(apart, -apart), i, j))
      }
    }
    candidates.sort {
      (-$0.score, $0.apart, $0.old, $0.new) < (-$1.score, $1.apart, $1.old, $1.new)
    }
    var partner: [Int: Int] = [:]
    var taken: Set<Int> = []
    for pair in candidates where partner[pair.old] == nil && !taken.contains(pair.new) {
      partner[pair.old] = pair.new
      taken.insert(pair.new)
    }
    for (i, incident) in old.enumerated() { note(incident, partner[i].map { new[$0] }) }
    for (j, incident) in new.enumerated() where !taken.contains(j) { note(nil, incident) }
    incidents.sort {
      let (a, b) = ($0.old ?? $0.new, $1.old ?? $1.new)
      return (a?.openedAt ?? .distantFuture, a?.id ?? "")
        < (b?.openedAt ?? .distantFuture, b?.id ?? "")
    }
  }

  private mutating func note(_ old: Incident?, _ new: Incident?) {
    var change = Change(old: old, new: new)
    if let old, let new {
      change.startShift = new.openedAt - old.openedAt
      change.endShift = Self.shift(old.end, new.end)
      if old.peakSeverity != new.peakSeverity {
        change.grade = Grade(old: old.peakSeverity.rawValue, new: new.peakSeverity.rawValue)
      }
    }
    if change.kinds.isEmpty { sameIncidents += 1 } else { incidents.append(change) }
  }

  /// How much two incidents have in common; nil when they cannot be the same.
  private static func likeness(_ a: Incident, _ b: Incident) -> Int? {
    guard a.start <= b.end ?? .distantFuture, b.start <= a.end ?? .distantFuture else { return nil }
    let alerts = Set(a.alerts.map(\.alert)).intersection(b.alerts.map(\.alert)).count
    let services = Set(a.services).intersection(b.services).count
    guard alerts + services > 0 else { return nil }
    return 2 * alerts + services
  }

  private static func shift(_ old: Timestamp?, _ new: Timestamp?) -> Milliseconds? {
    guard let old, let new else { return nil }
    return new - old
  }
}

extension Timestamp {
  /// Later than every other moment.
  static let distantFuture = Timestamp(milliseconds: .max)
}
