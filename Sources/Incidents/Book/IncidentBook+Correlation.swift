import Model
import Rules

/// Which incident an alert belongs to: joining, opening, merging, reopening.
extension IncidentBook {
  /// Takes an alert that fires into its incident.
  mutating func fire(_ transition: AlertTransition, context: IncidentContext) {
    let service = context.service(of: transition.labels)
    let record = AlertRecord(firing: transition, service: service)
    if let (index, position) = position(of: record.id) {
      refire(index, position, with: transition, context: context)
      return
    }
    let homes = active.indices.filter {
      active[$0].incident.mergedInto == nil && belongs(record, to: active[$0], context: context)
    }
    if let first = homes.first {
      join(first, record, context: context)
      for index in homes.dropFirst().reversed() { merge(index, into: first, context: context) }
      return
    }
    let keys = Set(IncidentCase.keys(of: record))
    let since = record.firedAt - context.settings.watchWindow
    if let index = watched.lastIndex(where: {
      $0.closedAt >= since && !$0.troubleKeys.isDisjoint(with: keys)
    }) {
      reopen(index, with: record, context: context)
      return
    }
    open(record, keys: keys, context: context)
  }

  /// Where an alert is kept among the open incidents.
  func position(of id: String) -> (index: Int, position: Int)? {
    for index in active.indices where active[index].incident.mergedInto == nil {
      if let position = active[index].incident.alerts.firstIndex(where: { $0.id == id }) {
        return (index, position)
      }
    }
    return nil
  }

  /// True when the alert is part of the trouble.
  ///
  /// It is when it is connected to one of its alerts and began within the correlation window of
  /// it. On the same service the window does not matter while it burns.
  private func belongs(
    _ record: AlertRecord, to item: IncidentCase, context: IncidentContext
  ) -> Bool {
    item.incident.alerts.contains { other in
      guard context.areConnected(record, other) else { return false }
      if record.service != nil, record.service == other.service, other.isFiring { return true }
      let apart = record.activeSince - other.activeSince
      return (apart < 0 ? 0 - apart : apart) <= context.settings.correlationWindow
    }
  }

  private mutating func open(
    _ record: AlertRecord, keys: Set<String>, context: IncidentContext
  ) {
    var hash = StableHash()
    hash.combine(record.id)
    hash.combine(record.firedAt.milliseconds)
    var incident = Incident(
      id: hash.hexadecimal, title: "", services: [], severity: .low, start: record.activeSince,
      openedAt: record.firedAt)
    incident.predecessor =
      watched.last { !$0.troubleKeys.isDisjoint(with: keys) }?.incident.id
      ?? past.last { !keys.isDisjoint(with: $0.keys) }?.incident
    var item = IncidentCase(incident)
    let sentence = AlertSentence.fired(record)
    item.append(
      .opened, at: record.firedAt, "opened: \(sentence)", subject: record.id, limits: limits)
    add(record, to: &item, context: context)
    let index =
      active.firstIndex {
        ($0.incident.openedAt, $0.incident.id) > (incident.openedAt, incident.id)
      } ?? active.endIndex
    active.insert(item, at: index)
    tellChanges(index, context: context)
  }

  private mutating func join(_ index: Int, _ record: AlertRecord, context: IncidentContext) {
    var item = active[index]
    if item.incident.state == .monitoring {
      item.append(
        .troubled, at: record.firedAt, "another alert fired while recovery was watched",
        subject: record.id, limits: limits)
    }
    add(record, to: &item, context: context)
    item.append(
      .alertFiring, at: record.firedAt, AlertSentence.fired(record), subject: record.id,
      limits: limits)
    active[index] = item
    tellChanges(index, context: context)
  }

  /// Puts an alert into an incident and brings start, services, timeline and title up to date.
  private func add(
    _ record: AlertRecord, to item: inout IncidentCase, context: IncidentContext
  ) {
    var alerts = item.incident.alerts + [record]
    alerts.sort { ($0.firedAt, $0.id) < ($1.firedAt, $1.id) }
    let surplus = alerts.count { !$0.isFiring } - limits.endedAlerts
    if surplus > 0 {
      var dropped = 0
      alerts.removeAll { alert in
        guard !alert.isFiring, dropped < surplus else { return false }
        dropped += 1
        return true
      }
    }
    item.incident.alerts = alerts
    item.incident.start = min(item.incident.start, record.activeSince)
    item.quietSince = nil
    item.tell(
      TimelineEntry(
        time: record.activeSince, kind: .symptom, text: AlertSentence.fired(record),
        service: record.service), limits: limits)
    item.name(context: context)
  }

