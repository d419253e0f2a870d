import Model
import Rules

/// The life of an incident after it opened: grades, response targets, verified ends.
extension IncidentBook {
  /// Takes the end of an alert; the last one starts the verification of the recovery.
  mutating func end(_ turn: AlertTurn, context: IncidentContext) {
    let transition = turn.transition
    guard let (index, position) = position(of: turn.number) else { return }
    guard active[index].incident.alerts[position].isFiring else { return }
    active[index].change(position, context: context) { record in
      record.endedAt = transition.time
      record.ending = transition.ending ?? .cleared
      record.lastValue = transition.value
      // In what way it was unusual is still worth telling when it no longer is.
      let channel = record.measure.channel
      record.measure = transition.measure
      if record.measure.channel == nil { record.measure.channel = channel }
    }
    active[index].pending.append(
      PendingTurn(.alertResolved, active[index].incident.alerts[position], at: transition.time))
  }

  /// Tells the ends of a tick, and starts the verification of an incident without firing alerts.
  mutating func tellEnds(_ index: Int, at tick: Timestamp, context: IncidentContext) {
    active[index].tellPending(settings: context.settings, limits: limits)
    guard !active[index].register.hasFiring else { return }
    let isVanished = active[index].incident.alerts.contains { $0.ending == .vanished }
    let period = spoken(duration: context.settings.verification)
    active[index].append(
      .monitoring, at: tick,
      isVanished
        ? "no alert fires any more, but data stopped; waiting \(period) for it to return"
        : "all alerts cleared; recovery is watched for \(period)", limits: limits)
    active[index].quietSince = tick
    active[index].hasUnread = false
  }

  // MARK: Severity

  /// Grades an incident anew: up at once, down only after the lower level has held for a while.
  mutating func grade(
    _ index: Int, at tick: Timestamp, context: IncidentContext,
    measuring source: some MeasurementSource
  ) {
    guard active[index].register.hasFiring, active[index].incident.mergedInto == nil else {
      return
    }
    active[index].gradedAt = tick
    let before = active[index].incident.severity
    let grade = active[index].presentGrade(at: tick, context: context, measuring: source)
    if !active[index].isGraded {
      active[index].open(grade, at: tick, limits: limits)
    } else {
      active[index].regrade(grade, at: tick, hold: context.settings.fallHold, limits: limits)
    }
    // At an equal level a target counted from a later tick can only be a later one.
    if active[index].incident.respondBy == nil || active[index].incident.severity != before {
      active[index].setTarget(at: tick, context: context)
    }
  }

  /// Escalates an incident that nobody has taken by its target.
  mutating func remind(_ index: Int, at tick: Timestamp, context: IncidentContext) {
    let level = active[index].incident.severity
    guard active[index].incident.state == .open, let due = active[index].incident.respondBy,
      tick >= due, active[index].escalatedLevel.map({ $0 < level }) ?? true
    else { return }
    var item = active[index]
    item.escalatedLevel = level
    let waited = max(0, tick - (item.incident.episodes.last?.start ?? item.incident.openedAt))
    let text =
      context.settings.response.isImmediate(level)
      ? "\(level.rawValue) calls for an answer at once: all hands are called"
      : "nobody acknowledged within \(spoken(duration: waited)): escalated"
    item.append(.escalated, at: tick, text, severity: level, limits: limits)
    item.tell(TimelineEntry(time: tick, kind: .state, text: text), limits: limits)
    active[index] = item
  }

  // MARK: Verification

  /// Watches the recovery of an incident without firing alerts, and resolves it when it held.
  mutating func verify(
    _ index: Int, at tick: Timestamp, context: IncidentContext,
    measuring source: some MeasurementSource
  ) {
    var item = active[index]
    let settings = context.settings
    if item.incident.isFlapping {
      guard !item.stillFlaps(at: tick, settings: settings) else { return }
      item.calm(at: tick, limits: limits)
    }
    var unread: [AlertRecord] = []
    for alert in item.incident.alerts {
      guard let reading = source.reading(of: alert, at: tick) else {
        unread.append(alert)
        continue
      }
      if !reading.isNormal {
        item.quietSince = nil
        active[index] = item
        return
      }
    }
    // Back in band, or readable again, from this tick on: the period starts over.
    if item.quietSince == nil || (item.hasUnread && unread.isEmpty) { item.quietSince = tick }
    item.hasUnread = !unread.isEmpty
    if let since = item.quietSince, tick - since >= settings.verification {
      let ending: IncidentEnding =
        unread.isEmpty
        ? .verified : unread.contains { $0.ending == .vanished } ? .vanished : .cleared
      active[index] = item
      investigate(index, at: tick, context: context, measuring: source)
      item = active[index]
      item.resolve(ending, since: since, at: tick, settings: settings, limits: limits)
    }
    active[index] = item
  }
}

