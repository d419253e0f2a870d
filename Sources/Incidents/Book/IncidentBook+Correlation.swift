import Model
import Rules

/// Which incident an alert belongs to: joining, opening, merging, reopening.
extension IncidentBook {
  /// The record of an alert that fires.
  mutating func record(of turn: AlertTurn, context: IncidentContext) -> AlertRecord {
    let transition = turn.transition
    let service = context.service(of: transition.labels)
    return AlertRecord(
      firing: transition,
      as: AlertIdentity(
        group: transition.group, alert: transition.alert, labels: transition.labels,
        service: service, wording: vocabulary.wording(of: transition.alert, at: service)))
  }

  /// Takes an alert that fires into its incident.
  ///
  /// `others` are those that fire at the same tick, so that the first of them is told apart too.
  mutating func fire(
    _ record: AlertRecord, among others: [AlertRecord], context: IncidentContext
  ) {
    if let (index, position) = position(of: record.identity.number) {
      refire(index, position, with: record, context: context)
      return
    }
    let homes = homes(of: record, context: context)
    if let first = homes.first {
      join(first, record, context: context)
      for index in homes.dropFirst().reversed() { merge(index, into: first, context: context) }
      return
    }
    let since = record.firedAt - context.settings.watchWindow
    if let index = watched.lastIndex(where: {
      $0.register.contains(record) && $0.closedAt >= since
    }) {
      reopen(index, with: record, context: context)
      return
    }
    open(record, among: others, context: context)
  }

  /// Where an alert is kept among the open incidents.
  func position(of number: UInt64) -> (index: Int, position: Int)? {
    // Part by part: to ask whole cases would copy them, at every turn of an alert.
    for index in active.indices {
      guard let firedAt = active[index].register.firedAt(number),
        active[index].incident.mergedInto == nil,
        let position = active[index].incident.alerts.position(of: number, firedAt: firedAt)
      else { continue }
      return (index, position)
    }
    return nil
  }

  /// The open incidents that an alert belongs to; more than one when it shows that they are one.
  private func homes(of record: AlertRecord, context: IncidentContext) -> [Int] {
    active.indices.filter { index in
      active[index].incident.mergedInto == nil
        && active[index].register.places.attract(record, context: context)
    }
  }

  private mutating func open(
    _ record: AlertRecord, among others: [AlertRecord], context: IncidentContext
  ) {
    var hash = StableHash()
    hash.combine(record.id)
    hash.combine(record.firedAt.milliseconds)
    var incident = Incident(
      id: hash.hexadecimal, title: "", services: [], severity: .low, start: record.activeSince,
      openedAt: record.firedAt)
    incident.predecessor =
      watched.last { $0.register.contains(record) }?.incident.id
      ?? past.last { !IncidentCase.keys(of: record).isDisjoint(with: $0.keys) }?.incident
    var item = IncidentCase(incident)
    let instance = Crowd(others).instance(of: record)
    let sentence = AlertSentence.fired(record, instance: instance)
    item.append(
      .opened, at: record.firedAt, "opened: \(sentence)", subject: record.id, limits: limits)
    item.prepare(context: context)
    item.add(record, context: context, limits: limits)
    item.tellFirst(record, instance: instance, context: context, limits: limits)
    let index =
      active.firstIndex {
        ($0.incident.openedAt, $0.incident.id) > (incident.openedAt, incident.id)
      } ?? active.endIndex
    active.insert(item, at: index)
    tellChanges(index, context: context)
    tellLogFindings(index, context: context)
  }

  private mutating func join(_ index: Int, _ record: AlertRecord, context: IncidentContext) {
    if active[index].incident.state == .monitoring {
      active[index].append(
        .troubled, at: record.firedAt, "another alert fired while recovery was watched",
        subject: record.id, limits: limits)
    }
    active[index].add(record, context: context, limits: limits)
    active[index].pending.append(PendingTurn(.alertFiring, record, at: record.firedAt))
  }