  /// An alert that the incident knows fires again.
  private mutating func refire(
    _ index: Int, _ position: Int, with transition: AlertTransition, context: IncidentContext
  ) {
    var item = active[index]
    var record = item.incident.alerts[position]
    record.lastValue = transition.value
    record.measure = transition.measure
    record.annotations = transition.annotations
    guard !record.isFiring else {
      // The engine repeats itself after a restart, or tells a newer value.
      item.incident.alerts[position] = record
      active[index] = item
      return
    }
    record.firstValue = transition.value
    record.activeSince = transition.activeSince
    record.endedAt = nil
    record.ending = nil
    record.firings += 1
    item.incident.alerts[position] = record
    item.quietSince = nil
    let text = "\(AlertSentence.fired(record)), for the \(ordinal(record.firings)) time"
    if item.incident.state == .monitoring {
      item.append(.troubled, at: transition.time, text, subject: record.id, limits: limits)
    } else {
      item.append(.alertFiring, at: transition.time, text, subject: record.id, limits: limits)
    }
    item.turn(record, at: transition.time, text: text, settings: context.settings, limits: limits)
    active[index] = item
  }

  /// Two incidents turned out to be one trouble: the older takes the younger over.
  private mutating func merge(_ index: Int, into target: Int, context: IncidentContext) {
    var absorbed = active[index]
    var item = active[target]
    absorbed.incident.mergedInto = item.incident.id
    let at = now
    absorbed.incident.end = at
    absorbed.append(
      .absorbed, at: at, "merged into incident \(item.incident.id): the same trouble",
      subject: item.incident.id, limits: limits)
    item.append(
      .merged, at: at,
      "incident \(absorbed.incident.id) (\(absorbed.incident.title)) is the same trouble",
      subject: absorbed.incident.id, limits: limits)
    let alerts = absorbed.incident.alerts
    item.incident.alerts = (item.incident.alerts + alerts).sorted {
      ($0.firedAt, $0.id) < ($1.firedAt, $1.id)
    }
    item.incident.start = min(item.incident.start, absorbed.incident.start)
    for entry in absorbed.incident.timeline where entry.kind != .state {
      item.tell(entry, limits: limits)
    }
    for action in absorbed.incident.actionItems { item.incident.actionItems.append(action) }
    item.incident.peakSeverity = max(item.incident.peakSeverity, absorbed.incident.peakSeverity)
    item.turns = (item.turns + absorbed.turns).sorted { ($0.time, $0.alert) < ($1.time, $1.alert) }
    item.toldChanges = Set(item.toldChanges + absorbed.toldChanges).sorted()
    if item.incident.acknowledgedAt == nil, let taken = absorbed.incident.acknowledgedAt {
      item.incident.acknowledgedAt = taken
      item.incident.acknowledgedBy = absorbed.incident.acknowledgedBy
      item.append(
        .acknowledged, at: at, "acknowledged with the incident that was merged",
        author: absorbed.incident.acknowledgedBy, limits: limits)
    }
    // The absorbed incident keeps its alerts for the record, but none of them fires in it.
    for position in alerts.indices where alerts[position].isFiring {
      absorbed.incident.alerts[position].endedAt = at
    }
    item.name(context: context)
    active[target] = item
    active[index] = absorbed
  }

  /// The same trouble is back within the watch window.
  private mutating func reopen(_ index: Int, with record: AlertRecord, context: IncidentContext) {
    var item = watched.remove(at: index)
    let quiet = record.activeSince - (item.incident.end ?? record.activeSince)
    if let last = item.incident.episodes.indices.last {
      item.incident.episodes[last].ending = .relapsed
    }
    item.incident.episodes.append(Incident.Episode(start: record.firedAt))
    item.incident.end = nil
    item.incident.ending = nil
    item.incident.acknowledgedAt = nil
    item.incident.acknowledgedBy = nil
    item.incident.respondBy = nil
    item.escalatedLevel = nil
    item.lowerSince = nil
    let text = "reopened: the same trouble is back after \(spoken(duration: quiet))"
    item.append(.reopened, at: record.firedAt, text, subject: record.id, limits: limits)
    item.tell(TimelineEntry(time: record.firedAt, kind: .state, text: text), limits: limits)
    let index =
      active.firstIndex {
        ($0.incident.openedAt, $0.incident.id) > (item.incident.openedAt, item.incident.id)
      } ?? active.endIndex
    if let position = item.incident.alerts.firstIndex(where: { $0.id == record.id }) {
      var known = record
      known.firings = item.incident.alerts[position].firings + 1
      known.firedAt = item.incident.alerts[position].firedAt
      item.incident.alerts[position] = known
      item.quietSince = nil
      item.turn(
        known, at: record.firedAt, text: AlertSentence.fired(known), settings: context.settings,
        limits: limits)
    } else {
      add(record, to: &item, context: context)
    }
    active.insert(item, at: index)
    tellChanges(index, context: context)
  }
}

/// "2nd", "3rd", "11th".
private func ordinal(_ number: Int) -> String {
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