extension IncidentCase {
  /// How often an incident is graded while no alert comes, goes or is about to change the grade: at
  /// the first tick of each such stretch since the epoch, so that an alert that has it graded in
  /// between puts nothing off.
  static let gradeInterval: Milliseconds = 60_000

  /// True when the numbers behind the grade may be other ones by now.
  func isGradeDue(at tick: Timestamp) -> Bool {
    guard lowerSince == nil, let gradedAt else { return true }
    return tick.milliseconds / Self.gradeInterval > gradedAt.milliseconds / Self.gradeInterval
  }

  /// True when there is something to investigate and to hand out.
  var needsAttention: Bool {
    (isTouched || !fresh.isEmpty) && incident.mergedInto == nil
  }

  /// The grade of the evidence at a tick; the last one again where it rests on the same.
  fileprivate mutating func presentGrade(
    at tick: Timestamp, context: IncidentContext, measuring source: some MeasurementSource
  ) -> SeverityGrader.Grade {
    let marks = register.kinds.representatives
    let serials = marks.map(\.serial)
    let last = memory.graded.flatMap { $0.serials == serials ? $0 : nil }
    var names = last?.evidence.services.map(\.name) ?? []
    let alerts = last?.evidence.alerts ?? incident.alerts.alerts(at: marks)
    if last == nil {
      for alert in alerts {
        if let service = alert.service, !names.contains(service) { names.append(service) }
      }
    }
    let evidence = SeverityGrader.Evidence(
      alerts: alerts, services: names.map { ($0, source.measures(of: $0, at: tick)) })
    if let last, last.evidence.services.map(\.measures) == evidence.services.map(\.measures) {
      return last.grade
    }
    let grade = SeverityGrader(context).grade(evidence)
    memory.graded = CaseMemory.Graded(serials: serials, evidence: evidence, grade: grade)
    return grade
  }

  /// Sets the first grade, which belongs to the opening.
  fileprivate mutating func open(
    _ grade: SeverityGrader.Grade, at tick: Timestamp, limits: IncidentLimits
  ) {
    isGraded = true
    incident.noteWorst(of: grade.factors)
    incident.severity = grade.severity
    incident.peakSeverity = max(incident.peakSeverity, grade.severity)
    incident.factors = grade.factors
    // The opening has not been handed out yet, so its severity can still be written into it.
    if let index = fresh.firstIndex(where: { $0.kind == .opened }) {
      fresh[index].severity = grade.severity
      if let kept = incident.events.firstIndex(where: { $0.id == fresh[index].id }) {
        incident.events[kept] = fresh[index]
      }
    }
    let reason = grade.reason.map { ": \($0)" } ?? ""
    let text = "incident opened, severity \(grade.severity.rawValue)\(reason)"
    tell(TimelineEntry(time: tick, kind: .state, text: text), limits: limits)
  }

  /// Follows the grade: a rise counts at once, a fall when nothing higher came for `hold`.
  fileprivate mutating func regrade(
    _ grade: SeverityGrader.Grade, at tick: Timestamp, hold: Milliseconds, limits: IncidentLimits
  ) {
    incident.noteWorst(of: grade.factors)
    let old = incident.severity
    if grade.severity >= old {
      lowerSince = nil
      lowerLevel = nil
      incident.factors = grade.factors
      guard grade.severity > old else { return }
      set(grade.severity, grade, "rose", at: tick, limits: limits)
      return
    }
    let since = lowerSince ?? tick
    lowerSince = since
    let level = max(lowerLevel ?? grade.severity, grade.severity)
    lowerLevel = level
    guard tick - since >= hold else { return }
    incident.factors = grade.factors
    lowerSince = level > grade.severity ? tick : nil
    lowerLevel = level > grade.severity ? grade.severity : nil
    set(level, grade, "fell", at: tick, limits: limits)
  }

  private mutating func set(
    _ level: Severity, _ grade: SeverityGrader.Grade, _ verb: String, at tick: Timestamp,
    limits: IncidentLimits
  ) {
    let old = incident.severity
    incident.severity = level
    incident.peakSeverity = max(incident.peakSeverity, level)
    let reason = grade.reason.map { ": \($0)" } ?? ""
    let text = "severity \(verb) from \(old.rawValue) to \(level.rawValue)\(reason)"
    append(.severity, at: tick, text, severity: level, limits: limits)
    tell(TimelineEntry(time: tick, kind: .state, text: text), limits: limits)
  }

  /// Sets the moment by which somebody must answer; a rise may only bring it forward.
  fileprivate mutating func setTarget(at tick: Timestamp, context: IncidentContext) {
    let settings = context.settings
    let due = settings.response.due(incident.severity, from: tick, in: settings.calendar)
    incident.respondBy = incident.respondBy.map { min($0, due) } ?? due
  }

