import Model
import Rules

/// An alert that fired or ended at the present tick and is yet to be told.
struct PendingTurn: Hashable, Sendable {
  /// `alertFiring`, `alertResolved`, or `troubled` for the one that ended the watch.
  let kind: IncidentEvent.Kind
  /// The alert after its turn.
  let alert: AlertRecord
  /// True when the incident knew the alert before: it fires for another time.
  let isRepeated: Bool
  /// The tick of the turn.
  let time: Timestamp

  init(
    _ kind: IncidentEvent.Kind, _ alert: AlertRecord, at time: Timestamp, isRepeated: Bool = false
  ) {
    self.kind = kind
    self.alert = alert
    self.time = time
    self.isRepeated = isRepeated
  }

  /// Turns that are told together.
  struct Group: Hashable {
    let kind: IncidentEvent.Kind
    let alert: String
    let service: String?
    let ending: AlertTransition.Ending?
  }

  var group: Group {
    Group(kind: kind, alert: alert.alert, service: alert.service, ending: alert.ending)
  }
}

extension IncidentCase {
  /// So many turns of one rule and service at one tick are told one by one; more of them are told
  /// as one event.
  static let toldSingly = 3

  /// Writes what came and went at this tick into the history and the timeline.
  ///
  /// - Returns: false when nothing did.
  @discardableResult
  mutating func tellPending(settings: IncidentSettings, limits: IncidentLimits) -> Bool {
    guard !pending.isEmpty else { return false }
    let all = pending
    pending = []
    guard all.count > Self.toldSingly else {
      for turn in all { tell(turn, settings: settings, limits: limits) }
      return true
    }
    var counts: [PendingTurn.Group: Int] = [:]
    for turn in all { counts[turn.group, default: 0] += 1 }
    var told: Set<PendingTurn.Group> = []
    for turn in all {
      let count = counts[turn.group] ?? 1
      if count <= Self.toldSingly {
        tell(turn, settings: settings, limits: limits)
      } else {
        if turn.alert.firings > 1 || !turn.alert.isFiring {
          note(turn.alert, at: turn.time, settings: settings, limits: limits)
        }
        if told.insert(turn.group).inserted { tell(turn, count: count, limits: limits) }
      }
    }
    return true
  }

  private mutating func tell(
    _ turn: PendingTurn, settings: IncidentSettings, limits: IncidentLimits
  ) {
    let alert = turn.alert
    // What flaps is counted in `firings`; that it does was told.
    if incident.isFlapping, turn.isRepeated || !alert.isFiring {
      note(alert, at: turn.time, settings: settings, limits: limits)
      isTouched = true
      return
    }
    var text =
      alert.isFiring
      ? fired(alert) : AlertSentence.ended(alert, instance: register.instance(of: alert))
    if turn.isRepeated { text += ", for the \(ordinal(alert.firings)) time" }
    append(turn.kind, at: turn.time, text, subject: alert.id, limits: limits)
    if alert.isFiring, !turn.isRepeated {
      tell(
        TimelineEntry(
          time: alert.activeSince, kind: .symptom, text: text, service: alert.service),
        limits: limits)
    } else {
      self.turn(alert, at: turn.time, text: text, settings: settings, limits: limits)
    }
  }

  /// "CPUHigh fires for 312 instances of checkout".
  private mutating func tell(_ turn: PendingTurn, count: Int, limits: IncidentLimits) {
    let alert = turn.alert
    let place = alert.service.map { " of \($0)" } ?? ""
    let verb =
      alert.isFiring ? "fires for" : alert.ending == .vanished ? "lost the data of" : "cleared for"
    let text = "\(alert.alert) \(verb) \(count) instances\(place)"
    append(turn.kind, at: turn.time, text, subject: alert.id, limits: limits)
    guard !incident.isFlapping else { return }
    let entry = TimelineEntry(
      time: alert.isFiring ? alert.activeSince : turn.time,
      kind: alert.turnKind, text: text, service: alert.service)
    tell(entry, limits: limits)
  }
}

extension AlertRecord {
  /// What its latest turn is in a timeline: data that stopped is no recovery.
  var turnKind: TimelineEntry.Kind { isFiring || ending == .vanished ? .symptom : .recovery }
}

/// "2nd", "3rd", "11th".
func ordinal(_ number: Int) -> String {
  let suffix =
    switch (number % 100, number % 10) {
    case (11...13, _): "th"
    case (_, 1): "st"
    case (_, 2): "nd"
    case (_, 3): "rd"
    default: "th"
    }
  return "\(number)\(suffix)"
}