  /// An alert that the incident knows fires again.
  private mutating func refire(
    _ index: Int, _ position: Int, with fresh: AlertRecord, context: IncidentContext
  ) {
    // An alert that fires already: the engine repeats itself after a restart, or tells a newer
    // value.
    let wasFiring = active[index].incident.alerts[position].isFiring
    active[index].change(position, context: context) { record in
      record.lastValue = fresh.lastValue
      record.measure = fresh.measure
      record.annotations = fresh.annotations
      guard !wasFiring else { return }
      record.firstValue = fresh.firstValue
      record.firstMeasure = fresh.firstMeasure
      record.activeSince = fresh.activeSince
      record.endedAt = nil
      record.ending = nil
      record.firings += 1
    }
    guard !wasFiring else { return }
    let record = active[index].incident.alerts[position]
    active[index].quietSince = nil
    if active[index].incident.state == .monitoring {
      let text =
        "\(active[index].fired(record)), for the \(ordinal(record.firings)) time"
      active[index].append(
        .troubled, at: fresh.firedAt, text, subject: record.id, limits: limits)
      active[index].turn(
        record, at: fresh.firedAt, text: text, settings: context.settings, limits: limits)
    } else {
      active[index].pending.append(
        PendingTurn(.alertFiring, record, at: fresh.firedAt, isRepeated: true))
    }
  }

  /// Two incidents turned out to be one trouble: the older takes the younger over.
  private mutating func merge(_ index: Int, into target: Int, context: IncidentContext) {
    for place in [index, target] {
      active[place].tellPending(settings: context.settings, limits: limits)
    }
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
    item.incident.alerts = SharedList(
      (Array(item.incident.alerts) + alerts).sorted {
        ($0.firedAt, $0.id) < ($1.firedAt, $1.id)
      })
    item.incident.start = min(item.incident.start, absorbed.incident.start)
    for entry in absorbed.incident.timeline where entry.kind != .state {
      item.tell(entry, limits: limits)
    }
    for action in absorbed.incident.actionItems { item.incident.actionItems.append(action) }
    item.incident.peakSeverity = max(item.incident.peakSeverity, absorbed.incident.peakSeverity)
    item.turns.merge(absorbed.turns) { ($0 + $1).sorted() }
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
    item.register.build(from: item.incident.alerts, context: context)
    absorbed.register.build(from: absorbed.incident.alerts, context: context)
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
    if let position = item.position(of: record.identity.number) {
      item.change(position, context: context) { known in
        let old = known
        known = record
        known.firings = old.firings + 1
        known.firedAt = old.firedAt
      }
      let known = item.incident.alerts[position]
      item.quietSince = nil
      item.turn(
        known, at: record.firedAt, text: item.fired(known), settings: context.settings,
        limits: limits)
    } else {
      item.add(record, context: context, limits: limits)
      item.tellFirst(
        record, instance: item.register.instance(of: record), context: context, limits: limits)
    }
    active.insert(item, at: index)
    tellChanges(index, context: context)
  }
}

extension IncidentCase {
  /// The sentence of an alert that fires, told apart from others of its rule.
  func fired(_ record: AlertRecord) -> String {
    AlertSentence.fired(record, instance: register.instance(of: record))
  }

  /// Puts an alert into the incident and brings its start up to date.
  fileprivate mutating func add(
    _ record: AlertRecord, context: IncidentContext, limits: IncidentLimits
  ) {
    insert(record, context: context)
    // Letting go of some at a time keeps the work per alert small.
    if register.endedCount > limits.endedAlerts * 5 / 4 {
      dropEnded(beyond: limits.endedAlerts, context: context)
    }
    incident.start = min(incident.start, record.activeSince)
    quietSince = nil
  }

  /// Tells the first alert of an incident, or of one that is back, at once.
  fileprivate mutating func tellFirst(
    _ record: AlertRecord, instance: String, context: IncidentContext, limits: IncidentLimits
  ) {
    tell(
      TimelineEntry(
        time: record.activeSince, kind: .symptom,
        text: AlertSentence.fired(record, instance: instance), service: record.service),
      limits: limits)
    name(context: context)
  }
}