  /// Ends the episode.
  mutating func resolve(
    _ ending: IncidentEnding, since: Timestamp, at tick: Timestamp, author: String? = nil,
    settings: IncidentSettings, limits: IncidentLimits
  ) {
    incident.end = since
    incident.ending = ending
    if let last = incident.episodes.indices.last {
      incident.episodes[last].end = since
      incident.episodes[last].ending = ending
    }
    let held = spoken(duration: max(0, tick - since))
    let length = spoken(duration: incident.duration(at: tick))
    let stopped = list(
      Array(Set(incident.alerts.filter { $0.ending == .vanished }.compactMap(\.service))).sorted())
    var text =
      switch ending {
      case .verified:
        "resolved and verified: every metric back in its normal range for \(held); lasted \(length)"
      case .cleared:
        "resolved: no alert fired for \(held); nothing could be read to verify it; lasted \(length)"
      case .vanished:
        "ended without recovery: \(stopped.isEmpty ? "the data" : "the data of \(stopped)") "
          + "stopped at \(since.clock); whether the trouble is over is unknown"
      case .relapsed: "resolved"
      }
    if let author { text = "closed by \(author): " + text }
    append(
      .resolved, at: tick, text, author: author, severity: incident.severity, ending: ending,
      limits: limits)
    tell(TimelineEntry(time: tick, kind: .state, text: text), limits: limits)
    quietSince = nil
    memory = CaseMemory()
    incident.nextSteps = []
  }

  // MARK: Flapping

  /// Tells that nothing flaps any more, and how often what did had fired.
  mutating func calm(at tick: Timestamp, limits: IncidentLimits) {
    incident.isFlapping = false
    isTouched = true
    let often = incident.alerts.filter { $0.firings > 1 }
    let most = often.max { ($0.firings, $1.id) < ($1.firings, $0.id) }
    guard let most else { return }
    let others = often.count > 1 ? ", \(counted(often.count - 1, "other alert")) too" : ""
    let text =
      "the flapping stopped: \(most.alert) fired \(counted(most.firings, "time")) in all\(others)"
    append(.flapping, at: tick, text, subject: most.id, limits: limits)
    tell(
      TimelineEntry(time: tick, kind: .state, text: text, service: most.service),
      limits: limits)
  }

  /// Notes an alert's turn, and tells it unless the alert flaps.
  mutating func turn(
    _ record: AlertRecord, at time: Timestamp, text: String, settings: IncidentSettings,
    limits: IncidentLimits
  ) {
    let isTold = !note(record, at: time, settings: settings, limits: limits)
    if isTold, !incident.isFlapping {
      let kind = record.turnKind
      // A symptom begins with its condition, which may be before the alert fires.
      let at = record.isFiring ? record.activeSince : time
      tell(
        TimelineEntry(time: at, kind: kind, text: text, service: record.service), limits: limits)
    }
  }

  /// Notes an alert's turn without telling it.
  ///
  /// - Returns: true when it is the turn that makes the incident flap.
  @discardableResult
  mutating func note(
    _ record: AlertRecord, at time: Timestamp, settings: IncidentSettings, limits: IncidentLimits
  ) -> Bool {
    let count = turns[record.id, default: []].note(time, within: settings.flapWindow)
    guard !incident.isFlapping, count >= settings.flapCount else { return false }
    incident.isFlapping = true
    let window = spoken(duration: settings.flapWindow)
    let text =
      "\(record.alert) is flapping: \(count) changes within \(window); "
      + "further ones are counted, not told"
    append(.flapping, at: time, text, subject: record.id, limits: limits)
    tell(
      TimelineEntry(time: time, kind: .state, text: text, service: record.service),
      limits: limits)
    return true
  }

  /// True while some alert has turned too often within the window that ends at `tick`.
  mutating func stillFlaps(at tick: Timestamp, settings: IncidentSettings) -> Bool {
    turns = turns.compactMapValues { times in
      let rest = times.filter { tick - $0 <= settings.flapWindow }
      return rest.isEmpty ? nil : rest
    }
    return turns.values.contains { $0.count >= settings.flapCount }
  }
}

extension [Timestamp] {
  /// Adds a moment, lets go of those longer before it than `window`, and counts the rest.
  fileprivate mutating func note(_ time: Timestamp, within window: Milliseconds) -> Int {
    append(time)
    removeAll { time - $0 > window }
    return count
  }
}

extension SeverityGrader.Grade {
  /// The reason that decided: the first factor of the highest level that is not a workaround.
  var reason: String? {
    let counting = factors.filter { $0.factor != .workaround }
    guard let top = counting.map(\.level).max() else { return nil }
    return counting.first { $0.level == top }?.because
  }
}

extension ResponseTargets {
  /// True when a level leaves no time at all.
  func isImmediate(_ level: Severity) -> Bool {
    switch level {
    case .critical: critical == 0
    case .high: high == 0
    case .medium: medium == 0
    case .low: low == 0
    }
  }
}
