import Incidents
import Model

/// What one receiver has heard of one incident, and what it has not.
struct Conversation: Hashable, Sendable, Codable {
  /// Why something is kept back.
  enum Hold: String, Hashable, Sendable, Codable {
    case silenced, muted, inhibited
  }

  /// Its route, as last known; it stays when the incident no longer fits.
  var target: RouteTarget
  /// When there was something to tell at first.
  var begunAt: Timestamp
  /// When it was last told something; nil while it knows nothing.
  var toldAt: Timestamp?
  /// When it was last briefed.
  var briefedAt: Timestamp?
  /// The severity it knows.
  var severity: Severity?
  /// The number of episodes it knows of.
  var episodes = 0
  /// The number of escalations it knows of.
  var escalations = 0
  /// Whether it knows that somebody took the incident.
  var knowsOwner = false
  /// What happened since, oldest first; bounded.
  var news: [IncidentEvent] = []
  /// Why it was kept back at the last look.
  var hold: Hold?

  init(_ target: RouteTarget, at time: Timestamp) {
    self.target = target
    begunAt = time
  }

  /// What is to be told at `time`, the weightiest first of all; nil for nothing.
  func stage(_ incident: Incident, escalations now: Int, at time: Timestamp) -> Stage? {
    guard let toldAt else {
      if incident.state == .resolved { return nil }
      let kinds = Set(news.map(\.kind))
      if kinds.contains(.opened) { return .opened }
      if kinds.contains(.reopened) { return .reopened }
      return now > 0 ? .escalated : .opened
    }
    if incident.mergedInto != nil { return .merged }
    if incident.state == .resolved { return .resolved }
    let isTaken = incident.acknowledgedAt != nil
    let wanted: [(Stage, Bool)] = [
      (.reopened, incident.episodes.count > episodes),
      (.escalated, now > escalations),
      (.severity, incident.severity != severity),
      (.acknowledged, isTaken && !knowsOwner),
      (.updated, !news.isEmpty),
      (.briefing, isDue(target.briefingInterval, after: briefedAt ?? toldAt, at: time)),
      (
        .reminder,
        incident.state == .open && !isTaken && isDue(target.repeatInterval, after: toldAt, at: time)
      ),
    ]
    return wanted.first { $0.1 && target.stages.contains($0.0) }?.0
  }

  private func isDue(_ interval: Milliseconds, after last: Timestamp, at time: Timestamp) -> Bool {
    interval > 0 && time - last >= interval
  }

  /// The earliest moment at which `stage` may be told.
  func due(_ stage: Stage, _ incident: Incident) -> Timestamp {
    guard let toldAt else { return begunAt + target.groupWait }
    switch stage {
    case .reopened, .escalated: return toldAt
    case .severity where incident.severity > (severity ?? .low): return toldAt
    default: return toldAt + target.groupInterval
    }
  }

  /// When to look at an ongoing incident again though nothing happens; nil when only news count.
  var nextTimer: Timestamp? {
    guard let toldAt else { return nil }
    var next: Timestamp?
    if target.repeatInterval > 0 { next = toldAt + target.repeatInterval }
    if target.briefingInterval > 0 {
      let briefing = (briefedAt ?? toldAt) + target.briefingInterval
      next = next.map { min($0, briefing) } ?? briefing
    }
    return next
  }

  /// Notes that it knows everything now.
  mutating func note(_ stage: Stage, _ incident: Incident, escalations now: Int, at time: Timestamp)
  {
    toldAt = time
    if stage == .briefing || briefedAt == nil { briefedAt = time }
    severity = incident.severity
    episodes = incident.episodes.count
    escalations = now
    knowsOwner = incident.acknowledgedAt != nil
    news = []
    hold = nil
  }
}
