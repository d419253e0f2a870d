public import Model
public import Rules

/// All incidents that are open or watched: alerts, changes, commands and ticks in, changes out.
///
///     var book = IncidentBook()
///     let changes = book.apply(transitions, at: tick, context: context, measuring: source)
///       + book.advance(to: tick, context: context, measuring: source)
///
/// A value that knows neither clock nor store: the same calls give the same incidents, ids and
/// sentences, also when it was encoded and decoded between them.
///
/// Invariants: every firing alert belongs to exactly one open incident, and no resolved incident
/// has a firing alert.
public struct IncidentBook: Hashable, Sendable, Codable {
  /// Incidents that are open, acknowledged or monitoring, by opening time, then id.
  var active: [IncidentCase] = []
  /// Resolved incidents within the watch window, by end, then id.
  var watched: [IncidentCase] = []
  /// Troubles of the past, oldest first.
  var past: [PastTrouble] = []
  /// Changes of the last while, by time, then id.
  var changes: [ChangeEvent] = []
  /// What logs began to say in the last while, by time, then id.
  var logFindings: [LogFinding] = []
  /// What alerts' names say; follows from the names.
  var vocabulary = Vocabulary()
  /// The newest tick seen.
  var now = Timestamp(milliseconds: .min)
  /// The bounds of what is kept; configuration, not state.
  public var limits = IncidentLimits()

  private enum CodingKeys: String, CodingKey {
    case active, watched, past, changes, logFindings, now
  }

  /// A trouble that is over and no longer watched.
  struct PastTrouble: Hashable, Sendable, Codable {
    var incident: String
    var end: Timestamp
    /// Sorted.
    var keys: [String]
  }

  /// An empty book.
  public init() {}

  /// The incidents that are not resolved, by opening time, then id.
  public var openIncidents: [Incident] { active.map(\.incident) }

  /// The resolved incidents that may yet be reopened, by end, then id.
  public var watchedIncidents: [Incident] { watched.map(\.incident) }

  /// The changes that are remembered, by time, then id.
  public var recentChanges: [ChangeEvent] { changes }

  /// True when `advance` has nothing to do until the next transition.
  public var isIdle: Bool { active.isEmpty && watched.isEmpty }

  /// The incident with this id, open or watched.
  public func incident(_ id: String) -> Incident? {
    (active.first { $0.incident.id == id } ?? watched.first { $0.incident.id == id })?.incident
  }

  /// Takes the transitions of one tick, in any order; of two of one alert the later counts.
  ///
  /// Ticks must not run backwards. The changes come by incident in order of opening.
  public mutating func apply(
    _ transitions: [AlertTransition], at tick: Timestamp, context: IncidentContext,
    measuring source: some MeasurementSource = NoMeasurements()
  ) -> [IncidentChange] {
    now = max(now, tick)
    let turns = AlertTurn.last(of: transitions)
    for index in active.indices { active[index].prepare(context: context) }
    for index in watched.indices { watched[index].prepare(context: context) }
    // By index: to look at whole turns would copy them.
    var firing: [AlertRecord] = []
    for index in turns.indices where turns[index].transition.kind == .firing {
      firing.append(record(of: turns[index], context: context))
    }
    for record in firing { fire(record, among: firing, context: context) }
    for index in active.indices where !active[index].pending.isEmpty {
      active[index].tellPending(settings: context.settings, limits: limits)
    }
    for index in turns.indices where turns[index].transition.kind == .resolved {
      end(turns[index], context: context)
    }
    for index in active.indices where !active[index].pending.isEmpty {
      tellEnds(index, at: tick, context: context)
    }
    for index in active.indices where active[index].needsAttention {
      let before = active[index].isGraded ? active[index].incident.severity : nil
      if isInvestigationDue(index, at: tick) {
        investigate(index, at: tick, context: context, measuring: source)
      } else {
        active[index].name(context: context)
      }
      // Services that have just joined bring their changes and logs along.
      tellChanges(index, context: context)
      tellLogFindings(index, context: context)
      grade(index, at: tick, context: context, measuring: source)
      if let before, active[index].incident.severity > before {
        investigate(index, at: tick, context: context, measuring: source)
      }
    }
    return takeChanges(at: tick)
  }

  /// Lets go of the grades that are kept: they rest on the context, and calls bring another from now on.
  public mutating func forgetGrades() {
    for index in active.indices { active[index].memory.graded = nil }
  }

