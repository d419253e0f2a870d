public import Model

/// How fast trouble is found, taken and ended, over many incidents.
///
///     let statistics = IncidentStatistics(of: incidents, since: start, until: end)
///     statistics.total.timeToResolve?.mean   // MTTR in milliseconds
///
/// Incidents that were merged into another count once, as that other. Time to detect runs from the
/// first true condition to the first firing alert, time to acknowledge from there to the hand that
/// took it, time to resolve from there to the end. An incident whose data vanished has no time to
/// resolve: nobody knows when it was over.
public struct IncidentStatistics: Hashable, Sendable {
  /// What a set of lengths of time looks like.
  public struct Spread: Hashable, Sendable {
    /// How many there are; at least 1.
    public var count: Int
    /// The arithmetic mean.
    public var mean: Milliseconds
    /// The middle one; of an even number the lower of the two.
    public var median: Milliseconds
    /// The length that nine in ten do not pass (nearest rank).
    public var ninetieth: Milliseconds

    /// The spread of `lengths`; nil when there are none.
    init?(_ lengths: [Milliseconds]) {
      guard !lengths.isEmpty else { return nil }
      let sorted = lengths.sorted()
      count = sorted.count
      // In floating point: a sum of lengths near the end of the range must not trap.
      mean = Milliseconds(sorted.reduce(0.0) { $0 + Double($1) / Double(lengths.count) }.rounded())
      median = sorted[(count - 1) / 2]
      ninetieth = sorted[(count * 9 + 9) / 10 - 1]
    }
  }

  /// The figures of one group of incidents.
  public struct Row: Hashable, Sendable {
    /// What the group has in common: `all`, a severity or a service.
    public var name: String
    /// How many incidents.
    public var incidents = 0
    /// Those that go on.
    public var ongoing = 0
    /// Those that came back after their end.
    public var reopened = 0
    /// Those whose data stopped.
    public var vanished = 0
    /// Of those that had to be acknowledged by now, how many were in time.
    public var acknowledgedInTime = 0
    /// Those that had to be acknowledged by now.
    public var acknowledgementDue = 0
    /// From the first true condition to the first firing alert.
    public var timeToDetect: Spread?
    /// MTTA: from the first firing alert to the hand that took it.
    public var timeToAcknowledge: Spread?
    /// MTTR: from the first firing alert to the end.
    public var timeToResolve: Spread?
  }

  /// The first moment that counts; nil for all the past.
  public var since: Timestamp?
  /// The moment up to which incidents were opened, and that ongoing ones are measured at.
  public var until: Timestamp
  /// All incidents.
  public var total: Row
  /// One row for each severity (the peak) that occurred, the worst first.
  public var bySeverity: [Row]
  /// One row for each service in trouble, by number of incidents, then by name.
  public var byService: [Row]

  /// An answer this long after an immediate target still counts as immediate.
  public static let immediately: Milliseconds = 5 * 60_000

  /// The statistics of the incidents opened in `since ..< until`.
  public init(of incidents: [Incident], since: Timestamp?, until: Timestamp) {
    self.since = since
    self.until = until
    let counted = incidents.filter {
      $0.mergedInto == nil && $0.openedAt < until && $0.openedAt >= since ?? .earliest
    }
    total = Self.row("all", counted, until)
    bySeverity = Severity.allCases.reversed().compactMap { level in
      let group = counted.filter { $0.peakSeverity == level }
      return group.isEmpty ? nil : Self.row(level.rawValue, group, until)
    }
    byService = Set(counted.flatMap(\.services)).map { service in
      Self.row(service, counted.filter { $0.services.contains(service) }, until)
    }.sorted { (-$0.incidents, $0.name) < (-$1.incidents, $1.name) }
  }

  /// When somebody took it; a hand that came after the end answered nothing.
  private static func taken(_ incident: Incident) -> Timestamp? {
    incident.acknowledgedAt.flatMap { taken in
      incident.end.map { taken <= $0 } ?? true ? taken : nil
    }
  }

  private static func row(_ name: String, _ incidents: [Incident], _ now: Timestamp) -> Row {
    var row = Row(name: name)
    row.incidents = incidents.count
    row.ongoing = incidents.count { $0.state != .resolved }
    row.reopened = incidents.count { $0.episodes.count > 1 }
    row.vanished = incidents.count { $0.ending == .vanished }
    for incident in incidents {
      guard let due = incident.respondBy else { continue }
      let last = max(due, incident.openedAt + immediately)
      if let taken = taken(incident) {
        row.acknowledgementDue += 1
        row.acknowledgedInTime += taken <= last ? 1 : 0
      } else if (incident.end ?? now) > last {
        // One that ended before anybody had to take it is nobody's fault.
        row.acknowledgementDue += 1
      }
    }
    row.timeToDetect = Spread(incidents.map { max(0, $0.openedAt - $0.start) })
    row.timeToAcknowledge = Spread(
      incidents.compactMap { incident in
        taken(incident).map { max(0, $0 - incident.openedAt) }
      })
    row.timeToResolve = Spread(
      incidents.compactMap { incident in
        incident.state == .resolved && incident.ending != .vanished
          ? incident.end.map { max(0, $0 - incident.openedAt) } : nil
      })
    return row
  }
}

extension Timestamp {
  fileprivate static let earliest = Timestamp(milliseconds: .min)
}