  /// Moves time on: verification, falling severities, response targets, the end of watches.
  public mutating func advance(
    to tick: Timestamp, context: IncidentContext,
    measuring source: some MeasurementSource = NoMeasurements()
  ) -> [IncidentChange] {
    now = max(now, tick)
    for index in active.indices {
      active[index].prepare(context: context)
      if active[index].incident.state == .monitoring {
        verify(index, at: tick, context: context, measuring: source)
      } else {
        if active[index].isGradeDue(at: tick) {
          grade(index, at: tick, context: context, measuring: source)
        }
        remind(index, at: tick, context: context)
        if isInvestigationDue(index, at: tick) {
          investigate(index, at: tick, context: context, measuring: source)
        }
      }
    }
    let result = takeChanges(at: tick)
    retire(context: context)
    return result
  }

  /// Records a change and tells it to the incidents near it.
  ///
  /// A change that is already known by its id changes nothing.
  public mutating func apply(
    change: ChangeEvent, at tick: Timestamp, context: IncidentContext
  ) -> [IncidentChange] {
    now = max(now, tick)
    guard !changes.contains(where: { $0.id == change.id }) else { return [] }
    let index =
      changes.firstIndex { ($0.time, $0.id) > (change.time, change.id) } ?? changes.endIndex
    changes.insert(change, at: index)
    if changes.count > limits.recentChanges {
      changes.removeFirst(changes.count - limits.recentChanges)
    }
    for index in active.indices { tellChanges(index, context: context, at: change.time) }
    return takeChanges(at: tick)
  }

  /// Takes what a log began to say, and tells it to the incidents near it.
  public mutating func apply(
    log finding: LogFinding, at tick: Timestamp, context: IncidentContext
  ) -> [IncidentChange] {
    now = max(now, tick)
    var finding = finding
    finding.service = finding.service.map {
      context.service(of: Labels(["service": $0])) ?? $0
    }
    let index =
      logFindings.firstIndex { ($0.time, $0.id) > (finding.time, finding.id) }
      ?? logFindings.endIndex
    logFindings.insert(finding, at: index)
    if logFindings.count > limits.recentLogFindings {
      logFindings.removeFirst(logFindings.count - limits.recentLogFindings)
    }
    for index in active.indices { tellLogFindings(index, context: context) }
    return takeChanges(at: tick)
  }

  /// Hands out what happened to each incident since the last time, by opening time, then id.
  mutating func takeChanges(at tick: Timestamp) -> [IncidentChange] {
    var result: [IncidentChange] = []
    for index in active.indices {
      if let change = active[index].takeChange(at: tick) { result.append(change) }
    }
    let open = result.count
    for index in watched.indices {
      if let change = watched[index].takeChange(at: tick) { result.append(change) }
    }
    // By index: to look at whole cases would copy them, at every tick.
    if active.indices.contains(where: { active[$0].incident.state == .resolved }) {
      let done = active.filter { $0.incident.state == .resolved }
      active.removeAll { $0.incident.state == .resolved }
      watched += done.filter { $0.incident.mergedInto == nil }
      watched.sort { a, b in
        (a.incident.end ?? now, a.incident.id) < (b.incident.end ?? now, b.incident.id)
      }
    }
    // Those that are open stand in this order.
    if result.count > open {
      result.sort {
        ($0.incident.openedAt, $0.incident.id) < ($1.incident.openedAt, $1.incident.id)
      }
    }
    return result
  }

  /// Lets go of watches, troubles and changes that are too old or too many.
  private mutating func retire(context: IncidentContext) {
    let settings = context.settings
    var kept: [IncidentCase] = []
    let surplus = watched.count - limits.watchedIncidents
    for (index, item) in watched.enumerated() {
      if now - item.closedAt <= settings.watchWindow, index >= surplus {
        kept.append(item)
      } else {
        let keys = item.troubleKeys.sorted()
        past.append(PastTrouble(incident: item.incident.id, end: item.closedAt, keys: keys))
      }
    }
    watched = kept
    let memory = Self.predecessorMemory
    past.removeAll { now - $0.end > memory }
    if past.count > limits.pastTroubles { past.removeFirst(past.count - limits.pastTroubles) }
    let horizon = active.map(\.incident.start).min() ?? now
    let oldest = min(horizon, now) - settings.changeWindow
    if let first = changes.first, first.time < oldest { changes.removeAll { $0.time < oldest } }
    if let first = logFindings.first, first.time < oldest {
      logFindings.removeAll { $0.time < oldest }
    }
  }

  /// How long a trouble is remembered for the link from its next occurrence.
  static let predecessorMemory: Milliseconds = 30 * 24 * 3_600_000
}
